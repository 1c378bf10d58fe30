// Package tiles keeps a ledger as a Merkle tree of static files, after C2SP tlog-tiles.
//
// # Tree
//
// Hashing is that of RFC 6962 with SHA-256: a leaf is SHA-256(0x00 || entry), a node is
// SHA-256(0x01 || left || right), the empty tree is SHA-256 of nothing. An entry
// has 1 to 65,535 bytes.
//
// # Files
//
// Paths are relative to the folder of the ledger, with slashes:
//
//	checkpoint                 the signed size and root, see package checkpoint
//	tile/<L>/<N>[.p/<W>]       hashes of level L, 0 to 5
//	tile/entries/<N>[.p/<W>]   entries
//
// Tile N of level L holds hashes 256N to 256N+255 of its level, 32 bytes each, with
// nothing between them: 8,192 bytes. Hash i of level L is the tree hash of the leaves
// from i*256^L up to, not including, (i+1)*256^L; level 0 holds leaf hashes. A bundle
// holds the entries whose leaf hashes are in tile N of level 0, each as its length in two
// bytes, big-endian, and its bytes.
//
// N is written in groups of three digits, each group but the last with an x before it:
// 1,234,067 is x001/x234/067. A tree of s leaves has, at level L, floor(s/256^L) hashes:
// full tiles, and for the W = floor(s/256^L) mod 256 that remain, if any, one partial
// tile under the name ending in .p/W. A partial tile has no hash in the level above.
// For s = 70,000 these are 273 full tiles and one of 112 hashes at level 0, one full
// and one of 17 at level 1, and one of 1 at level 2; and 274 bundles.
//
// A file never changes once it is there, except checkpoint. A partial file may be
// deleted when the full one exists; a reader then takes the beginning of that.
//
// # Who promises what
//
// The Writer makes durable every file that a size implies before it tells that size,
// and stops with ErrFork rather than replace a file by other bytes. Verify delivers an
// entry only after its hash was traced to the root, through every tile on the way; it
// needs a root that the caller trusts, that is, from an opened checkpoint.
package tiles

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	// Width is the number of hashes in a full tile and of entries in a full bundle.
	Width = 256
	// MaxEntry is the largest number of bytes in an entry.
	MaxEntry = 1<<16 - 1
	// MaxSize is the largest number of leaves of a tree that this package handles.
	MaxSize = 1<<48 - 1
	// CheckpointFile is the path of the published checkpoint.
	CheckpointFile = "checkpoint"

	// height is log2(Width): the levels of the binary tree in a tile.
	height = 8
	// lengthSize is the number of bytes before each entry of a bundle.
	lengthSize = 2
)

// EmptyRoot is the root of the tree without leaves: SHA-256 of nothing.
func EmptyRoot() tlog.Hash {
	var e edge
	return e.root()
}

// Path returns the path of the tile with number n and the given width, 1 to Width, at
// level.
func Path(level int, n int64, width int) string {
	return fmt.Sprintf("tile/%d/%s", level, numberPath(n, width))
}

// EntriesPath returns the path of the bundle with number n and the given width, 1 to
// Width.
func EntriesPath(n int64, width int) string {
	return "tile/entries/" + numberPath(n, width)
}

func numberPath(n int64, width int) string {
	s := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		s = fmt.Sprintf("x%03d/%s", n%1000, s)
	}
	if width != Width {
		s += fmt.Sprintf(".p/%d", width)
	}
	return s
}

// hashCount returns the number of hashes at a level of a tree.
func hashCount(size int64, level int) int64 { return size >> (height * level) }

// partialWidth returns the width of the partial tile at a level, 0 if there is none.
func partialWidth(size int64, level int) int { return int(hashCount(size, level) % Width) }

// firstLeaf returns the index of the first leaf below a tile.
func firstLeaf(level int, n int64) int64 { return n << (height * (level + 1)) }

package tiles

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right edge of a tree: for each level, the hashes of the partial tile. It
// is all that is needed to append and to compute the root, at most 8 KiB a level.
type edge struct {
	size   int64
	levels [][]tlog.Hash // levels[l] holds partialWidth(size, l) hashes
}

// add appends a leaf hash. It calls full for each tile that this leaf completes, from
// level 0 up; the hashes are valid during the call only.
func (e *edge) add(h tlog.Hash, full func(level int, n int64, hashes []tlog.Hash) error) error {
	for level := 0; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, make([]tlog.Hash, 0, Width))
		}
		e.levels[level] = append(e.levels[level], h)
		if len(e.levels[level]) < Width {
			break
		}
		if err := full(level, hashCount(e.size, level+1), e.levels[level]); err != nil {
			return err
		}
		h = subtreeHash(e.levels[level])
		e.levels[level] = e.levels[level][:0]
	}
	e.size++
	return nil
}

// root returns the tree hash: the perfect subtrees at the edge, folded from the right.
func (e *edge) root() tlog.Hash {
	var root tlog.Hash
	empty := true
	for _, hashes := range e.levels {
		for w := len(hashes); w > 0; {
			k := w & -w // the last perfect subtree of w hashes
			h := subtreeHash(hashes[w-k : w])
			if !empty {
				h = tlog.NodeHash(h, root)
			}
			root, empty = h, false
			w -= k
		}
	}
	if empty {
		return sha256.Sum256(nil)
	}
	return root
}

// subtreeHash returns the root over a power of two of hashes, at most Width.
func subtreeHash(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	var row [Width / 2]tlog.Hash
	n := len(hashes) / 2
	for i := range n {
		row[i] = tlog.NodeHash(hashes[2*i], hashes[2*i+1])
	}
	for n /= 2; n > 0; n /= 2 {
		for i := range n {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// encodeTile returns the bytes of a tile file.
func encodeTile(hashes []tlog.Hash) []byte {
	data := make([]byte, 0, len(hashes)*tlog.HashSize)
	for i := range hashes {
		data = append(data, hashes[i][:]...)
	}
	return data
}

// decodeTile appends the hashes in data, a whole number of them, to hashes.
func decodeTile(hashes []tlog.Hash, data []byte) []tlog.Hash {
	for ; len(data) > 0; data = data[tlog.HashSize:] {
		hashes = append(hashes, tlog.Hash(data[:tlog.HashSize]))
	}
	return hashes
}

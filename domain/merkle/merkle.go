// Package merkle computes the Merkle trees of RFC 6962 with SHA-256.
//
// The hash of a leaf is H(0x00, data), that of a node H(0x01, left, right), and that of a
// tree without leaves H(). Each level pairs the hashes below it from the left. A last hash
// without a partner stands in the next level as it is. The path of a leaf is the list of the
// partners of the hashes above it, from the leaf to the root.
package merkle

import (
	"crypto/sha256"
	"math/bits"
)

// Hash is a SHA-256 value.
type Hash = [sha256.Size]byte

// Leaf returns the hash of a leaf.
func Leaf(data []byte) Hash {
	var room [1024]byte // on the stack: most leaves are shorter
	return sha256.Sum256(append(append(room[:0], 0), data...))
}

// Node returns the hash over two hashes.
func Node(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// RootOf returns the root of a tree of this size, as it follows from one leaf, its index and
// its path. It returns false when a leaf with this index has no path of this length.
func RootOf(leaf Hash, index, size uint64, path []Hash) (root Hash, ok bool) {
	if index >= size {
		return root, false
	}
	root = leaf
	for last := size - 1; last > 0; index, last = index/2, last/2 {
		if index == last && index%2 == 0 { // no partner
			continue
		}
		if len(path) == 0 {
			return root, false
		}
		if index%2 == 0 {
			root = Node(root, path[0])
		} else {
			root = Node(path[0], root)
		}
		path = path[1:]
	}
	return root, len(path) == 0
}

// Tree is a whole tree: its levels from the leaves to the root.
type Tree [][]Hash

// New returns the tree over leaf hashes, of which there is at least one.
func New(leaves []Hash) Tree {
	t := Tree{leaves}
	for below := leaves; len(below) > 1; below = t[len(t)-1] {
		level := make([]Hash, 0, (len(below)+1)/2)
		for ; len(below) > 1; below = below[2:] {
			level = append(level, Node(below[0], below[1]))
		}
		t = append(t, append(level, below...))
	}
	return t
}

// Root returns the root of the tree.
func (t Tree) Root() Hash { return t[len(t)-1][0] }

// Path returns the path of a leaf.
func (t Tree) Path(index int) []Hash {
	var path []Hash
	for _, level := range t {
		if partner := index ^ 1; partner < len(level) {
			path = append(path, level[partner])
		}
		index /= 2
	}
	return path
}

// Edge computes the root over leaves that are added one by one, in constant memory. The
// zero Edge has no leaves.
type Edge struct {
	size uint64
	// The roots of the complete subtrees at the right edge, the largest first. There is one
	// for each set bit of size.
	roots [64]Hash
}

// Size returns the number of leaves.
func (e *Edge) Size() uint64 { return e.size }

// Add appends a leaf.
func (e *Edge) Add(data []byte) {
	h := Leaf(data)
	top := bits.OnesCount64(e.size)
	for range bits.TrailingZeros64(^e.size) {
		top--
		h = Node(e.roots[top], h)
	}
	e.roots[top] = h
	e.size++
}

// Root returns the root over the leaves so far.
func (e *Edge) Root() Hash {
	top := bits.OnesCount64(e.size)
	if top == 0 {
		return sha256.Sum256(nil)
	}
	h := e.roots[top-1]
	for i := top - 2; i >= 0; i-- {
		h = Node(e.roots[i], h)
	}
	return h
}

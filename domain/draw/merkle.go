package draw

import (
	"crypto/sha256"
	"math/bits"
)

// tree computes the root of an RFC 6962 tree over leaves given one by one. It
// keeps the roots of the complete subtrees on the right-hand edge, one per set
// bit of size, the largest first, and nothing else.
type tree struct {
	size uint64
	edge [64][sha256.Size]byte
	buf  []byte
}

// add appends a leaf: H(00, data).
func (t *tree) add(data []byte) {
	t.buf = append(append(t.buf[:0], 0), data...)
	h := sha256.Sum256(t.buf)
	top := bits.OnesCount64(t.size)
	for range bits.TrailingZeros64(^t.size) {
		top--
		h = node(&t.edge[top], &h)
	}
	t.edge[top] = h
	t.size++
}

// root is the tree's head; that of no leaves is the hash of nothing.
func (t *tree) root() [sha256.Size]byte {
	top := bits.OnesCount64(t.size)
	if top == 0 {
		return sha256.Sum256(nil)
	}
	h := t.edge[top-1]
	for i := top - 2; i >= 0; i-- {
		h = node(&t.edge[i], &h)
	}
	return h
}

// node is H(01, left, right).
func node(left, right *[sha256.Size]byte) [sha256.Size]byte {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

package catalog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/bits"

	"lotteryledger/domain/officer"
)

// Signature is an officer's signature over one event, or over several at once.
//
// What is signed is the root of an RFC 6962 tree over the [SignedBytes] of the events, with
// signatureDomain before it: one event is a tree of one leaf. So an import of a hundred thousand rows
// needs as many signatures as it has batches, and each event still proves itself: with
// its place in the tree and the hashes beside its way to the root.
type Signature struct {
	Value string `json:"value"`          // Ed25519, 128 lower-case hex digits
	Of    uint64 `json:"of,omitzero"`    // events that were signed at once, if more than one
	Index uint64 `json:"index,omitzero"` // of this event among them, from 0
	Path  string `json:"path,omitzero"`  // hashes from the leaf up, 64 lower-case hex digits each
}

// MaxSigned is the most events that one signature may cover.
const MaxSigned = 1024

const signatureDomain = "lotteryledger officer signature v1\n"

// SignedBytes is what an officer signs of an event: its byte form as a [Leaf]
// without the signature. The metadata have to be in their one form.
func SignedBytes(l Leaf) []byte {
	// The signature is the last field; in a string the quotes are escaped.
	if i := bytes.Index(l.Meta, []byte(`,"signature":`)); i >= 0 {
		l.Meta = append(l.Meta[:i:i], '}')
	}
	return l.Append(make([]byte, 0, 256+len(l.Meta)+len(l.Data)))
}

// errSignature: the signature is not in its one form.
var errSignature = errors.New("malformed signature")

// Root is the root of the tree that was signed, as it follows from the signed bytes of one of
// its events. It fails when the signature is not in its one form.
func (s Signature) Root(signed []byte) (root [sha256.Size]byte, err error) {
	of := s.Of
	if of == 0 {
		of = 1
	}
	if s.Of == 1 || of > MaxSigned || s.Index >= of {
		return root, errSignature
	}
	// RFC 9162, 2.1.3.2.
	root = leafHash(signed)
	at, last := s.Index, of-1
	for path := s.Path; path != ""; {
		var beside [sha256.Size]byte
		var ok bool
		if path, ok = cutHash(path, &beside); !ok || last == 0 {
			return root, errSignature
		}
		if at&1 == 1 || at == last {
			root = nodeHash(beside, root)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			root = nodeHash(root, beside)
		}
		at, last = at>>1, last>>1
	}
	if last != 0 {
		return root, errSignature
	}
	return root, nil
}

// SignedBy reports whether the signature over this root is that of the key.
func (s Signature) SignedBy(key ed25519.PublicKey, root [sha256.Size]byte) bool {
	value, err := hex.DecodeString(s.Value)
	return err == nil && len(key) == ed25519.PublicKeySize && len(value) == ed25519.SignatureSize &&
		hex.EncodeToString(value) == s.Value && ed25519.Verify(key, message(root), value)
}

func message(root [sha256.Size]byte) []byte { return append([]byte(signatureDomain), root[:]...) }

// Sign signs events, given by their signed bytes, at once.
func Sign(key ed25519.PrivateKey, signed [][]byte) []Signature {
	leaves := make([][sha256.Size]byte, len(signed))
	for i, b := range signed {
		leaves[i] = leafHash(b)
	}
	value := hex.EncodeToString(ed25519.Sign(key, message(treeRoot(leaves))))
	signatures := make([]Signature, len(signed))
	for i := range signatures {
		signatures[i] = Signature{Value: value}
		if n := len(signed); n > 1 {
			signatures[i].Of, signatures[i].Index = uint64(n), uint64(i)
			signatures[i].Path = hex.EncodeToString(bytes.Join(treePath(i, leaves), nil))
		}
	}
	return signatures
}

// cutHash reads the hash that a path begins with: 64 lower-case hex digits.
func cutHash(path string, hash *[sha256.Size]byte) (rest string, ok bool) {
	if len(path) < 2*sha256.Size {
		return "", false
	}
	for i := range hash {
		high, low := digit(path[2*i]), digit(path[2*i+1])
		if high|low > 15 {
			return "", false
		}
		hash[i] = high<<4 | low
	}
	return path[2*sha256.Size:], true
}

// digit is the value of a lower-case hex digit, or 255.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

func leafHash(b []byte) (hash [sha256.Size]byte) {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(b)
	h.Sum(hash[:0])
	return hash
}

func nodeHash(left, right [sha256.Size]byte) [sha256.Size]byte {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// half is the largest power of two below n.
func half(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func treeRoot(leaves [][sha256.Size]byte) [sha256.Size]byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := half(len(leaves))
	return nodeHash(treeRoot(leaves[:k]), treeRoot(leaves[k:]))
}

// treePath are the hashes beside the way from leaf i to the root.
func treePath(i int, leaves [][sha256.Size]byte) [][]byte {
	if len(leaves) == 1 {
		return nil
	}
	k := half(len(leaves))
	var beside [sha256.Size]byte
	var path [][]byte
	if i < k {
		path, beside = treePath(i, leaves[:k]), treeRoot(leaves[k:])
	} else {
		path, beside = treePath(i-k, leaves[k:]), treeRoot(leaves[:k])
	}
	return append(path, beside[:])
}

// PublicKeyOf returns the public half of a key as it stands in the ledger.
func PublicKeyOf(key ed25519.PrivateKey) officer.PublicKey {
	return officer.PublicKey(hex.EncodeToString(key.Public().(ed25519.PublicKey)))
}

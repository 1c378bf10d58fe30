package catalog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"lotteryledger/domain"
	"lotteryledger/domain/merkle"
	"lotteryledger/domain/officer"
)

// Signature is an officer's signature over one event, or over several at once.
//
// What is signed is the root of an RFC 6962 tree over the [SignedBytes] of the events, with
// signatureDomain before it: one event is a tree of one leaf. So an import of a hundred thousand
// rows needs as many signatures as it has batches, and each event still proves itself: with its
// place in the tree and the hashes beside its way to the root.
type Signature struct {
	Value string `json:"value"`          // Ed25519, 128 lower-case hex digits
	Of    uint64 `json:"of,omitzero"`    // events that were signed at once, if more than one
	Index uint64 `json:"index,omitzero"` // of this event among them, from 0
	Path  string `json:"path,omitzero"`  // hashes from the leaf up, 64 lower-case hex digits each
}

// MaxSigned is the most events that one signature may cover.
const MaxSigned = 1 << longestPath

const (
	longestPath = 10 // hashes in a tree of MaxSigned leaves
	hashDigits  = 2 * sha256.Size
)

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
func (s Signature) Root(signed []byte) (root merkle.Hash, err error) {
	var room [longestPath]merkle.Hash
	if s.Of == 1 || s.Of > MaxSigned || len(s.Path)%hashDigits != 0 ||
		len(s.Path) > len(room)*hashDigits {
		return root, errSignature
	}
	path := room[:len(s.Path)/hashDigits]
	for i := range path {
		if !domain.DecodeHex(path[i][:], s.Path[i*hashDigits:][:hashDigits]) {
			return root, errSignature
		}
	}
	root, ok := merkle.RootOf(merkle.Leaf(signed), s.Index, max(s.Of, 1), path)
	if !ok {
		return root, errSignature
	}
	return root, nil
}

// SignedBy reports whether the signature over this root is that of the key.
func (s Signature) SignedBy(key ed25519.PublicKey, root merkle.Hash) bool {
	var value [ed25519.SignatureSize]byte
	return len(key) == ed25519.PublicKeySize && domain.DecodeHex(value[:], s.Value) &&
		ed25519.Verify(key, message(root), value[:])
}

func message(root merkle.Hash) []byte { return append([]byte(signatureDomain), root[:]...) }

// Sign signs events, given by their signed bytes, at once.
func Sign(key ed25519.PrivateKey, signed [][]byte) []Signature {
	leaves := make([]merkle.Hash, len(signed))
	for i, b := range signed {
		leaves[i] = merkle.Leaf(b)
	}
	tree := merkle.New(leaves)
	value := hex.EncodeToString(ed25519.Sign(key, message(tree.Root())))
	signatures := make([]Signature, len(signed))
	for i := range signatures {
		signatures[i] = Signature{Value: value}
		if n := len(signed); n > 1 {
			signatures[i].Of, signatures[i].Index = uint64(n), uint64(i)
			var path []byte
			for _, hash := range tree.Path(i) {
				path = hex.AppendEncode(path, hash[:])
			}
			signatures[i].Path = string(path)
		}
	}
	return signatures
}

// PublicKeyOf returns the public half of a key as it stands in the ledger.
func PublicKeyOf(key ed25519.PrivateKey) officer.PublicKey {
	return officer.PublicKey(hex.EncodeToString(key.Public().(ed25519.PublicKey)))
}

package catalog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

var (
	private   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	publicKey = private.Public().(ed25519.PublicKey)
)

func sampleSigned(n int) [][]byte {
	events := make([][]byte, n)
	for i := range events {
		events[i] = fmt.Appendf(nil, "event %d", i)
	}
	return events
}

// valid is how a verifier asks.
func (s Signature) valid(key ed25519.PublicKey, signed []byte) bool {
	root, err := s.Root(signed)
	return err == nil && s.SignedBy(key, root)
}

// TestSignaturesOfTrees: every event of every tree leads to the root that another
// implementation of RFC 6962 gives, and to it only.
func TestSignaturesOfTrees(t *testing.T) {
	for n := 1; n <= 70; n++ {
		events := sampleSigned(n)
		want := otherTree(t, events)
		for i, s := range Sign(private, events) {
			root, err := s.Root(events[i])
			require.NoError(t, err)
			require.Equal(t, want, root, "event %d of %d", i, n)
			require.True(t, s.SignedBy(publicKey, root))
			require.False(t, s.valid(publicKey, events[(i+1)%n]) && n > 1,
				"another event of the tree")
			if n > 1 {
				require.EqualValues(t, n, s.Of)
				require.EqualValues(t, i, s.Index)
			} else {
				require.Equal(t, Signature{Value: s.Value}, s)
			}
		}
	}
}

// otherTree is the root as package tlog computes it.
func otherTree(t *testing.T, events [][]byte) [sha256.Size]byte {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = stored[at]
		}
		return out, nil
	})
	for i, b := range events {
		hashes, err := tlog.StoredHashes(int64(i), b, read)
		require.NoError(t, err)
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(len(events)), read)
	require.NoError(t, err)
	return root
}

func TestAlteredSignatures(t *testing.T) {
	events := sampleSigned(21)
	other := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	for i, s := range Sign(private, events) {
		require.True(t, s.valid(publicKey, events[i]))
		require.False(t, s.valid(other, events[i]))
		require.False(t, s.valid(nil, events[i]))
		for at := range s.Value {
			a := s
			a.Value = flipped(s.Value, at)
			require.False(t, a.valid(publicKey, events[i]), "digit %d of the value", at)
		}
		for at := range s.Path {
			a := s
			a.Path = flipped(s.Path, at)
			require.False(t, a.valid(publicKey, events[i]), "digit %d of the path", at)
		}
		for at := range events[i] {
			b := bytes.Clone(events[i])
			b[at] ^= 1
			require.False(t, s.valid(publicKey, b))
		}
		for index := range uint64(40) {
			a := s
			a.Index = index
			require.Equal(t, index == s.Index, a.valid(publicKey, events[i]), "index %d for %d",
				index, s.Index)
		}
	}
}

func flipped(hexDigits string, at int) string {
	b := []byte(hexDigits)
	if b[at]++; b[at] == '9'+1 || b[at] == 'f'+1 {
		b[at] = '0'
	}
	return string(b)
}

// TestOneFormOfASignature: nothing else than what is written is taken.
func TestOneFormOfASignature(t *testing.T) {
	events := sampleSigned(5)
	s := Sign(private, events)[2]
	for name, change := range map[string]func(*Signature){
		"value in capitals":    func(s *Signature) { s.Value = strings.ToUpper(s.Value) },
		"path in capitals":     func(s *Signature) { s.Path = strings.ToUpper(s.Path) },
		"value with more":      func(s *Signature) { s.Value += "00" },
		"value that is no hex": func(s *Signature) { s.Value = "x" + s.Value[1:] },
		"no value":             func(s *Signature) { s.Value = "" },
		"path with one more": func(s *Signature) {
			s.Path += strings.Repeat("00",
				sha256.Size)
		},
		"path with half a hash":  func(s *Signature) { s.Path += "00" },
		"path with half a digit": func(s *Signature) { s.Path += "0" },
		"path with one less":     func(s *Signature) { s.Path = s.Path[2*sha256.Size:] },
		"no path":                func(s *Signature) { s.Path = "" },
		"no size":                func(s *Signature) { s.Of = 0 },
		"too many":               func(s *Signature) { s.Of = MaxSigned + 1 },
		"so many":                func(s *Signature) { s.Of = 1<<64 - 1 },
		"index behind the end":   func(s *Signature) { s.Index = s.Of },
	} {
		a := s
		change(&a)
		require.False(t, a.valid(publicKey, events[2]), name)
	}
	alone := Sign(private, events[:1])[0]
	require.True(t, alone.valid(publicKey, events[0]))
	alone.Of = 1
	require.False(t, alone.valid(publicKey, events[0]), "a tree of one event is not told its size")
}

func TestWidestTree(t *testing.T) {
	events := sampleSigned(MaxSigned)
	signatures := Sign(private, events)
	for _, i := range []int{0, 1, 511, 512, MaxSigned - 1} {
		require.True(t, signatures[i].valid(publicKey, events[i]))
	}
}

// TestSignedMetadataHasOneForm, and the signed bytes are those of the event without it.
func TestSignedMetadataHasOneForm(t *testing.T) {
	m := Meta{
		Command: uuid.MustParse("6ba7b810-9dad-51d1-80b4-00c04fd430c8"), Actor: "officer:a",
		At: 1785542400,
	}
	r := Leaf{
		Stream: "officer-a", Revision: 3, ID: EventID(m.Command, "officer-a", 0),
		Type: "officer.dismissed.v1", Data: []byte(`{}`),
	}
	var err error
	r.Meta, err = m.Bytes()
	require.NoError(t, err)
	plain := r.Append(nil)
	for i, s := range Sign(private, [][]byte{plain, []byte("b"), []byte("c")}) {
		m.Signature = s
		b, err := m.Bytes()
		require.NoError(t, err)
		require.True(t, both[Meta](t, new(cursor), b), "event %d is read by the scan", i)
		back, err := ParseMeta(b)
		require.NoError(t, err)
		require.Equal(t, m, back)
		r.Meta = b
		require.Equal(t, plain, SignedBytes(r))
		require.Equal(t, b, r.Meta, "the event stays as it is")
	}
	for _, bad := range []string{
		`"signature":{}`, `"signature":null`, `"signature":{"value":""}`,
		`"signature":{"value":"00","of":0}`,
		`"signature":{"of":2,"value":"00"}`,
		`"signature":{"value":"00","of":2,"index":1,"path":""}`,
		`"signature":{"value":"00","more":1}`,
	} {
		_, err := ParseMeta(
			[]byte(`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"officer:a","at":"2026-01-01T00:00:00Z",` + bad + `}`))
		require.ErrorIs(t, err, ErrNotCanonical, bad)
	}
	first, err := json.Marshal(Sign(private, [][]byte{plain})[0])
	require.NoError(t, err)
	require.Regexp(t, `^\{"value":"[0-9a-f]{128}"\}$`, string(first))
}

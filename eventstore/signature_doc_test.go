package eventstore_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"testing"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
)

// TestSignatureExample: docs/ledger.md shows the first leaf of a ledger, its signature, and the
// proposal of a publication, as this package makes them.
func TestSignatureExample(t *testing.T) {
	doc, err := os.ReadFile("../docs/ledger.md")
	require.NoError(t, err)
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	m := catalog.Meta{
		Command: uuid.MustParse("00112233-4455-8677-8899-aabbccddeeff"),
		Actor:   "officer:chief", At: 1767225600,
	}
	founder := officer.Appointed{
		Roles: []officer.Role{officer.Administrator},
		Key:   catalog.PublicKeyOf(key),
	}
	events, err := eventstore.Propose(m, "officer-chief", []officer.Event{founder})
	require.NoError(t, err)
	signers := eventstore.NewSigners(map[string]ed25519.PrivateKey{"chief": key})
	events, err = signers.Sign(m, "officer-chief", eventstore.NoStream, events)
	require.NoError(t, err)
	e := events[0]
	leaf := catalog.Leaf{
		Stream: "officer-chief", ID: e.ID, Type: e.Type, Meta: e.Meta,
		Data: e.Data,
	}
	require.Contains(t, string(doc), "\n    "+string(catalog.SignedBytes(leaf))+"\n")
	stored, err := catalog.ParseMeta(e.Meta)
	require.NoError(t, err)
	require.Contains(t, string(doc), stored.Signature.Value)
	require.Contains(t, string(doc), hex.EncodeToString(bytes.Repeat([]byte{1}, ed25519.SeedSize)))

	// of {}
	digest := [32]byte{
		0x44, 0x13, 0x6f, 0xa3, 0x55, 0xb3, 0x67, 0x8a, 0x11, 0x46, 0xad, 0x16, 0xf7,
		0xe8, 0x64, 0x9e, 0x94, 0xfb, 0x4f, 0xc2, 0x1f, 0xe7, 0x7e, 0x83, 0x10, 0xc0, 0x60, 0xf6,
		0x1c, 0xaa, 0xff, 0x8a,
	}
	require.Contains(t, string(doc),
		"`proposal-"+proposal.ID("round-2026-1", 9, "round.published.v1", digest)+"`")
}

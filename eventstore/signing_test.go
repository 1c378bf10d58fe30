package eventstore_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

var (
	wei  = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	keys = map[string]ed25519.PrivateKey{"wei": wei}
)

// requireSigned demands that wei signed the event as it is stored.
func requireSigned(t testing.TB, r eventstore.Recorded) catalog.Signature {
	t.Helper()
	m, err := catalog.ParseMeta(r.Meta)
	require.NoError(t, err)
	root, err := m.Signature.Root(catalog.SignedBytes(r.Leaf()))
	require.NoError(t, err)
	require.True(t, m.Signature.SignedBy(wei.Public().(ed25519.PublicKey), root))
	return m.Signature
}

// sign proposes events of wei at this place and signs them.
func sign(t testing.TB, s *eventstore.Signers, name string, last eventstore.Expected,
	n int,
) []eventstore.Recorded {
	t.Helper()
	events := make([]officer.Event, n)
	for i := range events {
		events[i] = officer.Dismissed{}
	}
	proposed, err := eventstore.Propose(command(name), stream, events)
	require.NoError(t, err)
	meta := proposed[0].Meta
	signed, err := s.Sign(command(name), stream, last, proposed)
	require.NoError(t, err)
	require.Equal(t, meta, proposed[0].Meta, "the caller's events stay as they are")
	recorded := make([]eventstore.Recorded, n)
	for i, e := range signed {
		recorded[i] = eventstore.Recorded{
			Stream: stream, Revision: uint64(int64(last) + 1 + int64(i)),
			ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data,
		}
	}
	return recorded
}

func TestSigning(t *testing.T) {
	s := eventstore.NewSigners(keys)
	require.Zero(t, requireSigned(t, sign(t, s, "a", eventstore.NoStream, 1)[0]).Of)
	moved := sign(t, s, "a", 6, 1)[0]
	requireSigned(t, moved)
	require.NotEqual(t, sign(t, s, "a", 7, 1)[0].Meta, moved.Meta,
		"another place is another signature")
}

// TestOfficersWithoutAKey: whose key is not at hand is not signed for.
func TestOfficersWithoutAKey(t *testing.T) {
	for _, s := range []*eventstore.Signers{
		nil,
		eventstore.NewSigners(map[string]ed25519.PrivateKey{"li": wei}),
	} {
		meta, err := catalog.ParseMeta(sign(t, s, "a", eventstore.NoStream, 1)[0].Meta)
		require.NoError(t, err)
		require.Equal(t, command("a"), meta)
	}
}

// TestRequire: an author is refused unless the key at hand is that of the ledger.
func TestRequire(t *testing.T) {
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	for name, v := range map[string]struct {
		ledger officer.PublicKey
		hand   ed25519.PrivateKey
		code   string
	}{
		"none":           {"", nil, ""},
		"the key":        {catalog.PublicKeyOf(wei), wei, ""},
		"not at hand":    {catalog.PublicKeyOf(wei), nil, "signature_needed"},
		"another":        {catalog.PublicKeyOf(wei), other, "signature_needed"},
		"not yet stored": {"", wei, "signature_unexpected"},
	} {
		t.Run(name, func(t *testing.T) {
			var s *eventstore.Signers
			if v.hand != nil {
				s = eventstore.NewSigners(map[string]ed25519.PrivateKey{"li": v.hand})
			}
			require.Equal(t, v.code, fault.CodeOf(s.Require("officer:li", v.ledger)))
			require.NoError(t, s.Require(catalog.ActorClock, ""), "the clock has no key")
		})
	}
}

// TestSigningTogether: several events, many at once; every event proves itself, and no tree is
// larger than it may be.
func TestSigningTogether(t *testing.T) {
	s := eventstore.NewSigners(keys)
	var all sync.WaitGroup
	for i := range 300 {
		n := 1 + i%4
		if i == 0 {
			n = 200 // more than are gathered
		}
		all.Go(func() {
			for _, r := range sign(t, s, fmt.Sprint(i), eventstore.Expected(i)-1, n) {
				of := requireSigned(t, r).Of
				require.True(t, of <= 64 || of == 200, "a tree of %d", of)
			}
		})
	}
	all.Wait()
}

// TestOneSignatureCoversABatch: one signature can cover what one append can store at most.
func TestOneSignatureCoversABatch(t *testing.T) {
	require.LessOrEqual(t, eventstore.MaxBatchEvents, catalog.MaxSigned)
}

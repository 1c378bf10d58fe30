package eventstore_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

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

func TestSigning(t *testing.T) {
	m := &memory{}
	s := eventstore.NewSigning(m, keys)
	_, err := eventstore.Of(catalog.Officers).Handle(ctx, s, stream, command("a"), sampleOf(appoint), appoint)
	require.NoError(t, err)
	require.Len(t, m.events, 1)
	require.Zero(t, requireSigned(t, m.events[0]).Of)

	stored := m.events[0].Meta
	_, err = eventstore.Of(catalog.Officers).Handle(ctx, s, stream, command("a"), sampleOf(appoint), appoint)
	require.NoError(t, err)
	require.Len(t, m.events, 1, "a repeated command stores nothing")
	require.Equal(t, stored, m.events[0].Meta)
}

// TestSigningAfterALostRace: what is stored at another revision is signed anew.
func TestSigningAfterALostRace(t *testing.T) {
	m := &memory{}
	s := eventstore.NewSigning(m, keys)
	_, err := eventstore.Of(catalog.Officers).Handle(ctx, s, stream, command("a"), sampleOf(appoint), appoint)
	require.NoError(t, err)
	m.disturb = func(appends int, store func() error) error {
		if appends == 2 {
			other(t, m, "race", officer.ChangeRoles{Roles: officer.Roles})
		}
		return store()
	}
	_, err = eventstore.Of(catalog.Officers).Handle(ctx, s, stream, command("b"), sampleOf(officer.Dismiss{}), officer.Dismiss{})
	require.NoError(t, err)
	require.Len(t, m.events, 3)
	require.EqualValues(t, 2, m.events[2].Revision)
	requireSigned(t, m.events[2])
}

// TestOfficersWithoutAKey: whose key is not at hand is not signed for.
func TestOfficersWithoutAKey(t *testing.T) {
	m := &memory{}
	s := eventstore.NewSigning(m, map[string]ed25519.PrivateKey{"li": wei})
	_, err := eventstore.Of(catalog.Officers).Handle(ctx, s, stream, command("a"), sampleOf(appoint), appoint)
	require.NoError(t, err)
	meta, err := catalog.ParseMeta(m.events[0].Meta)
	require.NoError(t, err)
	require.Equal(t, command("a"), meta)

	mixed := eventstore.Proposed{ID: uuid.New(), Type: "officer.dismissed.v1", Meta: m.events[0].Meta, Data: []byte(`{}`)}
	meta.Actor = "officer:li"
	b, err := meta.Bytes()
	require.NoError(t, err)
	_, err = s.Append(ctx, stream, 0, mixed, eventstore.Proposed{ID: uuid.New(), Type: "officer.dismissed.v1", Meta: b, Data: []byte(`{}`)})
	require.ErrorContains(t, err, "officer:li at once")
	require.Len(t, m.events, 1)
}

// TestRequireRoleAndKey: a command is refused unless it is signed with the key of the ledger.
func TestRequireRoleAndKey(t *testing.T) {
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
			m := &memory{}
			_, err := eventstore.Of(catalog.Officers).Handle(ctx, m, stream, command("a"), sampleOf(officer.Appoint{Roles: reviewer, Key: v.ledger}), officer.Appoint{Roles: reviewer, Key: v.ledger})
			require.NoError(t, err)
			var s eventstore.Store = m
			if v.hand != nil {
				s = eventstore.NewSigning(m, map[string]ed25519.PrivateKey{"li": v.hand})
			}
			meta := command("b")
			meta.Actor = "officer:li"
			err = eventstore.RequireRole(ctx, s, meta, "application.approved.v1")
			if v.code == "" {
				require.NoError(t, err)
			} else {
				requireCode(t, v.code, err)
			}
			requireCode(t, "not_allowed", eventstore.RequireRole(ctx, s, meta, "round.sealed.v1"))
		})
	}
}

func TestPrivateStreamsAreNotSigned(t *testing.T) {
	m := &memory{}
	s := eventstore.NewSigning(m, keys)
	_, err := s.Append(ctx, eventstore.LedgerStream, eventstore.NoStream, eventstore.Proposed{Meta: []byte("not looked at")})
	require.NoError(t, err)
	require.Equal(t, "not looked at", string(m.events[0].Meta))
}

// sink keeps what is appended.
type sink struct {
	eventstore.Store
	mu     sync.Mutex
	events []eventstore.Recorded
}

func (s *sink) Append(_ context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed) (eventstore.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, e := range events {
		s.events = append(s.events, eventstore.Recorded{
			Stream: stream, Revision: uint64(int64(expected) + 1 + int64(i)), ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data,
		})
	}
	return eventstore.Start, nil
}

// TestSigningTogether: appends of several events, many at once; every event proves itself,
// and no tree is larger than it may be.
func TestSigningTogether(t *testing.T) {
	const appends = 300
	to := &sink{}
	s := eventstore.NewSigning(to, keys)
	var all sync.WaitGroup
	want := 0
	for i := range appends {
		n := 1 + i%4
		if i == 0 {
			n = 200 // more than are gathered
		}
		want += n
		all.Go(func() {
			m, err := command(fmt.Sprint(i)).Bytes()
			require.NoError(t, err)
			events := make([]eventstore.Proposed, n)
			for j := range events {
				events[j] = eventstore.Proposed{ID: uuid.New(), Type: "officer.dismissed.v1", Meta: m, Data: []byte(`{}`)}
			}
			_, err = s.Append(ctx, fmt.Sprint(officer.StreamPrefix, i), eventstore.Expected(i)-1, events...)
			require.NoError(t, err)
			require.Equal(t, m, events[0].Meta, "the caller's events stay as they are")
		})
	}
	all.Wait()
	require.Len(t, to.events, want)
	for _, r := range to.events {
		of := requireSigned(t, r).Of
		require.True(t, of <= 64 || of == 200, "a tree of %d", of)
	}
}

// TestOneSignatureCoversABatch: one signature can cover what one append can store at most.
func TestOneSignatureCoversABatch(t *testing.T) {
	require.LessOrEqual(t, eventstore.MaxBatchEvents, catalog.MaxSigned)
}

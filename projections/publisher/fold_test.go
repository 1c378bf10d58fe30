package publisher_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/projections/publisher"
)

// counting is a store that counts the events that it gives.
type counting struct {
	eventstore.Store
	events int
}

func (c *counting) ReadAll(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range c.Store.ReadAll(ctx, after, prefixes...) {
			c.events++
			if !yield(r, err) {
				return
			}
		}
	}
}

// TestNothingIsReadAgain: a publisher applies each event once, whoever published it.
func TestNothingIsReadAgain(t *testing.T) {
	l := newLedger(t)
	l.closed()
	c := &counting{Store: l.store}
	l.Store = c
	reads := func(n int, work func() error) {
		t.Helper()
		c.events = 0
		require.NoError(t, work())
		require.Equal(t, n, c.events)
	}
	sync := func() error { _, err := l.Sync(t.Context()); return err }
	catchUp := func() error { _, err := l.CatchUp(t.Context()); return err }
	reads(int(l.stored()), sync)
	reads(0, sync)
	reads(0, catchUp)
	l.appoint(3)
	reads(3, catchUp)
	reads(0, catchUp)
	reads(3, sync) // for their leaves
	l.appoint(2)
	_, err := l.another(l.Dir).Sync(t.Context())
	require.NoError(t, err)
	reads(2, sync)
	require.Equal(t, l.stored(), l.Ledger().Size())

	l.restart()
	l.appoint(1)
	reads(1, sync) // the folder has the others
	l.proven("in the end")
}

// TestCatchUpAhead: whoever asks for the ledger applies events before they are published. Files
// that they imply wait for the checkpoint, also when another publisher comes first.
func TestCatchUpAhead(t *testing.T) {
	for _, another := range []bool{false, true} {
		l := newLedger(t)
		l.proven("before")
		l.closed()
		l.seal()
		l.restart()
		before := folder(t, l.Dir)
		ledger, err := l.CatchUp(t.Context())
		require.NoError(t, err)
		state, _ := ledger.Round("r1")
		require.Equal(t, round.PhaseSealed, state.Phase)
		require.Equal(t, before, folder(t, l.Dir), "nothing is published")
		if another {
			_, err := l.another(l.Dir).Sync(t.Context())
			require.NoError(t, err)
		}
		l.proven("after")
		require.Equal(t, 5, l.verify("rosters").Files)
		require.Same(t, ledger, l.Ledger())
	}
}

// TestCatchUpWithoutAFolder: the store has everything.
func TestCatchUpWithoutAFolder(t *testing.T) {
	l := newLedger(t)
	l.closed()
	l.proven("before")
	require.NoError(t, os.RemoveAll(l.Dir))
	l.restart()
	ledger, err := l.CatchUp(t.Context())
	require.NoError(t, err)
	require.Equal(t, l.stored(), ledger.Size())
	require.NoDirExists(t, filepath.Join(l.Dir, "tile"))
	l.proven("made again")
}

// TestCatchUpToAForbiddenEvent: the event is named, and what came before it can be published.
func TestCatchUpToAForbiddenEvent(t *testing.T) {
	l := newLedger(t)
	l.appoint(2)
	r := l.events("officer-")[1]
	r.Stream = "officer-intruder"
	l.put(r)
	l.appoint(1)
	for range 2 {
		_, err := l.CatchUp(t.Context())
		require.ErrorIs(t, err, publisher.ErrForbidden)
	}
	at, err := l.Sync(t.Context())
	require.ErrorIs(t, err, publisher.ErrForbidden)
	require.Equal(t, l.stored()-2, at.Size)
	require.Equal(t, at.Size, l.verify("what came before").Leaves)
}

// TestStoreThatLostEvents: the fold has what the store does not give any more.
func TestStoreThatLostEvents(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	l.appoint(3)
	_, err := l.CatchUp(t.Context())
	require.NoError(t, err)
	for _, s := range []eventstore.Store{short{l.store, 2}, short{l.store, 0}} {
		l.Store = s
		locks := l.locks()
		_, err = l.Sync(t.Context())
		require.ErrorIs(t, err, publisher.ErrFork)
		require.Equal(t, locks, l.locks())
	}
	l.proven("after")
}

// short is a store that gives so many events only.
type short struct {
	eventstore.Store
	events int
}

func (s short) ReadAll(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		n := 0
		for r, err := range s.Store.ReadAll(ctx, after, prefixes...) {
			if n++; n > s.events || !yield(r, err) {
				return
			}
		}
	}
}

// TestStoreThatChangesEvents: the last event that was applied has another id now.
func TestStoreThatChangesEvents(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	l.appoint(2)
	_, err := l.CatchUp(t.Context())
	require.NoError(t, err)
	l.Store = changing{l.store}
	locks := l.locks()
	_, err = l.Sync(t.Context())
	require.ErrorIs(t, err, publisher.ErrFork)
	require.Equal(t, locks, l.locks())
	l.proven("after")
}

// changing is a store that gives events other ids.
type changing struct{ eventstore.Store }

func (c changing) ReadAll(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range c.Store.ReadAll(ctx, after, prefixes...) {
			r.ID[0] ^= 1
			if !yield(r, err) {
				return
			}
		}
	}
}

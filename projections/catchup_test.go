package projections_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/application"
	"lotteryledger/eventstore"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// TestRestartAtEveryEvent applies a history one event at a time, each time by a
// new process, and at once: the tables must not differ.
func TestRestartAtEveryEvent(t *testing.T) {
	w := busyWorld(t)
	events := w.store.all()
	path := newPath(t)
	for n := range events {
		db := reopen(t, path)
		require.NoError(t, db.CatchUp(ctx, newMemory(events[:n+1]...)))
		at, err := db.Position(ctx, pool.Name)
		require.NoError(t, err)
		require.Equal(t, projections.Position{Position: events[n].Position, Leaves: int64(n + 1)},
			at)
		require.NoError(t, db.Close())
	}
	piecemeal := dump(t, open(t, path))

	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	require.Equal(t, dump(t, db), piecemeal)
	require.Contains(t, piecemeal, "results_indicators")

	require.NoError(t, db.CatchUp(ctx, w.store), "nothing new")
	require.Equal(t, piecemeal, dump(t, db))
}

// stutter delivers everything from the beginning, whatever position is asked for.
type stutter struct{ *memory }

func (s stutter) ReadAll(ctx context.Context, _ eventstore.Position, prefixes ...string) seq {
	return s.memory.ReadAll(ctx, eventstore.Start, prefixes...)
}

func TestRedeliveryChangesNothing(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, newMemory(w.store.all()[:100]...)))
	require.NoError(t, db.CatchUp(ctx, stutter{w.store}))
	require.NoError(t, db.CatchUp(ctx, stutter{w.store}))

	once := open(t, newPath(t))
	require.NoError(t, once.CatchUp(ctx, w.store))
	require.Equal(t, dump(t, once), dump(t, db))
}

func TestRebuild(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	before := dump(t, db)

	require.NoError(t, db.Rebuild(ctx, pool.Name))
	at, err := db.Position(ctx, pool.Name)
	require.NoError(t, err)
	require.Zero(t, at)
	at, err = db.Position(ctx, results.Name)
	require.NoError(t, err)
	require.EqualValues(t, len(w.store.all()), at.Leaves, "the others stay")
	counts, err := pool.Of(db).Counts(ctx)
	require.NoError(t, err)
	require.Empty(t, counts)
	require.NoError(t, db.CatchUp(ctx, w.store))
	require.Equal(t, before, dump(t, db))

	require.NoError(t, db.Rebuild(ctx))
	require.NoError(t, db.CatchUp(ctx, w.store))
	require.Equal(t, before, dump(t, db))

	require.ErrorContains(t, db.Rebuild(ctx, "odds"), `projection "odds"`)
}

// TestManyAtOnce lets several processes catch up the same new file, and one of
// them begin anew meanwhile.
func TestManyAtOnce(t *testing.T) {
	store := crowd(t, 6000)
	path := newPath(t)
	var g sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		g.Go(func() {
			errs[i] = func() error {
				db, err := projections.Open(path, pool.Projection{}, results.Projection{},
					timeline.Projection{})
				if err != nil {
					return err
				}
				if err = db.CatchUp(ctx, store); err == nil && i == 0 {
					err = errors.Join(db.Rebuild(ctx), db.CatchUp(ctx, store))
				}
				return errors.Join(err, db.Close())
			}()
		})
	}
	g.Wait()
	require.NoError(t, errors.Join(errs...))

	alone := open(t, newPath(t))
	require.NoError(t, alone.CatchUp(ctx, store))
	require.Equal(t, digest([]byte(dump(t, alone))), digest([]byte(dump(t, open(t, path)))))
}

// gated is a store that stops before the event with this index until it is told to
// go on.
type gated struct {
	*memory
	at   int
	wait func()
}

func (s gated) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		i := 0
		for r, err := range s.memory.ReadAll(ctx, after, prefixes...) {
			if i == s.at {
				s.wait()
			}
			i++
			if !yield(r, err) {
				return
			}
		}
	}
}

// TestRebuiltMeanwhile empties the tables between two transactions of a process
// that is catching up: it has to notice and to begin anew.
func TestRebuiltMeanwhile(t *testing.T) {
	store := crowd(t, 8000)
	path := newPath(t)
	db, other := open(t, path), open(t, path)
	rebuilt := false
	require.NoError(t, db.CatchUp(ctx, gated{store, 20_000, func() {
		if rebuilt {
			return
		}
		rebuilt = true
		require.Eventually(t, func() bool {
			at, err := other.Position(ctx, pool.Name)
			return err == nil && at.Leaves > 0
		}, 20*time.Second, time.Millisecond)
		require.NoError(t, other.Rebuild(ctx))
	}}))
	require.True(t, rebuilt)
	at, err := db.Position(ctx, pool.Name)
	require.NoError(t, err)
	require.EqualValues(t, len(store.events), at.Leaves)
	counts, err := pool.Of(db).Counts(ctx)
	require.NoError(t, err)
	require.Len(t, counts, 2)
	require.EqualValues(t, 8000, counts[0].Applications+counts[1].Applications)
}

func TestFollow(t *testing.T) {
	w := newWorld(t)
	w.open()
	path := newPath(t)
	db := open(t, path)
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- db.Follow(ctx, w.store) }()
	for n := range 20 {
		code := w.submit(n)
		require.Eventually(t, func() bool {
			_, found, err := pool.Of(db).Find(ctx, code)
			return err == nil && found
		}, 5*time.Second, time.Millisecond)
	}
	// a rebuild while following
	other := open(t, path)
	require.NoError(t, other.Rebuild(ctx))
	last := w.submit(20)
	require.Eventually(t, func() bool {
		at, err := other.Position(ctx, results.Name)
		return err == nil && at.Leaves == w.ledger.Size()
	}, 5*time.Second, time.Millisecond)
	_, found, err := pool.Of(db).Find(ctx, last)
	require.NoError(t, err)
	require.True(t, found)

	stop()
	require.ErrorIs(t, <-ended, context.Canceled)
}

// TestErrorsStop shows that a bad event stops the projections just before it and is
// named.
func TestErrorsStop(t *testing.T) {
	w := busyWorld(t)
	good := w.store.all()
	const at = 90
	spoilt := func(change func(*eventstore.Recorded)) *memory {
		m := newMemory(good...)
		change(&m.events[at])
		return m
	}
	place := fmt.Sprintf("%s at revision %d, position %s", good[at].Stream, good[at].Revision,
		good[at].Position)
	for name, c := range map[string]struct {
		store  *memory
		err    string
		leaves int64
	}{
		"unknown type": {spoilt(func(r *eventstore.Recorded) {
			r.Type = r.Type[:len(r.Type)-1] +
				"9"
		}), "reading " + place + ": unknown event type", at},
		"not canonical": {
			spoilt(
				func(r *eventstore.Recorded) { r.Data = append([]byte(" "), r.Data...) }),
			"reading " + place, at,
		},
		"wrong stream": {
			spoilt(func(r *eventstore.Recorded) { r.Type = "round.closed.v1" }),
			"reading ", at,
		},
		"unknown application": {spoilt(func(r *eventstore.Recorded) {
			r.Stream, r.Type, r.Data = application.StreamPrefix+"0000000000000",
				"application.approved.v1", []byte("{}")
		}), "to projection pool: no such application", 0},
		"unknown round": {spoilt(func(r *eventstore.Recorded) {
			r.Stream, r.Type, r.Data = "round-1999-1", "round.closed.v1", []byte("{}")
		}), "to projection results: no such round", 0},
		"unknown indicator": {spoilt(func(r *eventstore.Recorded) {
			r.Stream, r.Type, r.Data = "indicator-a.b.1", "indicator.used.v1", []byte("{}")
		}), "to projection results: no such indicator", 0},
		"twice": {spoilt(func(
			r *eventstore.Recorded,
		) {
			*r = good[9]
			r.Position = good[at].Position
		}), "pool", 0},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, newPath(t))
			require.ErrorContains(t, db.CatchUp(ctx, c.store), c.err)
			p, err := db.Position(ctx, pool.Name)
			require.NoError(t, err)
			require.Equal(t, c.leaves, p.Leaves)
			require.NoError(t, db.CatchUp(ctx, newMemory(good...)), "the events put right")

			other := open(t, newPath(t))
			require.NoError(t, other.CatchUp(ctx, newMemory(good...)))
			require.Equal(t, dump(t, other), dump(t, db))
		})
	}
}

func TestStoreFails(t *testing.T) {
	w := busyWorld(t)
	cut := errors.New("connection lost")
	w.store.fail[50] = cut
	db := open(t, newPath(t))
	require.ErrorIs(t, db.CatchUp(ctx, w.store), cut)
	at, err := db.Position(ctx, pool.Name)
	require.NoError(t, err)
	require.EqualValues(t, 50, at.Leaves, "what came before is kept")

	ctx, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, db.CatchUp(ctx, w.store), context.Canceled)
}

// TestLeavesAreThoseOfTheLedger: the index that an event has in the tables is the
// one that the public ledger gives it.
func TestLeavesAreThoseOfTheLedger(t *testing.T) {
	w := newWorld(t)
	w.open()
	code := w.submit(0)
	_, err := w.store.Append(ctx, eventstore.LedgerStream, eventstore.NoStream,
		eventstore.Proposed{Type: "ledger.checkpoint_signed.v1"})
	require.NoError(t, err) // private: no leaf
	private := len(w.store.all()) - 1
	_, err = store(w, catalog.Applications, application.StreamPrefix+code,
		application.Command(application.Approve{}))
	require.NoError(t, err)
	require.NoError(t, w.ledger.Apply(leaf(t, int64(private), w.store.all()[private+1])))

	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	require.Equal(t, []string{fmt.Sprint(private)},
		texts(t, db, "SELECT approved_leaf FROM pool_applications"))
	at, err := db.Position(ctx, pool.Name)
	require.NoError(t, err)
	require.Equal(t, w.ledger.Size(), at.Leaves)
}

package dryrun_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/dryrun"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
)

func open(t *testing.T) eventstore.Store {
	server, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	store, err := esdb.Open(t.Context(), server.ConnectionString(), esdb.Options{})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

func event(n int) eventstore.Proposed {
	return eventstore.Proposed{
		ID: uuid.New(), Type: "test.happened.v1", Meta: []byte("{}"),
		Data: fmt.Appendf(nil, `{"n":%d}`, n),
	}
}

// data is what a stream holds from a revision on, with the revisions.
func data(t *testing.T, s eventstore.Store, stream string, from uint64) []string {
	t.Helper()
	var all []string
	for r, err := range s.Read(t.Context(), stream, eventstore.Range{From: from}) {
		if errors.Is(err, eventstore.ErrNotFound) {
			return []string{"not found"}
		}
		require.NoError(t, err)
		all = append(all, fmt.Sprint(r.Revision, " ", string(r.Data)))
	}
	return all
}

func TestAppendsAreSeenByTheTrialAlone(t *testing.T) {
	store := open(t)
	_, err := store.Append(t.Context(), "a", eventstore.NoStream, event(0), event(1))
	require.NoError(t, err)
	trial := dryrun.New(store)
	for i, add := range [][]eventstore.Proposed{{event(2)}, {event(3), event(4)}, {event(5)}} {
		_, err := trial.Append(t.Context(), "a", []eventstore.Expected{1, 2, 4}[i], add...)
		require.NoError(t, err)
	}
	_, err = trial.Append(t.Context(), "new", eventstore.NoStream, event(6))
	require.NoError(t, err)

	require.Equal(t, 5, trial.Count())
	require.Equal(t, []string{
		`0 {"n":0}`, `1 {"n":1}`, `2 {"n":2}`, `3 {"n":3}`, `4 {"n":4}`,
		`5 {"n":5}`,
	}, data(t, trial, "a", 0))
	require.Equal(t, []string{`1 {"n":1}`, `2 {"n":2}`, `3 {"n":3}`, `4 {"n":4}`, `5 {"n":5}`},
		data(t, trial, "a", 1))
	require.Equal(t, []string{`4 {"n":4}`, `5 {"n":5}`}, data(t, trial, "a", 4))
	require.Empty(t, data(t, trial, "a", 6))
	require.Equal(t, []string{`0 {"n":6}`}, data(t, trial, "new", 0))
	require.Equal(t, []string{"not found"}, data(t, trial, "other", 0))

	require.Equal(t, []string{`0 {"n":0}`, `1 {"n":1}`}, data(t, store, "a", 0))
	require.Equal(t, []string{"not found"}, data(t, store, "new", 0))
}

// TestRanges holds every range of a stream of stored and tried events against a slice.
func TestRanges(t *testing.T) {
	store := open(t)
	_, err := store.Append(t.Context(), "a", eventstore.NoStream, event(0), event(1))
	require.NoError(t, err)
	trial := dryrun.New(store)
	for stream, expected := range map[string]eventstore.Expected{
		"a":   1,
		"new": eventstore.NoStream,
	} {
		_, err = trial.Append(t.Context(), stream, expected, event(2), event(3))
		require.NoError(t, err)
		all := data(t, trial, stream, 0)
		for _, from := range []uint64{0, 1, 2, 3, 4, math.MaxUint64} {
			for limit := range uint64(5) {
				for _, backwards := range []bool{false, true} {
					r := eventstore.Range{From: from, Backwards: backwards, Limit: limit}
					var want, got []string
					for i := range r.Revisions(uint64(len(all))) {
						want = append(want, all[i])
					}
					for r, err := range trial.Read(t.Context(), stream, r) {
						require.NoError(t, err)
						got = append(got, fmt.Sprint(r.Revision, " ", string(r.Data)))
					}
					require.Equal(t, want, got, "%s %+v", stream, r)
				}
			}
		}
	}
}

func TestStreams(t *testing.T) {
	store := open(t)
	for _, name := range []string{"x-1", "x-3", "y-1"} {
		_, err := store.Append(t.Context(), name, eventstore.NoStream, event(0))
		require.NoError(t, err)
	}
	trial := dryrun.New(store)
	for name, expected := range map[string]eventstore.Expected{"x-2": -1, "x-3": 0, "z-1": -1} {
		_, err := trial.Append(t.Context(), name, expected, event(1))
		require.NoError(t, err)
	}
	list := func(s eventstore.Store) (names []string) {
		for name, err := range s.Streams(t.Context(), "x-") {
			require.NoError(t, err)
			names = append(names, name)
		}
		return names
	}
	require.Equal(t, []string{"x-1", "x-2", "x-3"}, list(trial))
	require.Equal(t, []string{"x-1", "x-3"}, list(store))
}

func TestConflicts(t *testing.T) {
	store := open(t)
	_, err := store.Append(t.Context(), "a", eventstore.NoStream, event(0), event(1), event(2))
	require.NoError(t, err)
	trial := dryrun.New(store)
	refused := func(stream string, expected eventstore.Expected) {
		t.Helper()
		_, err := trial.Append(t.Context(), stream, expected, event(9))
		require.ErrorIs(t, err, eventstore.ErrConflict)
	}
	for _, e := range []eventstore.Expected{eventstore.NoStream, 0, 1, 3, 100} {
		refused("a", e)
	}
	refused("new", 0)
	_, err = trial.Append(t.Context(), "a", 2, event(3), event(4))
	require.NoError(t, err)
	for _, e := range []eventstore.Expected{eventstore.NoStream, 0, 2, 3, 5} {
		refused("a", e)
	}
	require.Equal(t, 2, trial.Count(), "what was refused does not count")
}

// TestCommandsInATrial: a command sees what those before it would have stored.
func TestCommandsInATrial(t *testing.T) {
	trial := dryrun.New(open(t))
	now := func() domain.Time { return 1_791_000_000 }
	o := &office.Office{Store: trial, Key: make([]byte, office.KeySize), Now: now}
	chief := office.Author{Command: uuid.New(), Actor: "officer:chief"}
	for _, r := range []office.Request{
		office.Officer("chief", officer.Appoint{Roles: officer.Roles}),
		office.Rules(rules.Beijing2021()),
		office.Rules(rules.Beijing2021()), // the same command again
		office.Round("r1", round.Open{
			Rules: "beijing-2021", Opens: 1_700_000_000,
			Closes: 1_701_000_000,
		}),
	} {
		_, err := o.Execute(t.Context(), chief, r)
		require.NoError(t, err)
	}
	require.Equal(t, 3, trial.Count())
}

// broken is a store that cannot be read.
type broken struct{ eventstore.Store }

func (broken) Read(context.Context, string, eventstore.Range) iter.Seq2[eventstore.Recorded,
	error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		yield(eventstore.Recorded{},
			context.Canceled)
	}
}

func TestAnUnreadableStore(t *testing.T) {
	trial := dryrun.New(broken{})
	_, err := trial.Append(t.Context(), "a", eventstore.NoStream, event(0))
	require.ErrorIs(t, err, context.Canceled)
	for _, err := range trial.Read(t.Context(), "a", eventstore.Range{}) {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Zero(t, trial.Count())
}

package histories

import (
	"bytes"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// TestSeedIsHistory: a seed gives the same bytes whenever it is run.
func TestSeedIsHistory(t *testing.T) {
	a, b := newEnvironment(t), newEnvironment(t)
	for seed := range uint64(40) {
		one, wrong := run(a, seed, -1)
		require.Empty(t, wrong)
		two, wrong := run(b, seed, -1)
		require.Empty(t, wrong)
		require.Equal(t, one.history(), two.history())
		require.True(t, bytes.Equal(one.bytes(), two.bytes()), "seed %d", seed)
	}
	one, _ := run(a, 1, -1)
	two, _ := run(a, 2, -1)
	require.NotEqual(t, one.bytes(), two.bytes())
}

// TestEmbedded: the embedded server, through the official client, comes to the same ledger as the
// memory that all other histories are stored in.
func TestEmbedded(t *testing.T) {
	env := newEnvironment(t)
	for seed := range uint64(12) {
		memory, wrong := run(env, seed, -1)
		require.Empty(t, wrong)
		server, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem()})
		require.NoError(t, err)
		client, err := esdb.Open(ctx, server.ConnectionString(), esdb.Options{})
		require.NoError(t, err)
		real := newEnvironment(t)
		real.store = func() eventstore.Store { return client }
		stored, wrong := run(real, seed, -1)
		require.Empty(t, wrong)
		require.Equal(t, string(memory.bytes()), string(stored.bytes()))
		client.Close()
		require.NoError(t, server.Close())
	}
}

// TestTampered: the replay refuses a history from which one event was taken, in which two were
// exchanged, or that names another author. It is what the office stored that has to be shown.
func TestTampered(t *testing.T) {
	env := newEnvironment(t)
	refused := map[string]int{}
	for seed := range uint64(60) {
		w, wrong := run(env, seed, -1)
		require.Empty(t, wrong)
		events := w.events()
		require.NoError(t, replay(events))
		at := w.rng.IntN(len(events))
		next := following(events, at)
		for next < 0 { // so that somebody misses it
			at = w.rng.IntN(len(events))
			next = following(events, at)
		}
		for name, changed := range map[string][]eventstore.Recorded{
			"removed":   append(append([]eventstore.Recorded{}, events[:at]...), events[at+1:]...),
			"exchanged": exchanged(events, at, next),
			"altered":   altered(t, events, at),
			"repeated":  append(append([]eventstore.Recorded{}, events...), events[at]),
		} {
			require.Error(t, replay(changed), "seed %d, event %d %s", seed, at, name)
			refused[name]++
		}
	}
	t.Log(refused)
}

func replay(events []eventstore.Recorded) error {
	l := audit.NewLedger(nil)
	for _, e := range events {
		if err := apply(l, e); err != nil {
			return err
		}
	}
	return nil
}

// following is the index of the next event in the stream, or -1.
func following(events []eventstore.Recorded, at int) int {
	for i := at + 1; i < len(events); i++ {
		if events[i].Stream == events[at].Stream {
			return i
		}
	}
	return -1
}

func exchanged(events []eventstore.Recorded, i, k int) []eventstore.Recorded {
	changed := append([]eventstore.Recorded{}, events...)
	changed[i], changed[k] = changed[k], changed[i]
	return changed
}

// altered gives an event another author, or a date before all others of its round.
func altered(t *testing.T, events []eventstore.Recorded, at int) []eventstore.Recorded {
	changed := append([]eventstore.Recorded{}, events...)
	m, err := catalog.ParseMeta(events[at].Meta)
	require.NoError(t, err)
	m.Actor, m.At = actorOf("nobody"), domain.Time(1)
	changed[at].Meta, err = m.Bytes()
	require.NoError(t, err)
	return changed
}

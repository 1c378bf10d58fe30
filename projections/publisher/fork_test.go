package publisher_test

import (
	"os"
	"path/filepath"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore"
	"lotteryledger/projections/publisher"
)

// forked demands that a publication is refused and nothing changes by it.
func (l *ledger) forked() {
	l.t.Helper()
	before, locks := folder(l.t, l.Dir), l.locks()
	_, err := l.Sync(l.t.Context())
	require.ErrorIs(l.t, err, publisher.ErrFork)
	require.Equal(l.t, before, folder(l.t, l.Dir))
	require.Equal(l.t, locks, l.locks())
}

func TestForkByAnEmptyStore(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	l.use(newStore(t))
	l.forked()
	l.found() // other ids, so other leaves
	l.appoint(4)
	l.forked()
}

func TestForkByAnOlderStore(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	first := l.events(eventstore.LedgerStream)
	public := l.events(catalog.PublicStreams...)
	l.appoint(1)
	l.proven("after")
	l.use(newStore(t)) // from a backup
	for _, r := range append(public, first...) {
		l.put(r)
	}
	l.forked()
}

// TestForkByAnotherLedger: a store with checkpoints of its own, under the same key,
// smaller than, equal to and greater than the folder.
func TestForkByAnotherLedger(t *testing.T) {
	l := newLedger(t)
	l.appoint(2)
	l.proven("this one")
	mine := l.Dir
	l.Dir = filepath.Join(t.TempDir(), "other")
	l.use(newStore(t))
	l.found()
	for range 5 { // 2 to 6 leaves against 4
		l.proven("the other one")
		other := l.Dir
		l.Dir = mine
		l.restart()
		before, locks := folder(t, mine), l.locks()
		_, err := l.Sync(t.Context())
		require.Error(t, err)
		require.Equal(t, before, folder(t, mine))
		require.Equal(t, locks, l.locks())
		l.verify("still the first history")
		l.Dir = other
		l.restart()
		l.appoint(1)
	}
}

// TestForkByARenumberedStore: the lock is there, the last leaf is elsewhere.
func TestForkByARenumberedStore(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	lock, public := l.events(eventstore.LedgerStream), l.events(catalog.PublicStreams...)
	l.use(newStore(t))
	for _, r := range append(lock, public...) { // the lock comes first, so all positions differ
		l.put(r)
	}
	l.forked()
}

func TestForeignCheckpoints(t *testing.T) {
	l, foreign := newLedger(t), newLedger(t)
	l.proven("mine")
	foreign.proven("foreign")
	name := filepath.Join(l.Dir, tiles.CheckpointFile)
	for _, raw := range [][]byte{
		mustRead(t, filepath.Join(foreign.Dir, tiles.CheckpointFile)),
		[]byte("nothing\n"),
		{},
	} {
		require.NoError(t, os.WriteFile(name, raw, 0o644))
		_, err := l.Sync(t.Context())
		_, disproven := fault.Of(err)
		require.True(t, disproven, "%v", err)
		require.Equal(t, raw, mustRead(t, name))
	}
}

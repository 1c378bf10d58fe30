package publisher_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/projections/publisher"
)

func TestPublish(t *testing.T) {
	l := newLedger(t)
	at, err := l.Published(t.Context())
	require.NoError(t, err)
	require.Equal(t, publisher.Published{Root: tiles.EmptyRoot()}, at)

	l.proven("first")
	l.appoint(5)
	at, err = l.Published(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, at.Size, "stored, not published yet")
	l.proven("more")
	l.closed()
	l.seal()
	l.proven("a sealed round")
	require.Equal(t, 5, l.verify("rosters").Files)

	// Nothing new: nothing is signed.
	before := l.locks()
	l.proven("again")
	require.Equal(t, before, l.locks())
	require.True(t, slices.IsSorted(before))
}

func TestPublishAnEmptyStore(t *testing.T) {
	l := newLedger(t)
	l.use(newStore(t))
	l.proven("nothing")
	require.Equal(t, []uint64{0}, l.locks())
	l.found()
	l.proven("the first leaves")
	require.Equal(t, []uint64{0, 2}, l.locks())
}

// TestResume breaks a publication at every call of the store, and goes on.
func TestResume(t *testing.T) {
	for _, after := range []bool{false, true} {
		l := newLedger(t)
		l.proven("before")
		l.closed()
		l.seal()
		failures := 0
		for n := 0; ; n++ {
			f := &faulty{Store: l.store, left: n, after: after}
			l.Store = f
			_, err := l.Sync(t.Context())
			if err == nil {
				break
			}
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
			require.NotErrorIs(t, err, publisher.ErrFork)
			failures++
			l.intact()
		}
		require.Greater(t, failures, 5)
		l.proven("resumed")
		require.Equal(t, 5, l.verify("rosters").Files)
		// A lost reply of the lock is the only failure that leaves one more checkpoint, and it is
		// the right one.
		locks := l.locks()
		require.Len(t, slices.Compact(slices.Clone(locks)), len(locks), "no size is signed twice")
	}
}

// TestKilledBetweenLockAndFolder: the folder shows an older checkpoint, or none.
func TestKilledBetweenLockAndFolder(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	name := filepath.Join(l.Dir, tiles.CheckpointFile)
	old, err := os.ReadFile(name)
	require.NoError(t, err)
	l.closed()
	l.seal()
	l.proven("after")
	locks, want := l.locks(), mustRead(t, name)

	require.NoError(t, os.WriteFile(name, old, 0o644))
	l.proven("older checkpoint")
	require.Equal(t, want, mustRead(t, name))

	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Remove(filepath.Join(l.Dir, audit.KeyFile)))
	l.proven("no checkpoint")
	require.Equal(t, want, mustRead(t, name))
	require.Equal(t, locks, l.locks(), "published, not signed again")

	// The same, with more events stored meanwhile.
	require.NoError(t, os.WriteFile(name, old, 0o644))
	l.appoint(1)
	l.proven("older checkpoint and a new event")
}

// TestTheCheckpointCannotBeReplaced: the lock is there, the folder refuses.
func TestTheCheckpointCannotBeReplaced(t *testing.T) {
	l := newLedger(t)
	name := filepath.Join(l.Dir, tiles.CheckpointFile)
	require.NoError(t, os.MkdirAll(name, 0o755))
	_, err := l.Sync(t.Context())
	require.Error(t, err)
	require.NoError(t, os.Remove(name))
	l.proven("after")
}

func TestTwoPublishersAtOnce(t *testing.T) {
	l := newLedger(t)
	for range 12 {
		l.appoint(3)
		var all sync.WaitGroup
		var errs [3]error
		for i := range errs {
			one := l.another(l.Dir)
			all.Go(func() { _, errs[i] = one.Sync(t.Context()) })
		}
		all.Wait()
		require.Equal(t, [3]error{}, errs, "they wait for each other")
		l.verify("many at once")
	}
	l.proven("after")
	locks := l.locks()
	require.Len(t, locks, 12, "one of them had something to sign")
	require.Len(t, slices.Compact(slices.Clone(locks)), len(locks), "no size is signed twice")
}

// TestAPublisherThatWaits gives up with its context.
func TestAPublisherThatWaits(t *testing.T) {
	l := newLedger(t)
	ctx, stop := context.WithCancel(t.Context())
	l.Store = &overtaken{Store: l.store, by: func() {
		stop()
		_, err := l.another(l.Dir).Sync(ctx)
		require.ErrorIs(t, err, context.Canceled)
	}}
	_, err := l.Sync(t.Context())
	require.NoError(t, err)
	l.proven("after")
}

// TestTheLaterPublisherStops: another one, of another machine with a copy of the
// folder, locks between reading and locking.
func TestTheLaterPublisherStops(t *testing.T) {
	l := newLedger(t)
	l.proven("before")
	l.appoint(2)
	other := l.another(filepath.Join(t.TempDir(), "copy"))
	require.NoError(t, os.CopyFS(other.Dir, os.DirFS(l.Dir)))
	l.Store = &overtaken{Store: l.store, by: func() {
		l.appoint(1)
		_, err := other.Sync(t.Context())
		require.NoError(t, err)
	}}
	_, err := l.Sync(t.Context())
	require.ErrorIs(t, err, eventstore.ErrConflict)
	require.ErrorContains(t, err, "another publisher")
	require.EqualValues(t, 2, l.verify("as before").Leaves)
	l.proven("after")
}

// overtaken is a store in which somebody else comes first.
type overtaken struct {
	eventstore.Store
	by func()
}

func (o *overtaken) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if by := o.by; by != nil {
		o.by = nil
		by()
	}
	return o.Store.Append(ctx, stream, expected, events...)
}

func TestRedelivery(t *testing.T) {
	l := newLedger(t)
	l.appoint(3)
	l.Store = repeating{l.store}
	_, err := l.Sync(t.Context())
	require.ErrorContains(t, err, "again")
	require.Empty(t, l.locks(), "nothing was signed")
	l.proven("after")
}

// repeating is a store that gives every event twice.
type repeating struct{ eventstore.Store }

func (s repeating) ReadAll(ctx context.Context, after eventstore.Position,
	prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range s.Store.ReadAll(ctx, after, prefixes...) {
			for range 2 {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// TestForbiddenEvent: an event that the rules forbid got into the store behind the office's
// back. What came before it is published, and what lies behind it waits, in this process and in
// the next ones.
func TestForbiddenEvent(t *testing.T) {
	l := newLedger(t)
	l.closed()
	l.seal()
	r := l.events("officer-")[0]
	r.Stream, r.ID[0] = "officer-intruder", r.ID[0]^1
	allowed, locks := l.stored(), l.locks()
	l.put(r) // appoints themselves, long after the founding
	locks = append(locks, uint64(allowed))
	for range 2 {
		for range 2 {
			at, err := l.Sync(t.Context())
			require.ErrorIs(t, err, publisher.ErrForbidden)
			require.NotErrorIs(t, err, publisher.ErrFork)
			require.ErrorContains(t, err, r.ID.String())
			f, disproven := fault.Of(err)
			require.True(t, disproven, "%v", err)
			require.Equal(t, fault.EventID, f.Code)
			require.Equal(t, fmt.Sprintf("leaf %d, officer-intruder revision 0", at.Size),
				f.Site.String())
			require.Equal(t, locks, l.locks(), "signed once, up to the event")
			report := l.verify("up to the event")
			require.Equal(t, at.Size, report.Leaves)
			require.Equal(t, allowed, report.Leaves)
			require.Equal(t, 5, report.Files)
			l.appoint(1)
		}
		l.restart()
	}
}

// TestLostFiles: what the lock implies is made again from the store.
func TestLostFiles(t *testing.T) {
	l := newLedger(t)
	l.proven("two leaves")
	older := filepath.Join(t.TempDir(), "older")
	require.NoError(t, os.CopyFS(older, os.DirFS(l.Dir)))
	l.closed()
	l.seal()
	l.proven("before")
	want, locks := folder(t, l.Dir), l.locks()
	for what, lose := range map[string]func() error{
		"everything": func() error { return os.RemoveAll(l.Dir) },
		"tiles":      func() error { return os.RemoveAll(filepath.Join(l.Dir, "tile")) },
		"an older backup": func() error {
			return errors.Join(os.RemoveAll(l.Dir), os.CopyFS(l.Dir, os.DirFS(older)))
		},
	} {
		require.NoError(t, lose(), what)
		l.proven(what)
		for name, text := range folder(t, l.Dir) {
			if was, ok := want[name]; ok {
				require.Equal(t, was, text, name)
			}
		}
		require.Equal(t, 5, l.verify(what).Files)
		require.Equal(t, locks, l.locks(), "nothing is signed again")
	}
	require.NoError(t, os.RemoveAll(l.Dir))
	l.appoint(1)
	l.proven("and a new event")
}

// TestAlteredFiles: they are not replaced, and nothing is signed over them.
func TestAlteredFiles(t *testing.T) {
	l := newLedger(t)
	l.appoint(300) // more than a tile
	l.proven("before")
	altered := 0
	for name, text := range folder(t, filepath.Join(l.Dir, "tile")) {
		b := []byte(text)
		b[len(b)/2] ^= 1
		require.NoError(t, os.WriteFile(name, b, 0o644))
		locks := l.locks()
		_, err := l.Sync(t.Context())
		if err != nil {
			_, disproven := fault.Of(err)
			require.True(t, disproven, "%s: %v", name, err)
			altered++
		}
		require.Equal(t, locks, l.locks())
		require.Equal(t, string(b), string(mustRead(t, name)))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	require.GreaterOrEqual(t, altered, 3, "the right edge is read every time")
	l.proven("after")
}

// events are the stored events of some streams.
func (l *ledger) events(prefixes ...string) []eventstore.Recorded {
	var all []eventstore.Recorded
	for r, err := range l.store.ReadAll(l.t.Context(), eventstore.Start, prefixes...) {
		require.NoError(l.t, err)
		all = append(all, r)
	}
	return all
}

// put stores an event as it is at the end of its stream.
func (l *ledger) put(r eventstore.Recorded) {
	last := eventstore.NoStream
	for have, err := range l.store.Read(l.t.Context(), r.Stream, eventstore.Range{}) {
		if errors.Is(err, eventstore.ErrNotFound) {
			break
		}
		require.NoError(l.t, err)
		last = eventstore.Expected(have.Revision)
	}
	_, err := l.store.Append(l.t.Context(), r.Stream, last,
		eventstore.Proposed{ID: r.ID, Type: r.Type, Meta: r.Meta, Data: r.Data})
	require.NoError(l.t, err)
}

func mustRead(t testing.TB, name string) []byte {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

// folder is every file of a folder with its bytes.
func folder(t testing.TB, dir string) map[string]string {
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files[path] = string(mustRead(t, path))
		}
		return err
	}))
	return files
}

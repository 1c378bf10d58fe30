package embedded_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore/embedded"
)

// scripted writes 207 events in batches to a store that it opens and closes three
// times, and takes a backup. It ends at the first failure.
func (l *ledger) scripted(t *testing.T, disk vfs.FS) error {
	for part := range 3 {
		s, err := embedded.Open(embedded.Options{Dir: "store", FS: disk})
		if err != nil {
			return err
		}
		if err := l.part(t, s, disk, part); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) part(t *testing.T, s *embedded.Server, disk vfs.FS, part int) error {
	c := dial(t, s.ConnectionString())
	for n := range 23 {
		stream := fmt.Sprintf("part-%d-%d", part, n%5)
		e := some(batch)
		if _, err := c.AppendToStream(t.Context(), stream,
			client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, e...); err != nil {
			if s.Err() == nil {
				return fmt.Errorf("an append failed and the store goes on: %w", err)
			}
			if status.Code(err) != codes.Unavailable {
				return fmt.Errorf("an append failed without saying so: %w", err)
			}
			// Reading goes on.
			if _, err := collect(dial(t, s.ConnectionString()).ReadAll(t.Context(),
				client.ReadAllOptions{From: client.Start{}}, 1<<20)); err != nil {
				return fmt.Errorf("reading after a failed append: %w", err)
			}
			return errors.Join(s.Err(), s.Close())
		}
		l.mu.Lock()
		l.streams[stream] = append(l.streams[stream], idsOf(e)...)
		l.mu.Unlock()
	}
	_, err := remote(t, s).Backup(t.Context(), disk, fmt.Sprint("backup-", part), quiet)
	return err
}

// cutter copies the disk before every operation that changes something.
type cutter struct {
	ledger *ledger
	disk   *vfs.MemFS

	mu   sync.Mutex
	rng  *rand.Rand
	cuts []cut
}

// cut is a disk as a loss of power leaves it, and what was acknowledged before.
type cut struct {
	before       string // operation and file
	disk         *vfs.MemFS
	acknowledged *ledger
}

func (*cutter) String() string { return "cutter" }

func (c *cutter) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	acknowledged := c.ledger.copy()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, percent := range []int{0, c.rng.IntN(100)} {
		c.cuts = append(c.cuts, cut{
			fmt.Sprint(op.Kind, " ", filepath.Base(op.Path)),
			c.disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: c.rng}),
			acknowledged,
		})
	}
	return nil
}

// TestPowerLossAtEveryOperation cuts the power before every write, sync, creation and
// renaming of a script, once with all that was not synced lost and once with a part of
// it. The store that is left has every acknowledged event, batches whole, and is sound;
// a backup of it is good or refused.
func TestPowerLossAtEveryOperation(t *testing.T) {
	l := &ledger{streams: make(map[string][]uuid.UUID)}
	disk := vfs.NewCrashableMem()
	c := &cutter{ledger: l, disk: disk, rng: rand.New(rand.NewPCG(1, 2))}
	require.NoError(t, l.scripted(t, errorfs.Wrap(disk, c)))
	require.Greater(t, len(c.cuts), 300)
	step := 1
	if testing.Short() {
		step = 7
	}
	for i := 0; i < len(c.cuts); i += step {
		cut := c.cuts[i]
		found, err := embedded.Folder{Dir: "store", FS: cut.disk}.Check(t.Context(), 3, quiet)
		if !errors.Is(err, embedded.ErrNoStore) {
			require.NoError(t, err, cut.before)
			require.Empty(t, found.Findings, cut.before)
		}
		cut.acknowledged.verify(t, embedded.Options{Dir: "store", FS: cut.disk})
		for part := range 3 {
			_, err := embedded.VerifyBackup(t.Context(), cut.disk, fmt.Sprint("backup-", part),
				quiet)
			require.False(t, err != nil && !errors.Is(err, fs.ErrNotExist), "before %s: %v",
				cut.before, err)
		}
	}
	t.Logf("%d cuts", len(c.cuts))
}

// failCall fails the n-th call that changes something, and all later ones if for ever.
type failCall struct {
	n       int64
	forever bool
	err     error
	healed  atomic.Bool
	count   atomic.Int64
}

func (*failCall) String() string { return "failCall" }

func (f *failCall) MaybeError(op errorfs.Op) error {
	if op.Kind.ReadOrWrite() != errorfs.OpIsWrite || f.healed.Load() {
		return nil
	}
	if n := f.count.Add(1); n == f.n || f.forever && n > f.n {
		return f.err
	}
	return nil
}

// TestEveryFailedCall lets each write, sync, creation and renaming of a script fail in
// turn, as a broken disk and as a full one. Nothing that was acknowledged is lost, in
// the next process and after a loss of power in that moment.
func TestEveryFailedCall(t *testing.T) {
	step := int64(1)
	if testing.Short() {
		step = 9
	}
	failures := 0
	for n := int64(1); ; n += step {
		f := &failCall{n: n, forever: n%2 == 0, err: syscall.EIO}
		if n%3 == 0 {
			f.err = syscall.ENOSPC
		}
		disk := vfs.NewCrashableMem()
		l := &ledger{streams: make(map[string][]uuid.UUID)}
		err := l.scripted(t, errorfs.Wrap(disk, f))
		if f.count.Load() < n {
			require.NoError(t, err)
			break
		}
		failures++
		if err != nil {
			require.ErrorContains(t, err, f.err.Error(), "call %d", n)
		}
		f.healed.Store(true)
		l.verify(t, embedded.Options{Dir: "store", FS: disk.CrashClone(vfs.CrashCloneCfg{})})
		l.verify(t, embedded.Options{
			Dir: "store",
			FS: disk.CrashClone(vfs.CrashCloneCfg{
				UnsyncedDataPercent: 100,
				RNG:                 rand.New(rand.NewPCG(1, 1)),
			}),
		})
	}
	require.Greater(t, failures, 30)
	t.Logf("%d failures", failures)
}

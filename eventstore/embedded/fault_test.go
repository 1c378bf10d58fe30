package embedded_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore/embedded"
)

// ledger is what a test knows to have been acknowledged.
type ledger struct {
	mu      sync.Mutex
	streams map[string][]uuid.UUID
}

// write appends batches to streams of its own from several goroutines, at exact
// revisions, until more says no or an append fails. It returns the failures.
func (l *ledger) write(ctx context.Context, c *client.Client, writers, size int,
	more func() bool,
) []error {
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			stream := fmt.Sprintf("w-%d-%s", w, uuid.NewString())
			var expected client.ExpectedRevision = client.NoStream{}
			for more() {
				events := some(1 + rand.IntN(4))
				for i := range events {
					events[i].Metadata = make([]byte, size)
				}
				r, err := c.AppendToStream(ctx, stream,
					client.AppendToStreamOptions{ExpectedRevision: expected}, events...)
				if err != nil {
					errs[w] = err
					return
				}
				expected = client.Revision(r.NextExpectedVersion)
				l.mu.Lock()
				l.streams[stream] = append(l.streams[stream], idsOf(events)...)
				l.mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errs
}

// check requires that everything that was acknowledged is there, in its place. Behind
// it may stand a request that was never answered.
func (l *ledger) check(f *fixture) {
	f.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	inAll := make(map[string][]uuid.UUID)
	for _, e := range f.all() {
		inAll[e.Event.StreamID] = append(inAll[e.Event.StreamID], e.Event.EventID)
	}
	for stream, want := range l.streams {
		got := f.read(stream)
		require.GreaterOrEqual(f, len(got), len(want), "acknowledged events are lost")
		require.Equal(f, want, ids(got)[:len(want)])
		require.Equal(f, ids(got), inAll[stream])
		for i, e := range got {
			require.EqualValues(f, i, e.Event.EventNumber)
		}
	}
}

// failAt fails the n-th operation that changes a file whose name matches; and, when
// for ever, all such operations after it.
type failAt struct {
	pattern string
	n       int64
	forever bool
	creates bool // only operations that make a file
	on      atomic.Bool
	count   atomic.Int64
}

func (*failAt) String() string { return "failAt" }

func (i *failAt) MaybeError(op errorfs.Op) error {
	if !i.on.Load() || op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
		return nil
	}
	if i.creates && op.Kind != errorfs.OpCreate && op.Kind != errorfs.OpReuseForWrite {
		return nil
	}
	if ok, err := filepath.Match(i.pattern, filepath.Base(op.Path)); err != nil || !ok {
		return err
	}
	if n := i.count.Add(1); n == i.n || i.forever && n > i.n {
		return errorfs.ErrInjected
	}
	return nil
}

// TestFailedWrites lets one write or sync after the other fail. The writer stops for
// good and says why; reading goes on; nothing acknowledged is lost when the power goes
// off in that moment.
func TestFailedWrites(t *testing.T) {
	type row struct {
		pattern string
		n       int64
		forever bool
		creates bool
		size    int // bytes per event; large ones bring about work in the background
	}
	var rows []row
	for n := int64(1); n <= 12; n++ {
		rows = append(rows, row{"events", n, n%2 == 0, false, 100})
	}
	embedded.FlushAfter(t, 1<<20)
	for n := int64(1); n <= 2; n++ {
		rows = append(rows, row{"*.sst", n, false, false, 100 << 10},
			row{"MANIFEST*", n, false, false, 100 << 10},
			row{"*", 40 * n, true, false, 100 << 10}, row{"*.sst", n, false, true, 100 << 10})
	}
	for _, r := range rows {
		t.Run(fmt.Sprintf("%s/%d/forever=%v/creates=%v", r.pattern, r.n, r.forever, r.creates),
			func(t *testing.T) {
				disk := vfs.NewCrashableMem()
				fault := &failAt{pattern: r.pattern, n: r.n, forever: r.forever, creates: r.creates}
				f := serve(t, embedded.Options{Dir: "store", FS: errorfs.Wrap(disk, fault)})
				l := &ledger{streams: make(map[string][]uuid.UUID)}
				for _, err := range l.write(f.ctx, f.client, 2, r.size, times(3)) {
					require.NoError(t, err)
				}
				fault.on.Store(true)
				errs := l.write(f.ctx, f.client, 4, r.size, func() bool { return true })
				for _, err := range errs {
					require.Equal(t, codes.Unavailable, status.Code(err), "%v", err)
					require.ErrorContains(t, err, "injected")
				}
				<-f.server.Failed()
				require.ErrorContains(t, f.server.Err(), "injected")

				fault.on.Store(false)
				_, err := dial(t, f.server.ConnectionString()).AppendToStream(f.ctx, "late",
					client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, some(1)...)
				require.Equal(t, codes.Unavailable, status.Code(err), "the writer began again")
				f.client = dial(t, f.server.ConnectionString())
				l.check(f)

				crashed := disk.CrashClone(vfs.CrashCloneCfg{})
				require.ErrorIs(t, f.server.Close(), f.server.Err())
				l.check(serve(t, embedded.Options{Dir: "store", FS: crashed}))
			})
	}
}

// times says yes n times to every asker together.
func times(n int64) func() bool {
	var asked atomic.Int64
	return func() bool { return asked.Add(1) <= n }
}

// TestPowerLoss cuts the power at random moments under load, with any part of what
// was not synced lost.
func TestPowerLoss(t *testing.T) {
	seeds := torture(t, 40) // with three cuts each
	if testing.Short() {
		seeds = 12
	}
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 1))
			disk := vfs.NewCrashableMem()
			l := &ledger{streams: make(map[string][]uuid.UUID)}
			for range 3 {
				f := serve(t, embedded.Options{Dir: "store", FS: disk})
				l.check(f)
				var crashed *vfs.MemFS
				var cut atomic.Bool
				acknowledged := &ledger{streams: make(map[string][]uuid.UUID)}
				time.AfterFunc(time.Duration(5+rng.IntN(40))*time.Millisecond, func() {
					l.mu.Lock() // no acknowledgement is noted between the cut and the copy
					defer l.mu.Unlock()
					for s, e := range l.streams {
						acknowledged.streams[s] = append([]uuid.UUID(nil), e...)
					}
					crashed = disk.CrashClone(vfs.CrashCloneCfg{
						UnsyncedDataPercent: rng.IntN(100),
						RNG:                 rng,
					})
					cut.Store(true)
				})
				for _, err := range l.write(f.ctx, f.client, 4, 2000,
					func() bool { return !cut.Load() }) {
					require.NoError(t, err)
				}
				require.NoError(t, f.server.Close())
				l.mu.Lock()
				disk = crashed
				l.mu.Unlock()
				l = acknowledged
			}
			l.check(serve(t, embedded.Options{Dir: "store", FS: disk}))
		})
	}
}

// TestFailedOpen lets writes fail while a store is made: opening fails without a
// panic, and the folder can be opened when the disk is well again.
func TestFailedOpen(t *testing.T) {
	failed := 0
	for n := int64(1); n < 200; n += 3 {
		disk := vfs.NewCrashableMem()
		fault := &failAt{pattern: "*", n: n}
		fault.on.Store(true)
		s, err := embedded.Open(embedded.Options{Dir: "store", FS: errorfs.Wrap(disk, fault)})
		if err == nil {
			fault.on.Store(false)
			require.NoError(t, s.Close())
			break
		}
		failed++
		l := serve(t, embedded.Options{
			Dir: "store",
			FS: disk.CrashClone(vfs.CrashCloneCfg{
				UnsyncedDataPercent: 50,
				RNG:                 rand.New(rand.NewPCG(1, uint64(n))),
			}),
		})
		l.put("a", some(1)...)
	}
	require.Positive(t, failed)
}

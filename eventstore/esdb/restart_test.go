package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// host is a server that can be stopped and started again on the same port.
type host struct {
	*testing.T
	fs     vfs.FS
	listen string
	server *embedded.Server
}

func newHost(t *testing.T) *host {
	if os.Getenv("STORE") != "" {
		t.Skip("STORE names a server, and this test needs one of its own")
	}
	h := &host{T: t, fs: vfs.NewMem(), listen: "127.0.0.1:0"}
	h.start()
	h.listen = h.server.Addr().String()
	t.Cleanup(func() { require.NoError(t, h.server.Close()) })
	return h
}

func (h *host) start() {
	h.Helper()
	require.Eventually(h, func() bool {
		s, err := embedded.Open(embedded.Options{Dir: "store", FS: h.fs, Listen: h.listen})
		h.server = s
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
}

func (h *host) stop() {
	h.Helper()
	require.NoError(h, h.server.Close())
}

func open(t *testing.T, connection string) *esdb.Store {
	s, err := esdb.Open(t.Context(), connection, esdb.Options{})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func some(n int) []eventstore.Proposed {
	events := make([]eventstore.Proposed, n)
	for i := range events {
		events[i] = eventstore.Proposed{
			ID: uuid.New(), Type: "thing.happened.v1",
			Meta: []byte("{}"), Data: []byte("{}"),
		}
	}
	return events
}

// TestRestarts restarts the server again and again under writers, readers and
// followers. Nobody notices, nothing is stored twice, and neither goroutines nor
// connections pile up.
func TestRestarts(t *testing.T) {
	const restarts, writers = 30, 32
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()

	var wg sync.WaitGroup
	var stop atomic.Bool
	var written atomic.Int64
	for w := range writers {
		wg.Go(func() {
			stream := fmt.Sprintf("w-%d", w)
			last := eventstore.NoStream
			for !stop.Load() {
				_, err := s.Append(ctx, stream, last, some(2)...)
				if err != nil {
					t.Errorf("appending: %v", err)
					return
				}
				last += 2
				written.Add(2)
				if last%20 == 1 {
					n := 0
					for r, err := range s.Read(ctx, stream, eventstore.Range{}) {
						if err != nil || r.Revision != uint64(n) {
							t.Errorf("reading: revision %d of %d: %v", r.Revision, n, err)
							return
						}
						n++
					}
					if n != int(last)+1 {
						t.Errorf("stream has %d events after %d were written", n, last+1)
					}
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	following, unfollow := context.WithCancel(ctx)
	followed := make([][]eventstore.Recorded, 3)
	var followers sync.WaitGroup
	for i := range followed {
		followers.Go(func() {
			for r, err := range s.Subscribe(following, eventstore.Start, "w-") {
				if err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("following: %v", err)
					}
					return
				}
				followed[i] = append(followed[i], r)
			}
		})
	}

	var early int
	for i := range restarts {
		time.Sleep(50 * time.Millisecond)
		h.stop()
		time.Sleep(time.Duration(i%3) * 20 * time.Millisecond)
		h.start()
		if i == 4 {
			time.Sleep(300 * time.Millisecond)
			early = runtime.NumGoroutine()
		}
	}
	// Those in the middle of something go away, those that pile up do not.
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= early+15 }, 20*time.Second,
		20*time.Millisecond, "goroutines pile up")
	stop.Store(true)
	wg.Wait()

	var all []eventstore.Recorded
	for r, err := range s.ReadAll(ctx, eventstore.Start, "w-") {
		require.NoError(t, err)
		all = append(all, r)
	}
	require.EqualValues(t, written.Load(), len(all))
	require.Eventually(t, func() bool {
		last := eventstore.Start
		for r, err := range s.Subscribe(ctx, all[len(all)-2].Position, "w-") {
			if err == nil {
				last = r.Position
			}
			break
		}
		return last == all[len(all)-1].Position
	}, 20*time.Second, 50*time.Millisecond)
	time.Sleep(500 * time.Millisecond)
	unfollow()
	followers.Wait()
	for _, got := range followed {
		require.Equal(t, all, got, "a follower missed something or saw it twice")
	}
}

// TestCloseLeavesNothing: after Close no goroutine of a store is left.
func TestCloseLeavesNothing(t *testing.T) {
	h := newHost(t)
	before := runtime.NumGoroutine()
	for range 5 {
		s, err := esdb.Open(t.Context(), h.server.ConnectionString(), esdb.Options{})
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for _, err := range s.Subscribe(t.Context(), eventstore.Start, "x-") {
					if err == nil {
						t.Error("an event out of nowhere")
					}
				}
			})
		}
		_, err = s.Append(t.Context(), uuid.NewString(), eventstore.NoStream, some(1)...)
		require.NoError(t, err)
		s.Close()
		s.Close()
		wg.Wait()
		_, err = s.Append(t.Context(), "late", eventstore.NoStream, some(1)...)
		require.ErrorContains(t, err, "closed")
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+2 }, 5*time.Second,
		20*time.Millisecond)
}

// TestServerAway: calls wait for a server that is away, until it is back or their
// context ends.
func TestServerAway(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	h.stop()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			began := time.Now()
			if _, err := s.Append(ctx, "a", eventstore.NoStream, some(1)...); !errors.Is(err,
				context.DeadlineExceeded) {
				t.Errorf("appending: %v", err)
			}
			for _, err := range s.Read(ctx, "a", eventstore.Range{}) {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("reading: %v", err)
				}
			}
			if waited := time.Since(began); waited > 2*time.Second {
				t.Errorf("the context was ignored for %s", waited)
			}
		})
	}
	wg.Wait()

	e, done := some(1), make(chan error)
	go func() {
		_, err := s.Append(t.Context(), "b", eventstore.NoStream, e...)
		done <- err
	}()
	time.Sleep(500 * time.Millisecond)
	h.start()
	require.NoError(t, <-done)
	n := 0
	for r, err := range s.Read(t.Context(), "b", eventstore.Range{}) {
		require.NoError(t, err)
		require.Equal(t, e[0].ID, r.ID)
		n++
	}
	require.Equal(t, 1, n)
}

// TestHangingServer: a server that accepts connections and says nothing holds nobody
// beyond its context.
func TestHangingServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err = esdb.Open(ctx,
		"esdb://"+l.Addr().String()+"?tls=false", esdb.Options{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(began), time.Second)
}

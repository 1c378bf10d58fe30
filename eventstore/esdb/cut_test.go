package esdb_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// wire stands between client and server and can cut all connections.
type wire struct {
	net.Listener
	server string

	mu    sync.Mutex
	open  map[net.Conn]bool // of clients
	total int
}

func newWire(t *testing.T, server string) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{Listener: l, server: server, open: make(map[net.Conn]bool)}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { w.carry(c) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, l.Close())
		w.cut()
		wg.Wait()
	})
	return w
}

// carry copies both ways until either side ends.
func (w *wire) carry(from net.Conn) {
	to, err := net.Dial("tcp", w.server)
	if err != nil {
		_ = from.Close()
		return
	}
	w.mu.Lock()
	w.open[from] = true
	w.total++
	w.mu.Unlock()
	var wg sync.WaitGroup
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		wg.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			_, _ = from.Close(), to.Close()
		})
	}
	wg.Wait()
	w.mu.Lock()
	delete(w.open, from)
	w.mu.Unlock()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		_ = c.Close()
	}
}

func (w *wire) counts() (open, total int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.open), w.total
}

// TestCuts cuts the connection a hundred times under writers and followers: each event
// arrives once, one connection is made for each cut, and one is open in the end.
func TestCuts(t *testing.T) {
	const cuts = 100
	h := newHost(t)
	w := newWire(t, h.listen)
	s := open(t, "esdb://"+w.Addr().String()+"?tls=false")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()

	following, unfollow := context.WithCancel(ctx)
	defer unfollow()
	events := make(chan uint64)
	ended := make(chan error, 1)
	go func() {
		for r, err := range s.Subscribe(following, eventstore.Start, "w-") {
			if err != nil {
				ended <- err
				return
			}
			events <- r.Revision
		}
	}()
	for i := range cuts {
		_, err := s.Append(ctx, "w-1", eventstore.Expected(i-1), some(1)...)
		require.NoError(t, err)
		select {
		case got := <-events:
			require.EqualValues(t, i, got, "missed or seen twice")
		case err := <-ended:
			require.NoError(t, err)
		}
		w.cut()
	}
	_, err := s.Append(ctx, "w-1", cuts-1, some(1)...)
	require.NoError(t, err)
	require.EqualValues(t, cuts, <-events)
	require.Eventually(t, func() bool { open, _ := w.counts(); return open == 1 }, 20*time.Second,
		10*time.Millisecond)
	_, total := w.counts()
	require.LessOrEqual(t, total, 2*cuts+2, "a cut costs more than one connection")
	unfollow()
	require.True(t, errors.Is(<-ended, context.Canceled))
}

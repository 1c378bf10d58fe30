package storetest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// take follows until n events have come.
func (s *subject) take(n int, after eventstore.Position, prefixes ...string) []eventstore.Recorded {
	s.Helper()
	var got []eventstore.Recorded
	for r, err := range s.Subscribe(s.ctx, after, prefixes...) {
		require.NoError(s, err)
		if got = append(got, r); len(got) == n {
			break
		}
	}
	return got
}

var subscribeClauses = []clause{
	{"yields what is stored already", func(s *subject) {
		want := s.weave(3, 10)
		require.Equal(s, want, s.take(len(want), eventstore.Start, s.prefix))
	}},
	{"begins strictly after the position", func(s *subject) {
		want := s.weave(2, 5)
		require.Equal(s, want[4:], s.take(6, want[3].Position, s.prefix))
	}},
	{"yields only streams with one of the prefixes", func(s *subject) {
		s.put(s.prefix+"a-1", eventstore.NoStream, some(1)...)
		s.put(s.prefix+"b-1", eventstore.NoStream, some(1)...)
		s.put(s.prefix+"c-1", eventstore.NoStream, some(1)...)
		got := s.take(2, eventstore.Start, s.prefix+"a-", s.prefix+"c-")
		require.Equal(s, s.prefix+"a-1", got[0].Stream)
		require.Equal(s, s.prefix+"c-1", got[1].Stream)
	}},
	{"goes on with new events", func(s *subject) {
		first := s.put(s.stream(), eventstore.NoStream, some(1)...)
		ctx, cancel := context.WithCancel(s.ctx)
		defer cancel()
		got := make(chan eventstore.Recorded)
		go func() {
			defer close(got)
			for r, err := range s.Subscribe(ctx, first, s.prefix) {
				if err != nil {
					return
				}
				got <- r
			}
		}()
		for range 20 {
			at := s.put(s.stream(), eventstore.NoStream, some(1)...)
			select {
			case r := <-got:
				require.Equal(s, at, r.Position)
			case <-time.After(10 * time.Second):
				s.Fatal("a new event did not arrive")
			}
		}
		cancel()
		_, open := <-got
		require.False(s, open)
	}},
	{"leaves no gap between stored and new events", func(s *subject) {
		const writers, each = 4, 150
		var wg sync.WaitGroup
		var mu sync.Mutex
		want := make(map[uuid.UUID]bool)
		for range writers {
			name := s.stream()
			wg.Go(func() {
				for i := range each {
					e := some(1)
					mu.Lock()
					want[e[0].ID] = true
					mu.Unlock()
					if _, err := s.Append(s.ctx, name, eventstore.Expected(i-1), e...); err != nil {
						s.Errorf("appending: %v", err)
						return
					}
				}
			})
		}
		for range 3 {
			got := s.take(writers*each, eventstore.Start, s.prefix)
			wg.Wait()
			seen := make(map[uuid.UUID]bool)
			for i, r := range got {
				require.True(s, want[r.ID])
				require.False(s, seen[r.ID], "an event came twice")
				seen[r.ID] = true
				require.True(s, i == 0 || got[i-1].Position.Less(r.Position))
			}
			require.Len(s, seen, writers*each)
		}
	}},
	{"does not lose events for a slow consumer", func(s *subject) {
		const batches, size = 40, 100
		name := s.stream()
		s.put(name, eventstore.NoStream, padded(size)...)
		next := uint64(0)
		for r, err := range s.Subscribe(s.ctx, eventstore.Start, name) {
			require.NoError(s, err)
			require.Equal(s, next, r.Revision)
			if next == 1 { // far more than buffers hold, while nobody receives
				for i := 1; i < batches; i++ {
					s.put(name, eventstore.Expected(i*size-1), padded(size)...)
				}
			}
			if next++; next == batches*size {
				break
			}
		}
		require.Equal(s, uint64(batches*size), next)
	}},
	{"ends with the error of the context", func(s *subject) {
		s.put(s.stream(), eventstore.NoStream, some(2)...)
		ctx, cancel := context.WithCancel(s.ctx)
		defer cancel()
		var events int
		var errs []error
		for _, err := range s.Subscribe(ctx, eventstore.Start, s.prefix) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			if events++; events == 2 {
				time.AfterFunc(20*time.Millisecond, cancel)
			}
		}
		require.Equal(s, 2, events)
		require.Len(s, errs, 1)
		require.True(s, errors.Is(errs[0], context.Canceled), "%v", errs[0])
	}},
	{"refuses to follow without a prefix", func(s *subject) {
		n := 0
		for _, err := range s.Subscribe(s.ctx, eventstore.Start) {
			require.Error(s, err)
			n++
		}
		require.Equal(s, 1, n)
	}},
}

// padded makes events of a kilobyte.
func padded(n int) []eventstore.Proposed {
	events := some(n)
	for i := range events {
		events[i].Meta = bytes.Repeat([]byte("x"), 1000)
	}
	return events
}

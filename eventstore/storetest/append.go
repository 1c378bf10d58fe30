package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

var appendClauses = []clause{
	{"returns the position of the last event", func(s *subject) {
		a := s.stream()
		first := s.put(a, eventstore.NoStream, some(1)...)
		third := s.put(a, 0, some(2)...)
		got := s.read(a, 0)
		require.Equal(s, first, got[0].Position)
		require.Equal(s, third, got[2].Position)
		require.True(s, eventstore.Start.Less(first))
	}},
	{"refuses NoStream for a stream with events", func(s *subject) {
		a, events := s.stream(), some(1)
		s.put(a, eventstore.NoStream, events...)
		s.conflicts(a, eventstore.NoStream, some(1)...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"refuses a revision for a stream without events", func(s *subject) {
		a := s.stream()
		s.conflicts(a, 0, some(1)...)
		for _, err := range s.Read(s.ctx, a, eventstore.Range{}) {
			require.ErrorIs(s, err, eventstore.ErrNotFound)
		}
	}},
	{"refuses a revision before the last", func(s *subject) {
		a, events := s.stream(), some(3)
		s.put(a, eventstore.NoStream, events...)
		s.conflicts(a, 0, some(1)...)
		s.conflicts(a, 1, some(1)...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"refuses a revision after the last", func(s *subject) {
		a, events := s.stream(), some(3)
		s.put(a, eventstore.NoStream, events...)
		s.conflicts(a, 3, some(1)...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"refuses something that is no expectation", func(s *subject) {
		_, err := s.Append(s.ctx, s.stream(), -2, some(1)...)
		require.Error(s, err)
	}},
	{"refuses an empty batch", func(s *subject) {
		_, err := s.Append(s.ctx, s.stream(), eventstore.NoStream)
		require.Error(s, err)
	}},
	{"stores nothing of a batch with too many events", func(s *subject) {
		a := s.stream()
		_, err := s.Append(s.ctx, a, eventstore.NoStream, some(eventstore.MaxBatchEvents+1)...)
		require.ErrorIs(s, err, eventstore.ErrTooLarge)
		require.Empty(s, s.all(eventstore.Start))
	}},
	{"stores nothing of a batch with too many bytes", func(s *subject) {
		a, events := s.stream(), some(2)
		events[1].Data = []byte(strings.Repeat("x", eventstore.MaxBatchBytes))
		_, err := s.Append(s.ctx, a, eventstore.NoStream, events...)
		require.ErrorIs(s, err, eventstore.ErrTooLarge)
		require.Empty(s, s.all(eventstore.Start))
	}},
	{"stores the largest batches", func(s *subject) {
		a, b, many, large := s.stream(), s.stream(), some(eventstore.MaxBatchEvents), some(1)
		s.put(a, eventstore.NoStream, many...)
		s.same(a, 0, many, s.read(a, 0))
		large[0].Data = []byte(strings.Repeat("x",
			eventstore.MaxBatchBytes-len(large[0].Meta)-2*len(large[0].Type)))
		s.put(b, eventstore.NoStream, large...)
		s.same(b, 0, large, s.read(b, 0))
	}},
	{"recognises a repetition", func(s *subject) {
		a, events := s.stream(), some(4)
		first := s.put(a, eventstore.NoStream, events[:2]...)
		require.Equal(s, first, s.put(a, eventstore.NoStream, events[:2]...))
		second := s.put(a, 1, events[2:]...)
		require.Equal(s, second, s.put(a, 1, events[2:]...))
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"recognises a repetition after later events", func(s *subject) {
		a, events := s.stream(), some(12)
		first := s.put(a, eventstore.NoStream, events[:1]...)
		second := s.put(a, 0, events[1:4]...)
		s.put(a, 3, events[4:]...)
		require.Equal(s, first, s.put(a, eventstore.NoStream, events[:1]...))
		require.Equal(s, second, s.put(a, 0, events[1:4]...))
		s.same(a, 0, events, s.read(a, 0))
	}},
	// a command that is signed again has other metadata
	{"recognises a repetition by its ids", func(s *subject) {
		a, events := s.stream(), some(2)
		first := s.put(a, eventstore.NoStream, events...)
		again := slices.Clone(events)
		for i := range again {
			again[i].Meta = []byte(`{"signed":"again"}`)
		}
		require.Equal(s, first, s.put(a, eventstore.NoStream, again...))
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"does not take part of a repetition for the whole", func(s *subject) {
		a, events := s.stream(), some(3)
		s.put(a, eventstore.NoStream, events[:2]...)
		s.conflicts(a, eventstore.NoStream, events...)
		s.conflicts(a, eventstore.NoStream, events[1], events[0])
		s.same(a, 0, events[:2], s.read(a, 0))
	}},
	{"stores a batch once when it is sent at the same time", func(s *subject) {
		for range 10 {
			a, events := s.stream(), some(3)
			var wg sync.WaitGroup
			positions := make([]eventstore.Position, 8)
			errs := make([]error, len(positions))
			for i := range positions {
				wg.Go(func() {
					positions[i],
						errs[i] = s.Append(s.ctx, a, eventstore.NoStream, events...)
				})
			}
			wg.Wait()
			for i := range positions {
				require.NoError(s, errs[i])
				require.Equal(s, positions[0], positions[i])
			}
			s.same(a, 0, events, s.read(a, 0))
		}
	}},
	{"lets one of several writers win each revision", func(s *subject) {
		const writers, rounds = 8, 20
		a := s.stream()
		var won atomic.Int64
		for round := range rounds {
			before := won.Load()
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					_, err := s.Append(s.ctx, a, eventstore.Expected(round-1), some(1)...)
					if err == nil {
						won.Add(1)
					} else if !errors.Is(err, eventstore.ErrConflict) {
						s.Errorf("unexpected: %v", err)
					}
				})
			}
			wg.Wait()
			require.Equal(s, before+1, won.Load())
		}
		require.Len(s, s.read(a, 0), rounds)
	}},
	{"keeps batches of several writers together", func(s *subject) {
		var wg sync.WaitGroup
		batches := make([][]eventstore.Proposed, 8)
		names := make([]string, len(batches))
		for i := range batches {
			batches[i], names[i] = some(50), s.stream()
			wg.Go(func() {
				_, err := s.Append(s.ctx, names[i], eventstore.NoStream, batches[i]...)
				if err != nil {
					s.Error(err)
				}
			})
		}
		wg.Wait()
		all := s.all(eventstore.Start)
		require.Len(s, all, 8*50)
		for i := 1; i < len(all); i++ {
			if all[i].Stream != all[i-1].Stream {
				require.Zero(s, all[i].Revision, "a batch was torn apart")
			}
		}
		for i := range batches {
			s.same(names[i], 0, batches[i], s.read(names[i], 0))
		}
	}},
	{"stores nothing when the context has ended", func(s *subject) {
		a := s.stream()
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		_, err := s.Append(ctx, a, eventstore.NoStream, some(1)...)
		require.ErrorIs(s, err, context.Canceled)
		require.Empty(s, s.all(eventstore.Start))
	}},
}

// conflicts requires that an append is refused with ErrConflict.
func (s *subject) conflicts(stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) {
	s.Helper()
	_, err := s.Append(s.ctx, stream, expected, events...)
	require.ErrorIs(s, err, eventstore.ErrConflict)
}

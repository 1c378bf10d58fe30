package storetest

import (
	"context"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// weave appends events to several streams in turns and returns all of them in order.
func (s *subject) weave(streams, rounds int) []eventstore.Recorded {
	s.Helper()
	names := make([]string, streams)
	for i := range names {
		names[i] = s.stream()
	}
	var want []eventstore.Recorded
	for round := range rounds {
		for _, name := range names {
			e := some(1)[0]
			at := s.put(name, eventstore.Expected(round-1), e)
			want = append(want, eventstore.Recorded{
				Stream: name, Revision: uint64(round), ID: e.ID, Type: e.Type, Meta: e.Meta,
				Data:     e.Data,
				Position: at, Stored: s.read(name, uint64(round))[0].Stored,
			})
		}
	}
	return want
}

var readAllClauses = []clause{
	{"yields all events in the order of the store", func(s *subject) {
		want := s.weave(3, 10)
		require.Equal(s, want, s.all(eventstore.Start))
	}},
	{"begins strictly after the position", func(s *subject) {
		want := s.weave(2, 6)
		for i := range want {
			got := s.all(want[i].Position)
			require.Len(s, got, len(want)-i-1)
			for j := range got {
				require.Equal(s, want[i+1+j], got[j])
			}
		}
	}},
	{"yields only streams with one of the prefixes", func(s *subject) {
		for _, kind := range []string{"a-", "b-", "ab-", "c-"} {
			s.put(s.prefix+kind+"1", eventstore.NoStream, some(2)...)
		}
		streams := func(prefixes ...string) map[string]int {
			m := make(map[string]int)
			for _, r := range s.all(eventstore.Start, prefixes...) {
				m[r.Stream[len(s.prefix):]]++
			}
			return m
		}
		require.Equal(s, map[string]int{"a-1": 2}, streams(s.prefix+"a-"))
		require.Equal(s, map[string]int{"a-1": 2, "ab-1": 2}, streams(s.prefix+"a"))
		require.Equal(s, map[string]int{"b-1": 2, "c-1": 2}, streams(s.prefix+"c-", s.prefix+"b-"))
		require.Empty(s, streams(s.prefix+"d"))
	}},
	{"never yields system streams", func(s *subject) {
		s.put(s.stream(), eventstore.NoStream, some(1)...)
		for r, err := range s.ReadAll(s.ctx, eventstore.Start, "$", s.prefix) {
			require.NoError(s, err)
			require.NotEqual(s, byte('$'), r.Stream[0])
		}
	}},
	{"sees everything that was acknowledged", func(s *subject) {
		last := eventstore.Start
		for range 50 {
			at := s.put(s.stream(), eventstore.NoStream, some(1)...)
			got := s.all(last)
			require.Len(s, got, 1)
			require.Equal(s, at, got[0].Position)
			last = at
		}
	}},
	{"yields nothing after the last event", func(s *subject) {
		at := s.put(s.stream(), eventstore.NoStream, some(3)...)
		require.Empty(s, s.all(at))
	}},
	{"refuses to read without a prefix", func(s *subject) {
		n := 0
		for _, err := range s.ReadAll(s.ctx, eventstore.Start) {
			require.Error(s, err)
			n++
		}
		require.Equal(s, 1, n)
	}},
	{"yields the error of an ended context", func(s *subject) {
		s.put(s.stream(), eventstore.NoStream, some(3)...)
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		n := 0
		for _, err := range s.ReadAll(ctx, eventstore.Start, s.prefix) {
			require.ErrorIs(s, err, context.Canceled)
			n++
		}
		require.Equal(s, 1, n)
	}},
}

package storetest

import (
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

var readClauses = []clause{
	{"yields the events of a stream in order", func(s *subject) {
		a, b, events := s.stream(), s.stream(), some(5)
		s.put(a, eventstore.NoStream, events[:2]...)
		s.put(b, eventstore.NoStream, some(1)...)
		s.put(a, 1, events[2:]...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"begins with the given revision", func(s *subject) {
		a, events := s.stream(), some(5)
		s.put(a, eventstore.NoStream, events...)
		s.same(a, 3, events[3:], s.read(a, 3))
		s.same(a, 4, events[4:], s.read(a, 4))
	}},
	{"yields nothing from past the last revision", func(s *subject) {
		a := s.stream()
		s.put(a, eventstore.NoStream, some(2)...)
		require.Empty(s, s.read(a, 2))
		require.Empty(s, s.read(a, 1000))
	}},
	{"yields not more events than the limit", func(s *subject) {
		a, events := s.stream(), some(5)
		s.put(a, eventstore.NoStream, events...)
		s.same(a, 0, events[:2], s.part(a, eventstore.Range{Limit: 2}))
		s.same(a, 3, events[3:4], s.part(a, eventstore.Range{From: 3, Limit: 1}))
		s.same(a, 3, events[3:], s.part(a, eventstore.Range{From: 3, Limit: 100}))
	}},
	{"goes backwards from a revision", func(s *subject) {
		a := s.stream()
		s.put(a, eventstore.NoStream, some(3)...)
		s.put(a, 2, some(2)...)
		want := s.read(a, 0)
		slices.Reverse(want)
		require.Equal(s, want[1:], s.part(a, eventstore.Range{From: 3, Backwards: true}))
		require.Equal(s, want[2:4], s.part(a, eventstore.Range{From: 2, Backwards: true, Limit: 2}))
		require.Equal(s, want[4:], s.part(a, eventstore.Range{Backwards: true}))
		require.Equal(s, want, s.part(a, eventstore.Range{From: 4, Backwards: true}))
	}},
	{"goes backwards from the last event when the revision is past it", func(s *subject) {
		a := s.stream()
		s.put(a, eventstore.NoStream, some(3)...)
		want := s.read(a, 0)
		slices.Reverse(want)
		for _, from := range []uint64{3, 1000, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
			require.Equal(s, want, s.part(a, eventstore.Range{From: from, Backwards: true}), from)
		}
		require.Equal(s, want[:1], s.part(a, eventstore.Newest))
	}},
	{"goes backwards through long streams", func(s *subject) {
		a, events := s.stream(), some(1200)
		s.put(a, eventstore.NoStream, events[:600]...)
		s.put(a, 599, events[600:]...)
		want := s.read(a, 0)
		slices.Reverse(want)
		require.Equal(s, want, s.part(a, eventstore.Range{From: math.MaxUint64, Backwards: true}))
	}},
	{"yields ErrNotFound alone also backwards", func(s *subject) {
		n := 0
		for _, err := range s.Read(s.ctx, s.stream(), eventstore.Newest) {
			require.ErrorIs(s, err, eventstore.ErrNotFound)
			n++
		}
		require.Equal(s, 1, n)
	}},
	{"tells when the store took an event", func(s *subject) {
		a := s.stream()
		for i := range 3 {
			s.put(a, eventstore.Expected(i-1), some(1)...)
		}
		got := s.read(a, 0)
		for i, r := range got {
			require.WithinDuration(s, time.Now(), r.Stored, time.Hour, "clocks of two machines")
			require.Equal(s, time.UTC, r.Stored.Location())
			require.False(s, i > 0 && r.Stored.Before(got[i-1].Stored), "times must not fall")
		}
		require.Equal(s, got, s.all(eventstore.Start))
	}},
	{"yields ErrNotFound alone for a missing stream", func(s *subject) {
		var errs []error
		for r, err := range s.Read(s.ctx, s.stream(), eventstore.Range{}) {
			require.Zero(s, r)
			errs = append(errs, err)
		}
		require.Len(s, errs, 1)
		require.ErrorIs(s, errs[0], eventstore.ErrNotFound)
	}},
	{"does not mistake one stream for another whose name it begins", func(s *subject) {
		a := s.stream()
		s.put(a+"x", eventstore.NoStream, some(2)...)
		for _, err := range s.Read(s.ctx, a, eventstore.Range{}) {
			require.ErrorIs(s, err, eventstore.ErrNotFound)
		}
	}},
	{"returns the stored bytes", func(s *subject) {
		a, events := s.stream(), some(4)
		events[0].Meta, events[0].Data = nil, nil
		events[1].Meta, events[1].Data = []byte{0, 1, 255}, []byte("{\"a\" : 1 }\n")
		events[2].Data = []byte(strings.Repeat("x", 100_000))
		events[3].Type = "摇号.完成"
		s.put(a, eventstore.NoStream, events...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{
		"yields nothing to a reader who has stopped, though the context ends as well",
		func(s *subject) {
			a := s.stream()
			s.put(a, eventstore.NoStream, some(2)...)
			for _, iterate := range []func(context.Context) iter.Seq2[eventstore.Recorded, error]{
				func(ctx context.Context) iter.Seq2[eventstore.Recorded, error] {
					return s.Read(ctx, a, eventstore.Range{})
				},
				func(ctx context.Context) iter.Seq2[eventstore.Recorded, error] {
					return s.ReadAll(ctx, eventstore.Start, a)
				},
			} {
				ctx, cancel := context.WithCancel(s.ctx)
				for _, err := range iterate(ctx) {
					require.NoError(s, err)
					cancel()
					break
				}
				cancel()
			}
		},
	},
	{"reads streams with names beyond ASCII", func(s *subject) {
		a, events := s.stream()+"-申请 ⁂/@#?", some(1)
		s.put(a, eventstore.NoStream, events...)
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"can be stopped and begun again", func(s *subject) {
		a, events := s.stream(), some(100)
		s.put(a, eventstore.NoStream, events...)
		seq := s.Read(s.ctx, a, eventstore.Range{})
		for range 20 {
			n := 0
			for _, err := range seq {
				require.NoError(s, err)
				if n++; n == 3 {
					break
				}
			}
			require.Equal(s, 3, n)
		}
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"reads long streams whole", func(s *subject) {
		a, events := s.stream(), some(2500)
		for i := 0; i < len(events); i += 500 {
			s.put(a, eventstore.Expected(i-1), events[i:i+500]...)
		}
		s.same(a, 0, events, s.read(a, 0))
	}},
	{"yields the error of an ended context", func(s *subject) {
		a := s.stream()
		s.put(a, eventstore.NoStream, some(1)...)
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		n := 0
		for _, err := range s.Read(ctx, a, eventstore.Range{}) {
			require.ErrorIs(s, err, context.Canceled)
			n++
		}
		require.Equal(s, 1, n)
	}},
}

package storetest

import (
	"context"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// streams lists the streams with a prefix.
func (s *subject) streams(prefix string) (names []string) {
	s.Helper()
	for name, err := range s.Streams(s.ctx, prefix) {
		require.NoError(s, err)
		names = append(names, name)
	}
	return names
}

var streamsClauses = []clause{
	{"yields each name once, in the order of bytes", func(s *subject) {
		var want []string
		for _, end := range []string{"b", "a", "ab", "Z", "é", "\u4e2d", "a-1", "0"} {
			name := s.prefix + end
			s.put(name, eventstore.NoStream, some(2)...)
			s.put(name, 1, some(1)...)
			want = append(want, name)
		}
		slices.Sort(want)
		require.Equal(s, want, s.streams(s.prefix))
	}},
	{"yields only names with the prefix", func(s *subject) {
		for _, end := range []string{"a-1", "a-2", "ab-1", "b-1", "\xc3\xbf-1"} {
			s.put(s.prefix+end, eventstore.NoStream, some(1)...)
		}
		require.Equal(s, []string{s.prefix + "a-1", s.prefix + "a-2"}, s.streams(s.prefix+"a-"))
		require.Equal(s, []string{s.prefix + "a-2"}, s.streams(s.prefix+"a-2"))
		require.Equal(s, []string{s.prefix + "\xc3\xbf-1"}, s.streams(s.prefix+"\u00ff"))
		require.Empty(s, s.streams(s.prefix+"c-"))
		require.Empty(s, s.streams(s.prefix+"a-20"))
	}},
	{"never yields system streams", func(s *subject) {
		s.put(s.stream(), eventstore.NoStream, some(1)...)
		require.Empty(s, s.streams("$"))
	}},
	{"sees everything that was acknowledged", func(s *subject) {
		for i := range 20 {
			s.put(s.stream(), eventstore.NoStream, some(1)...)
			require.Len(s, s.streams(s.prefix), i+1)
		}
	}},
	{"yields no stream whose first append was refused", func(s *subject) {
		s.conflicts(s.stream(), 0, some(1)...)
		require.Empty(s, s.streams(s.prefix))
	}},
	{"yields many names", func(s *subject) {
		var want []string
		for i := range 300 {
			want = append(want, fmt.Sprintf("%s-%04d", s.prefix, i))
			s.put(want[i], eventstore.NoStream, some(1)...)
		}
		require.Equal(s, want, s.streams(s.prefix))
	}},
	{"can be stopped, and other calls made meanwhile", func(s *subject) {
		for range 5 {
			s.put(s.stream(), eventstore.NoStream, some(1)...)
		}
		n := 0
		for name, err := range s.Streams(s.ctx, s.prefix) {
			require.NoError(s, err)
			require.Len(s, s.read(name, 0), 1)
			s.put(s.stream(), eventstore.NoStream, some(1)...)
			if n++; n == 3 {
				break
			}
		}
		require.Len(s, s.streams(s.prefix), 8)
	}},
	{"yields the error of an ended context", func(s *subject) {
		s.put(s.stream(), eventstore.NoStream, some(1)...)
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		n := 0
		for _, err := range s.Streams(ctx, s.prefix) {
			require.ErrorIs(s, err, context.Canceled)
			n++
		}
		require.Equal(s, 1, n)
	}},
}

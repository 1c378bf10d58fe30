//go:build unix

package embedded

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// BenchmarkSmallReads finds a little in stores of two sizes: in the process it costs the same
// in both. Over the wire the list of streams costs as much as the whole log.
func BenchmarkSmallReads(b *testing.B) {
	for _, events := range []int{100_000, 1_000_000} {
		s, err := Open(Options{Dir: b.TempDir()})
		require.NoError(b, err)
		fillSmall(b, s, events)
		wire := dial(b, s.ConnectionString())
		for _, way := range []struct {
			name  string
			store eventstore.Store
		}{{"process", s}, {"wire", wire}} {
			for name, read := range smallReads {
				b.Run(fmt.Sprintf("%s/%s/%d", name, way.name, events), func(b *testing.B) {
					for b.Loop() {
						read(b, way.store)
					}
				})
			}
		}
		require.NoError(b, s.Close())
	}
}

// fillSmall stores so many events: a tenth in one long stream, 30 in ten streams of another
// kind, the rest in streams of 500.
func fillSmall(b *testing.B, s eventstore.Store, events int) {
	put := func(stream string, expected int, n int) {
		_, err := s.Append(b.Context(), stream, eventstore.Expected(expected), proposals(n)...)
		require.NoError(b, err)
	}
	const each = 500
	long := -1
	for i := range events / each {
		if i%10 == 0 {
			put("long", long, each)
			long += each
		} else {
			put(fmt.Sprint("bench-", i), -1, each)
		}
		if few := events / each / 10; i%few == 0 {
			put(fmt.Sprint("few-", i/few), -1, 3)
		}
	}
}

var smallReads = map[string]func(*testing.B, eventstore.Store){
	"last": func(b *testing.B, s eventstore.Store) {
		_, ok, err := eventstore.Last(b.Context(), s, "long")
		require.NoError(b, err)
		require.True(b, ok)
	},
	"limit": func(b *testing.B, s eventstore.Store) {
		n := 0
		for _, err := range s.Read(b.Context(), "long", eventstore.Range{From: 5000, Limit: 3}) {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, 3, n)
	},
	"streams": func(b *testing.B, s eventstore.Store) {
		n := 0
		for _, err := range s.Streams(b.Context(), "few-") {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, 10, n)
	},
}

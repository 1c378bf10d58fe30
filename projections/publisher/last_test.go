package publisher

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// numbered is a store whose streams all hold so many events; it counts reads.
type numbered struct {
	eventstore.Store
	events uint64
	reads  int
	err    error // of the read after so many
	fails  int
}

func (n *numbered) Read(_ context.Context, stream string, from uint64) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		n.reads++
		if n.err != nil && n.reads > n.fails {
			yield(eventstore.Recorded{}, n.err)
			return
		}
		if n.events == 0 {
			yield(eventstore.Recorded{}, eventstore.ErrNotFound)
			return
		}
		for r := from; r < n.events; r++ {
			if !yield(eventstore.Recorded{Stream: stream, Revision: r}, nil) {
				return
			}
		}
	}
}

func TestLast(t *testing.T) {
	for n := range uint64(130) {
		s := &numbered{events: n}
		r, found, err := last(t.Context(), s, "ledger")
		require.NoError(t, err)
		require.Equal(t, n > 0, found)
		if found {
			require.Equal(t, n-1, r.Revision)
		}
		require.LessOrEqual(t, s.reads, 18)
	}
	s := &numbered{events: 1_000_003}
	r, _, err := last(t.Context(), s, "ledger")
	require.NoError(t, err)
	require.EqualValues(t, 1_000_002, r.Revision)
	require.LessOrEqual(t, s.reads, 45)
}

func TestLastOfAStoreThatFails(t *testing.T) {
	broken := errors.New("broken")
	for fails := range 15 {
		_, found, err := last(t.Context(), &numbered{events: 100, err: broken, fails: fails}, "ledger")
		require.ErrorIs(t, err, broken)
		require.False(t, found)
	}
}

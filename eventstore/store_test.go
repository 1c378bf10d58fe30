package eventstore_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

func TestRevisions(t *testing.T) {
	for _, c := range []struct {
		r      eventstore.Range
		events uint64
		want   []uint64
	}{
		{eventstore.Range{}, 0, nil},
		{eventstore.Range{}, 3, []uint64{0, 1, 2}},
		{eventstore.Range{From: 2}, 3, []uint64{2}},
		{eventstore.Range{From: 3}, 3, nil},
		{eventstore.Range{From: math.MaxUint64}, 3, nil},
		{eventstore.Range{From: 1, Limit: 1}, 3, []uint64{1}},
		{eventstore.Range{Backwards: true}, 0, nil},
		{eventstore.Range{Backwards: true}, 3, []uint64{0}},
		{eventstore.Range{From: 1, Backwards: true}, 3, []uint64{1, 0}},
		{eventstore.Range{From: 2, Backwards: true}, 3, []uint64{2, 1, 0}},
		{eventstore.Range{From: 3, Backwards: true}, 3, []uint64{2, 1, 0}},
		{eventstore.Range{From: 2, Backwards: true, Limit: 2}, 3, []uint64{2, 1}},
		{eventstore.Newest, 0, nil},
		{eventstore.Newest, 1, []uint64{0}},
		{eventstore.Newest, 3, []uint64{2}},
	} {
		require.Equal(t, c.want, slices.Collect(c.r.Revisions(c.events)), "%+v of %d", c.r,
			c.events)
	}
}

func TestLast(t *testing.T) {
	m := &memory{}
	_, ok, err := eventstore.Last(t.Context(), m, "s")
	require.NoError(t, err)
	require.False(t, ok)
	for i := range 3 {
		e := eventstore.Proposed{ID: uuid.New()}
		_, err := m.Append(t.Context(), "s", eventstore.Expected(i-1), e)
		require.NoError(t, err)
		r, ok, err := eventstore.Last(t.Context(), m, "s")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, e.ID, r.ID)
	}
	broken := errors.New("broken")
	_, ok, err = eventstore.Last(t.Context(), &memory{fail: broken}, "s")
	require.ErrorIs(t, err, broken)
	require.False(t, ok)
}

func TestCheckAppend(t *testing.T) {
	events := make([]eventstore.Proposed, eventstore.MaxBatchEvents)
	require.NoError(t, eventstore.CheckAppend(eventstore.NoStream, events))
	require.NoError(t, eventstore.CheckAppend(math.MaxInt64, events))
	require.ErrorContains(t, eventstore.CheckAppend(-2, events), "no revision")
	require.ErrorContains(t, eventstore.CheckAppend(0, nil), "no events")
	events = append(events, eventstore.Proposed{})
	require.ErrorIs(t, eventstore.CheckAppend(0, events), eventstore.ErrTooLarge)
	large := eventstore.Proposed{
		Type: "ab", Meta: make([]byte, 100),
		Data: make([]byte, eventstore.MaxBatchBytes-104),
	}
	require.NoError(t, eventstore.CheckAppend(0, []eventstore.Proposed{large}))
	large.Meta = make([]byte, 101)
	require.ErrorIs(t, eventstore.CheckAppend(0, []eventstore.Proposed{large}),
		eventstore.ErrTooLarge)
}

package esdb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// TestDelete: at the right revision only, and without an end to the counting.
func TestDelete(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	_, err := s.Append(t.Context(), "a", eventstore.NoStream, some(3)...)
	require.NoError(t, err)
	for _, wrong := range []eventstore.Expected{eventstore.NoStream, 0, 1, 3} {
		require.ErrorIs(t, s.Delete(t.Context(), "a", wrong), eventstore.ErrConflict)
	}
	require.Error(t, s.Delete(t.Context(), "a", -2))
	require.NoError(t, s.Delete(t.Context(), "a", 2))
	for _, err := range s.Read(t.Context(), "a", eventstore.Range{}) {
		require.ErrorIs(t, err, eventstore.ErrNotFound)
	}
	_, err = s.Append(t.Context(), "a", 2, some(1)...)
	require.NoError(t, err)
	for r, err := range s.Read(t.Context(), "a", eventstore.Range{}) {
		require.NoError(t, err)
		require.EqualValues(t, 3, r.Revision)
	}
}

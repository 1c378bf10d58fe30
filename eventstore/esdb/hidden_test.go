package esdb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// TestHiddenRepetition: a repetition whose event was hidden meanwhile is a repetition, at a
// position that is not known; whichever way the append goes.
func TestHiddenRepetition(t *testing.T) {
	h := newHost(t)
	for stream, bulk := range map[string]bool{"unary": false, "bulk": true} {
		s := open(t, h.server.ConnectionString())
		if bulk {
			s.Bulk(t)
		}
		e := some(1)
		first, err := s.Append(t.Context(), stream, eventstore.NoStream, e...)
		require.NoError(t, err)
		again, err := s.Append(t.Context(), stream, eventstore.NoStream, e...)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.NoError(t, s.Delete(t.Context(), stream, 0))
		again, err = s.Append(t.Context(), stream, eventstore.NoStream, e...)
		require.NoError(t, err)
		require.Equal(t, eventstore.Unknown, again, stream)
	}
}

package esdb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Bulk makes all further appends in bulk, and fails unless the server takes them so.
func (s *Store) Bulk(t *testing.T) {
	t.Helper()
	s.bulk.few = 0
	require.Eventually(t, s.bulk.ready, 10*time.Second, time.Millisecond)
}

func (b *bulk) ready() bool { return b.open() != nil }

// Sent is how many appends were sent in bulk, on the present call.
func (s *Store) Sent() uint64 {
	if c := s.bulk.open(); c != nil {
		return c.sent.Load()
	}
	return 0
}

// Foreign reports whether the server is known to have no calls of an embedded store.
func (s *Store) Foreign() bool { return s.own.foreign.Load() }

// Estrange makes the store take the server for one that has none.
func (s *Store) Estrange() { s.own.foreign.Store(true) }

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

// Off reports whether the server is known to take no appends in bulk.
func (s *Store) Off() bool {
	s.bulk.mu.Lock()
	defer s.bulk.mu.Unlock()
	return s.bulk.off
}

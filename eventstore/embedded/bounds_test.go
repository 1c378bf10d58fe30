package embedded

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestRecentIsBounded(t *testing.T) {
	r := newRecent()
	first, second := uuid.New(), uuid.New()
	r.add(first, place{"a", 0, 64})
	r.add(second, place{"a", 1, 128})
	r.add(first, place{"b", 5, 192}) // the first record wins
	p, ok := r.in("a", first)
	require.True(t, ok)
	require.Equal(t, place{"a", 0, 64}, p)
	_, ok = r.in("b", first)
	require.False(t, ok)

	for range recentIDs - 2 {
		r.add(uuid.New(), place{"c", 0, 0})
	}
	_, ok = r.in("a", first)
	require.True(t, ok)
	r.add(uuid.New(), place{"c", 0, 0})
	_, ok = r.in("a", first)
	require.False(t, ok, "the oldest goes first")
	_, ok = r.in("a", second)
	require.True(t, ok)
	require.Len(t, r.places, recentIDs)
	require.Len(t, r.ring, recentIDs)
}

// TestPingsAreAllowed: the policy leaves room for clients that ping as often as their
// library allows. That such a connection stays is a fact of package storetest.
func TestPingsAreAllowed(t *testing.T) {
	const often = 10 * time.Second
	require.LessOrEqual(t, pings.MinTime, often/2)
	require.True(t, pings.PermitWithoutStream)
}

func TestHeadCacheIsBounded(t *testing.T) {
	c := newHeadCache()
	name := func(i int) string { return fmt.Sprint("s", i) }
	for i := range 3 * headsPerGeneration {
		c.put(name(i), head{last: int64(i)})
		if i >= headsPerGeneration/2 {
			h, ok := c.get(name(i - headsPerGeneration/2))
			require.True(t, ok, "a head must stay for a while")
			require.EqualValues(t, i-headsPerGeneration/2, h.last)
		}
	}
	require.LessOrEqual(t, len(c.young)+len(c.old), 2*headsPerGeneration)
	_, ok := c.get(name(0))
	require.False(t, ok)
}

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzSeatFlag: POOL=N that is accepted prints back to the same, but for leading zeros, and is
// accepted once only; what is refused changes nothing.
func FuzzSeatFlag(f *testing.F) {
	for _, s := range []string{
		"ordinary=2", "p=007", "p=0", "p=1=2", "=1", "p", "p=-1", "p=+1",
		"p=1_0", "p=1073741824", "p= 1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var seats seatFlag
		if err := seats.Set(s); err != nil {
			require.Empty(t, seats)
			return
		}
		require.Len(t, seats, 1)
		pool, n := seats[0].pool, seats[0].n
		number, ok := strings.CutPrefix(s, pool+"=")
		require.True(t, ok)
		shortest := strings.TrimLeft(number[:len(number)-1], "0") + number[len(number)-1:]
		require.Equal(t, fmt.Sprintf("%s=%d", pool, n), pool+"="+shortest)
		of, ok := seats.of(pool)
		require.True(t, ok)
		require.Equal(t, n, of)
		require.Error(t, seats.Set(s), "twice")
		require.Len(t, seats, 1)
	})
}

package round

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParseSeats: seats of a pool that are read are those of one flag with plain digits.
func FuzzParseSeats(f *testing.F) {
	for _, s := range []string{
		"ordinary=10", "=1", "a=", "a=b=1", "a=-1", "a=4294967296", "a=+1",
		"池=1",
	} {
		f.Add(s, "b=2")
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		m, err := parseSeats("--seats", []string{one, other})
		if err != nil {
			return
		}
		require.Len(t, m, 2)
		var flags []string
		for pool, n := range m {
			flags = append(flags, fmt.Sprintf("%s=%d", pool, n))
		}
		again, err := parseSeats("--seats", flags)
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

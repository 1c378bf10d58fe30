package domain_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
)

// TestHex: what is taken is what encoding/hex writes, and nothing else.
func TestHex(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringOfN(rapid.SampledFrom([]rune("0123456789abcdefABCDEFg/:`@ é")), 0, 12,
			-1)
		s := rapid.OneOf(digits, rapid.StringMatching(`[0-9a-f]{0,12}`)).Draw(t, "s")
		want, err := hex.DecodeString(s)
		ok := err == nil && hex.EncodeToString(want) == s

		got, parsed := domain.ParseHex(s)
		require.Equal(t, ok, parsed)
		if ok {
			require.Equal(t, want, got)
		}
		n := rapid.IntRange(0, 6).Draw(t, "bytes")
		require.Equal(t, ok && len(want) == n, domain.IsHex(s, n))
		dst := make([]byte, n)
		require.Equal(t, ok && len(want) == n, domain.DecodeHex(dst, []byte(s)))
		if ok && len(want) == n {
			require.Equal(t, want, dst)
		}
	})
}

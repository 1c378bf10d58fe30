package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
)

func TestValidID(t *testing.T) {
	for _, s := range []string{
		"a", "Z", "0", "2026-1", "beijing-2021", "a--b",
		strings.Repeat("x", 32),
	} {
		require.True(t, domain.ValidID(s), s)
	}
	for _, s := range []string{
		"", "-", "-a", "a-", strings.Repeat("x", 33), "a b", "a.b", "a_b", "a/b", "a:b", "a@b",
		"a`b", "a[b", "a{b",
		"京", "a\x00", "a\n", "é",
	} {
		require.False(t, domain.ValidID(s), "%q", s)
	}
}

func TestIsName(t *testing.T) {
	const alphabet = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
	for c := range 256 {
		s := []byte{'a', byte(c)}
		require.Equal(t, strings.IndexByte(alphabet, byte(c)) >= 0, domain.IsName(s, 2), "%q", s)
	}
	require.True(t, domain.IsName(alphabet, len(alphabet)))
	require.False(t, domain.IsName(alphabet, len(alphabet)-1))
	require.False(t, domain.IsName("", 1))
}

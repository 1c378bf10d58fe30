package users

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector is "password" with the salt "somesalt", as the reference program of Argon2
// prints it.
const vector = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

func TestHashOfReference(t *testing.T) {
	h, err := parseHash(vector)
	require.NoError(t, err)
	require.Equal(t, vector, h.String())
	require.True(t, h.matches("password"))
	require.False(t, h.matches("Password"))
	require.False(t, h.matches(""))
	require.False(t, h.decoy().matches("password"))
	require.Equal(t, h.cost(), h.decoy().cost())
}

func TestNewHash(t *testing.T) {
	h, again := newHash("correct horse"), newHash("correct horse")
	require.NotEqual(t, h, again, "salted")
	require.True(t, strings.HasPrefix(h.String(), "$argon2id$v=19$m=65536,t=3,p=1$"))
	parsed, err := parseHash(h.String())
	require.NoError(t, err)
	require.Equal(t, h, parsed)
	require.True(t, parsed.matches("correct horse"))
}

func TestParseHashRefuses(t *testing.T) {
	const salt, sum = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for _, c := range []struct{ hash, reason string }{
		{"", "not of the form"},
		{"secret", "not of the form"},
		{vector + "$", "not of the form"},
		{" " + vector, "not of the form"},
		{vector + "=", "not of the form"},
		{strings.Replace(vector, "argon2id", "argon2i", 1), "not of the form"},
		{strings.Replace(vector, "v=19", "v=16", 1), "not of the form"},
		{strings.Replace(vector, "m=256", "m=0256", 1), "not of the form"},
		{strings.Replace(vector, "m=256", "m=+256", 1), "not of the form"},
		{strings.Replace(vector, "m=256,t=2", "t=2,m=256", 1), "not of the form"},
		{strings.Replace(vector, "m=256", "m=4294967552", 1), "not of the form"},
		{strings.Replace(vector, "p=1", "p=257", 1), "not of the form"},
		{strings.Replace(vector, "p=1", "p=1,x=1", 1), "not of the form"},
		{strings.Replace(vector, "i/4", "i/5", 1), "not of the form"}, // bits beyond the last byte
		{strings.Replace(vector, "m=256", "m=7", 1), "m=7"},
		{strings.Replace(vector, "m=256,t=2,p=1", "m=15,t=2,p=2", 1), "m=15"},
		{strings.Replace(vector, "m=256", "m=262145", 1), "m=262145"},
		{strings.Replace(vector, "t=2", "t=0", 1), "t=0"},
		{strings.Replace(vector, "t=2", "t=17", 1), "t=17"},
		{strings.Replace(vector, "p=1", "p=0", 1), "p=0"},
		{strings.Replace(vector, "p=1", "p=17", 1), "p=17"},
		{strings.Replace(vector, salt, "c29tZXNh", 1), "the salt has 6 bytes"},
		{strings.Replace(vector, salt, strings.Repeat("c29t", 22), 1), "the salt has 66 bytes"},
		{strings.Replace(vector, sum, "nf65EOgL", 1), "the sum has 6 bytes"},
		{strings.Replace(vector, sum, strings.Repeat("nf65", 22), 1), "the sum has 66 bytes"},
	} {
		_, err := parseHash(c.hash)
		require.ErrorContains(t, err, c.reason, c.hash)
	}
}

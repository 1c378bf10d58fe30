package users

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func newTestUsers(t *testing.T) *Users {
	u, err := Parse([]byte("chief:admin:" + vector + "\ndesk::" +
		strings.Replace(vector, "m=256,t=2", "m=8,t=1", 1)))
	require.NoError(t, err)
	return u
}

func TestCheck(t *testing.T) {
	u := newTestUsers(t)
	name, password := u.Own()
	for range 3 { // found right, remembered, and still right after a wrong one
		admin, err := u.Check(t.Context(), "chief", "password")
		require.NoError(t, err)
		require.True(t, admin)
		admin, err = u.Check(t.Context(), name, password)
		require.NoError(t, err)
		require.True(t, admin)
		for _, wrong := range [][2]string{
			{"chief", "Password"},
			{"chief", ""},
			{"chief", "password "},
			{"Chief", "password"},
			{"nobody", "password"},
			{"", ""},
			{"chie", "fpassword"},
			{"desk", "password"},
			{name, "password"},
			{name, ""},
			{"chief", password},
		} {
			_, err := u.Check(t.Context(), wrong[0], wrong[1])
			require.ErrorIs(t, err, ErrRefused, wrong)
		}
	}
	require.Nil(t, u.accounts["desk"].verified.Load(), "a wrong password leaves nothing behind")
	require.Len(t, u.accounts, 3)

	_, other := newTestUsers(t).Own()
	_, err := u.Check(t.Context(), name, other)
	require.ErrorIs(t, err, ErrRefused, "the account of another process")
}

// TestDecoy: what nobody has costs as much as the dearest of the file.
func TestDecoy(t *testing.T) {
	u := newTestUsers(t)
	require.Equal(t, u.accounts["chief"].hash.cost(), u.decoy.cost())
	require.NotEqual(t, u.accounts["chief"].hash.sum, u.decoy.sum)
}

// TestTurns: nobody computes a hash while every core does, and whoever is known needs
// no turn.
func TestTurns(t *testing.T) {
	u := newTestUsers(t)
	_, err := u.Check(t.Context(), "chief", "password")
	require.NoError(t, err)
	for range cap(u.turns) {
		u.turns <- struct{}{}
	}
	_, err = u.Check(t.Context(), "chief", "password")
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"chief", "nobody"} {
		_, err = u.Check(gone, name, "wrong password")
		require.ErrorIs(t, err, context.Canceled)
	}
	<-u.turns
	_, err = u.Check(t.Context(), "chief", "wrong password")
	require.ErrorIs(t, err, ErrRefused)
	require.Len(t, u.turns, cap(u.turns)-1, "turns are given back")
}

func TestCheckTogether(t *testing.T) {
	u := newTestUsers(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if i%2 == 0 {
				if _, err := u.Check(t.Context(), "chief", "password"); err != nil {
					t.Error(err)
				}
			} else if _, err := u.Check(t.Context(), "chief", "wrong"); err == nil {
				t.Error("a wrong password was right")
			}
		})
	}
	wg.Wait()
}

// BenchmarkCheck is what a call pays whose password is remembered.
func BenchmarkCheck(b *testing.B) {
	u, err := Parse([]byte("chief:admin:" + vector))
	require.NoError(b, err)
	for b.Loop() {
		if _, err := u.Check(b.Context(), "chief", "password"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHash is what the first call of a user pays, and every wrong one.
func BenchmarkHash(b *testing.B) {
	h := newHash("password")
	for b.Loop() {
		h.matches("password")
	}
}

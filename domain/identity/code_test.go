package identity_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// Computed by hand. For 0: the state goes 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10, 9, 7, and
// 7+4 ends in 1.
func TestCodeByHand(t *testing.T) {
	for n, want := range map[uint64]identity.Code{
		0:               "0000000000004",
		1:               "0000000000012",
		codeMax:         "9999999999992",
		123_456_789_012: "1234567890124",
	} {
		got, err := identity.NewCode(n)
		require.NoError(t, err)
		require.Equal(t, want, got)
		parsed, err := identity.ParseCode(string(want))
		require.NoError(t, err)
		require.Equal(t, want, parsed)
	}
}

const codeMax = 999_999_999_999

func TestRefusedCodes(t *testing.T) {
	_, err := identity.NewCode(codeMax + 1)
	require.ErrorIs(t, err, identity.ErrCodeRange)
	_, err = identity.NewCode(1<<64 - 1)
	require.ErrorIs(t, err, identity.ErrCodeRange)
	for s, want := range map[string]error{
		"":                 identity.ErrCodeLength,
		"123456789012":     identity.ErrCodeLength,
		"12345678901244":   identity.ErrCodeLength,
		" 123456789012":    identity.ErrCodeCharacter,
		"123456789012X":    identity.ErrCodeCharacter,
		"12345678901/4":    identity.ErrCodeCharacter,
		"12345678901:4":    identity.ErrCodeCharacter,
		"+234567890124":    identity.ErrCodeCharacter,
		"1234567890１２":     identity.ErrCodeLength, // no full-width digits in a code
		"1234567890129":    identity.ErrCodeChecksum,
		"2134567890124":    identity.ErrCodeChecksum,
		"123456789012\x00": identity.ErrCodeCharacter,
	} {
		code, err := identity.ParseCode(s)
		require.ErrorIs(t, err, want, "%q", s)
		require.Empty(t, code)
	}
}

// Every wrong digit of 20,000 codes is found, and of the swaps of neighbours all but
// those that the type's comment names.
func TestTyposOfACode(t *testing.T) {
	r := rand.New(rand.NewPCG(7064, 1110))
	valid := func(b []byte) bool {
		_, err := identity.ParseCode(string(b))
		return err == nil
	}
	missed, swaps := 0, 0
	for range 20_000 {
		code, err := identity.NewCode(r.Uint64N(codeMax + 1))
		require.NoError(t, err)
		b := []byte(code)
		state := 10
		for i, was := range b {
			for c := byte('0'); c <= '9'; c++ {
				if b[i] = c; c != was && valid(b) {
					t.Fatalf("place %d: wrong digit not found in %s", i+1, b)
				}
			}
			b[i] = was
			if i+1 < len(b) && b[i+1] != was {
				x, y := int(was-'0'), int(b[i+1]-'0')
				low, high := (15-state)%10, (16-state)%10
				named := x == low && y == high || x == high && y == low
				b[i], b[i+1] = b[i+1], b[i]
				if valid(b) != named {
					t.Fatalf("places %d and %d, state %d: swap of %d and %d", i+1, i+2, state, x, y)
				}
				b[i], b[i+1] = b[i+1], b[i]
				swaps++
				if named {
					missed++
				}
			}
			state = next(state, int(was-'0'))
		}
	}
	require.InDelta(t, 1.0/45, float64(missed)/float64(swaps), 0.002)
}

// next is the table of the standard: the state after a digit, by state and sum.
func next(state, digit int) int {
	doubled := [...]int{9, 2, 4, 6, 8, 10, 1, 3, 5, 7} // of a sum that ends in 0, 1, … 9
	return doubled[(state+digit)%10]
}

func TestCodesSortLikeNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		a, b := r.Uint64N(codeMax), r.Uint64N(codeMax)
		x, err := identity.NewCode(a)
		require.NoError(t, err)
		y, err := identity.NewCode(b)
		require.NoError(t, err)
		require.Equal(t, a < b, x < y)
		require.Equal(t, fmt.Sprintf("%012d", a), string(x)[:12])
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"1234567890124", "0000000000004", "", "123456789012X"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := identity.ParseCode(s)
		if err != nil {
			require.NotEmpty(t, fault.CodeOf(err))
			require.Empty(t, code)
			return
		}
		require.Equal(t, s, string(code))
		var n uint64
		_, err = fmt.Sscanf(s[:12], "%d", &n)
		require.NoError(t, err)
		again, err := identity.NewCode(n)
		require.NoError(t, err)
		require.Equal(t, code, again)
	})
}

package identity_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// number makes a valid number by the table of weights that the standard prints,
// which is not how the package computes it.
func number(digits string) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return digits + "10X98765432"[sum%11:][:1]
}

func randomNumber(r *rand.Rand) string {
	born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(46000))
	return number(fmt.Sprintf("%06d%s%03d", 110000+r.IntN(550000), born.Format("20060102"),
		r.IntN(1000)))
}

func TestPublishedNumbers(t *testing.T) {
	for _, s := range []string{"11010519491231002X", "440524188001010014", "110101199003070011"} {
		n, err := identity.Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, s, n.Reveal())
	}
}

func TestNumberForms(t *testing.T) {
	want, err := identity.Parse("11010519491231002X")
	require.NoError(t, err)
	for _, s := range []string{
		"11010519491231002x", "11010519491231002Ｘ", "11010519491231002ｘ",
		"１１０１０５１９４９１２３１００２Ｘ", "1101051949１２３１００２x",
	} {
		n, err := identity.Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, want, n, "%s is the same number", s)
	}
}

func TestRefusedNumbers(t *testing.T) {
	for s, want := range map[string]error{
		"":                      identity.ErrLength,
		"11010519491231002":     identity.ErrLength,
		"11010519491231002XX":   identity.ErrLength,
		" 11010519491231002X":   identity.ErrLength,
		"110105491231002":       identity.ErrLength, // the 15 digits of before 1999
		"1101051949123100 X":    identity.ErrCharacter,
		"X1010519491231002X":    identity.ErrCharacter,
		"11010519491231002A":    identity.ErrCharacter,
		"11010519491231002\xff": identity.ErrCharacter,
		"11010519491231002+":    identity.ErrCharacter,
		"1101051949123100２／":    identity.ErrCharacter, // beside the full-width digits
		"1101051949123100２：":    identity.ErrCharacter,
		"110105194912310020":    identity.ErrChecksum,
		"110105194912310021":    identity.ErrChecksum,
		"１１０１０５１９４９１２３１００２１": identity.ErrChecksum,

		number("11010519490229002"): identity.ErrDate, // 1949 is no leap year
		number("11010519490431002"): identity.ErrDate,
		number("11010519491301002"): identity.ErrDate,
		number("11010519490001002"): identity.ErrDate,
		number("11010519490100002"): identity.ErrDate,
		number("11010500000101002"): identity.ErrDate,
		number("11010517991231002"): identity.ErrDate,
		number("11010519000229002"): identity.ErrDate, // nor is 1900
	} {
		n, err := identity.Parse(s)
		require.ErrorIs(t, err, want, s)
		require.Equal(t, identity.Number{}, n)
	}
	for _, digits := range []string{"11010520000229002", "11010519480229002", "11010518000101002"} {
		_, err := identity.Parse(number(digits))
		require.NoError(t, err, digits)
	}
}

// Every wrong character and every swap of neighbours of 20,000 numbers is found.
func TestEveryTypoOfANumberIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(11643, 1999))
	valid := func(b []byte) bool {
		_, err := identity.Parse(string(b))
		return err == nil
	}
	for range 20_000 {
		b := []byte(randomNumber(r))
		if !valid(b) {
			t.Fatalf("%s is refused", b)
		}
		for i, was := range b {
			for _, c := range []byte("0123456789X") {
				if b[i] = c; c != was && valid(b) {
					t.Fatalf("place %d: wrong character not found in %s", i+1, b)
				}
			}
			b[i] = was
			if i > 0 && b[i-1] != was {
				b[i-1], b[i] = b[i], b[i-1]
				if valid(b) {
					t.Fatalf("places %d and %d: swap not found in %s", i, i+1, b)
				}
				b[i-1], b[i] = b[i], b[i-1]
			}
		}
	}
}

func TestAge(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return d
	}
	for _, c := range []struct {
		born, on string
		age      int
		after    bool
	}{
		{"19491231", "2026-12-30", 76, false},
		{"19491231", "2026-12-31", 77, false},
		{"20000229", "2018-02-28", 17, false},
		{"20000229", "2018-03-01", 18, false},
		{"20000229", "2020-02-29", 20, false},
		{"20260308", "2026-03-08", 0, false},
		{"20260309", "2026-03-08", -1, true},
		{"20270101", "2026-12-31", -1, true},
		{"20280101", "2026-12-31", -2, true},
	} {
		n, err := identity.Parse(number("110105" + c.born + "002"))
		require.NoError(t, err)
		require.Equal(t, c.age, n.AgeOn(day(c.on)), c)
		require.Equal(t, c.after, n.BornAfter(day(c.on)), c)
	}

	// The day is the one of the caller's time zone.
	n, err := identity.Parse(number("11010520260309002"))
	require.NoError(t, err)
	utc := time.Date(2026, 3, 8, 20, 0, 0, 0, time.UTC)
	require.True(t, n.BornAfter(utc))
	require.False(t, n.BornAfter(utc.In(time.FixedZone("Beijing", 8*3600))))
}

func TestNumberIsNeverPrinted(t *testing.T) {
	const s = "11010519491231002X"
	n, err := identity.Parse(s)
	require.NoError(t, err)
	require.Equal(t, "110***********002X", n.Mask())
	type person struct {
		Name   string
		Number identity.Number
	}
	raw := fmt.Sprint([]byte(s)[3:14])
	for _, verb := range []string{
		"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%U",
		"%08b", "%t",
	} {
		for _, v := range []any{
			n, &n,
			person{"甲", n},
			[]identity.Number{n},
			map[identity.Number]int{n: 1},
		} {
			out := fmt.Sprintf(verb, v)
			require.NotContains(t, out, s[3:14], verb)
			require.NotContains(t, out, fmt.Sprintf("%x", s[3:14]), verb)
			require.NotContains(t, out, strings.Trim(raw, "[]"), verb)
		}
		require.Equal(t, n.Mask(), fmt.Sprintf(verb, n))
	}
	_, err = json.Marshal(person{"甲", n})
	require.Error(t, err)
	require.NotContains(t, err.Error(), s[3:14])
}

func TestNobodysNumber(t *testing.T) {
	var n identity.Number
	require.Empty(t, n.Mask())
	require.Empty(t, n.Reveal())
	require.Empty(t, fmt.Sprint(n))
	y, m, d := n.Birth()
	require.Zero(t, y+int(m)+d)
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range []error{
		identity.ErrLength, identity.ErrCharacter, identity.ErrChecksum, identity.ErrDate,
		identity.ErrCodeLength, identity.ErrCodeCharacter, identity.ErrCodeChecksum,
		identity.ErrCodeRange,
	} {
		require.False(t, seen[e.Error()], "two errors say %q", e.Error())
		seen[e.Error()] = true
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"11010519491231002X", "１１０１０５１９４９１２３１００２ｘ",
		"440524188001010014", "", "11010519491231002",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := identity.Parse(s)
		if err != nil {
			require.NotEmpty(t, fault.CodeOf(err))
			require.Equal(t, identity.Number{}, n)
			return
		}
		again, err := identity.Parse(n.Reveal())
		require.NoError(t, err)
		require.Equal(t, n, again)
		require.Equal(t, n.Reveal(), number(n.Reveal()[:17]))
	})
}

// TestKnownArea: of the hundred beginnings these are provinces and the like.
func TestKnownArea(t *testing.T) {
	known := ""
	for area := range 100 {
		for _, check := range "0123456789X" {
			if n, err := identity.Parse(fmt.Sprintf("%02d010119900307001%c", area,
				check)); err == nil && n.KnownArea() {
				known += fmt.Sprintf("%02d ", area)
			}
		}
	}
	require.Equal(t, "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 "+
		"54 61 62 63 64 65 71 81 82 83 91 ", known)
	require.False(t, identity.Number{}.KnownArea())
}

// Package identity reads, checks and masks the numbers that name people and
// applications.
//
// A resident identity number (GB 11643-1999) has 18 characters: a six-digit area,
// the date of birth as YYYYMMDD, a three-digit sequence and a check character.
// With the weights W(i) = 2^(18-i) mod 11 for the places i = 1..17, the check
// character is "10X98765432"[sum(a(i)·W(i)) mod 11]. Every single wrong character
// and every swap of two different neighbours changes it.
//
// An organisation has a unified social credit code, see [OrganisationCode].
//
// An application code has 13 digits, the last of them the check digit of ISO 7064
// MOD 11,10 over the twelve before it.
//
// Nothing in this package knows today's date, and a valid number proves nothing
// about a person.
package identity

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lotteryledger/domain/fault"
)

// Why a number is refused, in the order in which the checks are made. No error holds the
// number.
var (
	ErrLength    = fault.New(fault.IdentityLength, "identity number is not 18 characters long")
	ErrCharacter = fault.New(fault.IdentityCharacter,
		"identity number holds a character that does not belong there")
	ErrChecksum = fault.New(fault.IdentityChecksum, "identity number has a wrong check character")
	ErrDate     = fault.New(fault.IdentityDate, "identity number holds a date that does not exist")

	ErrCodeLength    = fault.New(fault.CodeLength, "application code is not 13 digits long")
	ErrCodeCharacter = fault.New(fault.CodeCharacter,
		"application code holds something else than digits")
	ErrCodeChecksum = fault.New(fault.CodeChecksum, "application code has a wrong check digit")
	ErrCodeRange    = fault.New(fault.CodeRange,
		"application code is above the largest, 999999999999 and its check digit")
)

const (
	numberLength = 18
	firstYear    = 1800
)

// Number is a checked resident identity number. Two Numbers of one person are
// equal. However a Number is printed or logged, only its mask appears; [Number.Reveal]
// is the one way to the digits. (The exception is a Number in an unexported field of
// a struct that is itself printed with %v: package fmt cannot see its methods.)
// The zero Number belongs to nobody.
type Number struct{ s [numberLength]byte }

// Parse reads a number of 18 characters. Full-width digits count as digits, and x
// as X, in either width. The error is one of the above.
func Parse(s string) (Number, error) {
	var n Number
	if utf8.RuneCountInString(s) != numberLength {
		return Number{}, ErrLength
	}
	i := 0
	for _, r := range s {
		c, ok := narrow(r)
		if !ok || c == 'X' && i != numberLength-1 {
			return Number{}, ErrCharacter
		}
		n.s[i] = c
		i++
	}
	if n.s[numberLength-1] != checkCharacter(n.s[:numberLength-1]) {
		return Number{}, ErrChecksum
	}
	if y, m, d := n.Birth(); y < firstYear || !calendarDay(y, m, d) {
		return Number{}, ErrDate
	}
	return n, nil
}

// narrow returns the digit or X that r stands for.
func narrow(r rune) (byte, bool) {
	if r >= '０' && r <= 'ｚ' { // full-width forms lie at a fixed distance
		r -= '０' - '0'
	}
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r == 'X' || r == 'x':
		return 'X', true
	}
	return 0, false
}

// checkCharacter is the 18th character that belongs to 17 digits.
func checkCharacter(digits []byte) byte {
	// Horner's scheme: doubling before each digit gives the place i the weight
	// 2^(17-i), and doubling once more 2^(18-i).
	sum := 0
	for _, c := range digits {
		sum = (2*sum + int(c-'0')) % 11
	}
	return "10X98765432"[2*sum%11]
}

func calendarDay(y int, m time.Month, d int) bool {
	gy, gm, gd := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Date()
	return gy == y && gm == m && gd == d
}

// Birth is the date of birth that the number states.
func (n Number) Birth() (year int, month time.Month, day int) {
	if n == (Number{}) {
		return 0, 0, 0
	}
	return decimal(n.s[6:10]), time.Month(decimal(n.s[10:12])), decimal(n.s[12:14])
}

func decimal(digits []byte) int {
	v := 0
	for _, c := range digits {
		v = 10*v + int(c-'0')
	}
	return v
}

// BornAfter reports whether the date of birth lies after the day of t, in the time
// zone of t.
func (n Number) BornAfter(t time.Time) bool {
	return daysKey(n.Birth()) > daysKey(t.Date())
}

// areas are the provinces and the like by the two digits that a number begins with (GB/T 2260),
// with Hong Kong, Macao and Taiwan, whose people's permits are numbered so, and 91 of foreigners.
var areas = []int{
	11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37,
	41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
	61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
}

// KnownArea reports whether the number begins with the code of a province or the like. Districts
// change, so it looks at the first two digits only. A number without such a code is unusual, but
// not an error.
func (n Number) KnownArea() bool {
	return n != (Number{}) && slices.Contains(areas, decimal(n.s[:2]))
}

// AgeOn returns the age in whole years on the day of t, in the time zone of t. A person born on a
// 29 February completes a year on 1 March where there is no 29 February. The age is negative for a
// date of birth after that day.
func (n Number) AgeOn(t time.Time) int {
	by, bm, bd := n.Birth()
	y, m, d := t.Date()
	age := y - by
	if daysKey(0, m, d) < daysKey(0, bm, bd) {
		age--
	}
	return age
}

// daysKey orders dates.
func daysKey(y int, m time.Month, d int) int { return (100*y+int(m))*100 + d }

// Mask shows the first three and the last four characters: 110***********002X. The
// zero Number has an empty mask.
func (n Number) Mask() string {
	if n == (Number{}) {
		return ""
	}
	return string(n.s[:3]) + strings.Repeat("*", numberLength-7) + string(n.s[numberLength-4:])
}

// String returns the mask, so that printing a Number reveals nothing.
func (n Number) String() string { return n.Mask() }

// Format prints the mask whatever the verb is.
func (n Number) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, n.Mask()) }

var errNotMarshalled = errors.New(
	"identity number is never marshalled as it stands: seal what Reveal returns")

// MarshalText refuses: neither should a number leave in the clear unnoticed, nor a
// mask be stored as if it were a number.
func (Number) MarshalText() ([]byte, error) { return nil, errNotMarshalled }

// Reveal returns the 18 characters, in plain digits and a capital X. The caller is responsible for
// them. The zero Number reveals an empty string.
func (n Number) Reveal() string {
	if n == (Number{}) {
		return ""
	}
	return string(n.s[:])
}

package draw

import (
	"cmp"
	"crypto/md5"
	"encoding/binary"
	"io"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lotteryledger/domain/fault"
)

// RFC3797 names the replay of selections by RFC 3797.
const RFC3797 Method = "rfc3797"

// Pick is one selection of an RFC 3797 draw.
type Pick struct {
	Order  int // of being selected, from 1
	Number int // in the published list, from 1
	Name   string
}

// ReplayRFC3797 replays a selection by RFC 3797 (IETF nominations committees):
// n of the names, in the order of the published list, from public sources of
// randomness in their announced order, one string of numbers each.
//
// Value i of the selection (i from 0) is the MD5 of u16(i), the key of
// [RFC3797Key] and u16(i) again, taken as a big-endian number; its remainder
// by the number of names still there picks one of them.
func ReplayRFC3797(names, sources []string, n int) ([]Pick, error) {
	if len(names) == 0 || len(names) > math.MaxUint16 {
		return nil, fault.New(fault.RFC3797Names, "a list has 1 to %d names", math.MaxUint16)
	}
	if n < 1 || n > len(names) {
		return nil, fault.New(fault.RFC3797Seats, "seats are 1 to the number of names")
	}
	key, err := RFC3797Key(sources)
	if err != nil {
		return nil, err
	}
	left := make([]int, len(names))
	for i := range left {
		left[i] = i + 1
	}
	picks := make([]Pick, n)
	for i := range picks {
		counter := binary.BigEndian.AppendUint16(nil, uint16(i))
		value := md5.Sum(slices.Concat(counter, []byte(key), counter))
		at := remainder(value, uint64(len(left)))
		picks[i] = Pick{Order: i + 1, Number: left[at], Name: names[left[at]-1]}
		left = slices.Delete(left, at, at+1)
	}
	return picks, nil
}

// remainder is the big-endian number modulo m.
func remainder(number [16]byte, m uint64) int {
	high, low := binary.BigEndian.Uint64(number[:8]), binary.BigEndian.Uint64(number[8:])
	return int(bits.Rem64(high%m, low, m))
}

// RFC3797Key is the canonical form of the sources: the numbers of each in
// ascending order, each ended by a period (or with a period before its
// fraction), without leading zeros and without trailing zeros of a fraction,
// then "/".
//
// The RFC's text sorts fractions like all numbers, its reference program does
// not sort them at all. A source that the two would read differently is refused.
func RFC3797Key(sources []string) (string, error) {
	if len(sources) == 0 {
		return "", fault.New(fault.RFC3797Sources, "at least one source of randomness is needed")
	}
	var key strings.Builder
	for i, source := range sources {
		numbers, err := parseNumbers(source)
		if err != nil {
			return "", fault.At(fault.Site{Line: i + 1}, err)
		}
		for _, x := range numbers {
			key.WriteString(x.whole + "." + x.fraction)
		}
		key.WriteByte('/')
	}
	return key.String(), nil
}

// decimal is a number of any size without superfluous zeros.
type decimal struct{ whole, fraction string }

func (a decimal) compare(b decimal) int {
	return cmp.Or(cmp.Compare(len(a.whole), len(b.whole)),
		strings.Compare(a.whole, b.whole), strings.Compare(a.fraction, b.fraction))
}

// parseNumbers reads the numbers of a source, parted by spaces, and sorts them.
func parseNumbers(source string) ([]decimal, error) {
	var numbers []decimal
	fractions := false
	for _, field := range strings.Fields(source) {
		whole, fraction, point := strings.Cut(field, ".")
		if !digits(whole) || point && !digits(fraction) {
			return nil, fault.New(fault.RFC3797Source,
				"a source is numbers such as 17 or 3.25, parted by spaces")
		}
		if whole = strings.TrimLeft(whole, "0"); whole == "" {
			whole = "0"
		}
		numbers = append(numbers, decimal{whole, strings.TrimRight(fraction, "0")})
		fractions = fractions || point
	}
	if len(numbers) == 0 {
		return nil, fault.New(fault.RFC3797Source, "the source holds no number")
	}
	if fractions && !slices.IsSortedFunc(numbers, decimal.compare) {
		return nil, fault.New(fault.RFC3797Source,
			"fractions out of order: the RFC's text sorts them, its program does not")
	}
	slices.SortFunc(numbers, decimal.compare)
	return numbers, nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// ReadRFC3797Names reads a published list, one name to a line.
func ReadRFC3797Names(r io.Reader) ([]string, error) {
	var names []string
	err := readLines(r, "rfc3797_name", func(n int, line string) error {
		if strings.TrimSpace(line) == "" || !utf8.ValidString(line) ||
			strings.ContainsFunc(line, unicode.IsControl) {
			return fault.Site{Line: n}.New(fault.RFC3797Name,
				"a name is UTF-8 text without control characters, and not blank")
		}
		names = append(names, line)
		return nil
	})
	return names, err
}

// ReadRFC3797Sources reads the sources of randomness, one to a line.
func ReadRFC3797Sources(r io.Reader) ([]string, error) {
	var sources []string
	err := readLines(r, "rfc3797_source", func(_ int, line string) error {
		sources = append(sources, line)
		return nil
	})
	return sources, err
}

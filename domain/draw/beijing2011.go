package draw

import (
	"io"
	"math"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Beijing2011 names the replay of draws of Beijing's public program.
const Beijing2011 Method = "beijing2011"

// BaseWinner is one line of a Beijing result list.
type BaseWinner struct {
	Order      int    // of being drawn, from 1
	Code       string // application code
	BaseNumber int    // that won, from 1
}

// ReplayBeijing2011 replays a draw of Beijing's public verification program of
// 2011 to 2014. pool holds the code that owns each base number, base number 1
// first; seed is the published digits, whose leading zeros vanish; seats is
// the quota.
//
// The program's rules, kept with their quirks: base numbers are drawn with
// .NET's System.Random; one whose code has won already is discarded; where
// seats reach the number of base numbers, every base number is listed in order
// (a code with three is listed three times) and nothing is drawn; after ten
// tries per base number the draw ends in an error ("beijing2011_timeout").
func ReplayBeijing2011(pool []string, seed string, seats int) ([]BaseWinner, error) {
	if len(pool) == 0 || len(pool) > math.MaxInt32/10 {
		return nil, fault.New(fault.Beijing2011Pool, "a pool has 1 to %d base numbers",
			math.MaxInt32/10)
	}
	if seats < 1 {
		return nil, fault.New(fault.Beijing2011Seats, "at least one seat is drawn")
	}
	number, ok := parseSeed(seed)
	if !ok {
		return nil, fault.New(fault.Beijing2011Seed,
			"a seed is decimal digits, at most %d in value", math.MaxInt32)
	}
	if seats >= len(pool) {
		all := make([]BaseWinner, len(pool))
		for i, code := range pool {
			all[i] = BaseWinner{Order: i + 1, Code: code, BaseNumber: i + 1}
		}
		return all, nil
	}
	random := newDotNetRandom(number)
	winners := make([]BaseWinner, 0, seats)
	won := make(map[string]bool, seats)
	for range 10 * len(pool) {
		i := random.next(len(pool))
		code := pool[i]
		if won[code] {
			continue
		}
		won[code] = true
		winners = append(winners,
			BaseWinner{Order: len(winners) + 1, Code: code, BaseNumber: i + 1})
		if len(winners) == seats {
			return winners, nil
		}
	}
	return nil, fault.New(fault.Beijing2011Timeout,
		"%d tries gave %d of %d winners, as in the original program", 10*len(pool), len(winners),
		seats)
}

// parseSeed reads digits as the program's int.Parse does.
func parseSeed(seed string) (int32, bool) {
	if seed == "" || strings.Trim(seed, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(seed, 10, 32)
	return int32(n), err == nil
}

// dotNetRandom is System.Random of the .NET Framework: Knuth's subtractive
// generator with lags 55 and 34 where Knuth has 55 and 24, a slip that was kept
// for compatibility. Its arithmetic is that of 32 bits, wrapping.
type dotNetRandom struct {
	state      [56]int32 // 1 to 55 in use
	head, tail int
}

const (
	dotNetBig  = math.MaxInt32
	dotNetSeed = 161803398
)

func newDotNetRandom(seed int32) *dotNetRandom {
	r := &dotNetRandom{tail: 21}
	last, k := dotNetSeed-seed, int32(1)
	r.state[55] = last
	for i := 1; i < 55; i++ {
		slot := 21 * i % 55
		r.state[slot] = k
		if k = last - k; k < 0 {
			k += dotNetBig
		}
		last = r.state[slot]
	}
	for range 4 {
		for i := 1; i < 56; i++ {
			if r.state[i] -= r.state[1+(i+30)%55]; r.state[i] < 0 {
				r.state[i] += dotNetBig
			}
		}
	}
	return r
}

// sample is InternalSample: 0 to dotNetBig-1.
func (r *dotNetRandom) sample() int32 {
	if r.head++; r.head == 56 {
		r.head = 1
	}
	if r.tail++; r.tail == 56 {
		r.tail = 1
	}
	v := r.state[r.head] - r.state[r.tail]
	if v == dotNetBig {
		v--
	}
	if v < 0 {
		v += dotNetBig
	}
	r.state[r.head] = v
	return v
}

// next is Next(n): the sample times the rounded reciprocal of dotNetBig (not
// divided by it), times n, truncated.
func (r *dotNetRandom) next(n int) int {
	const reciprocal float64 = 1.0 / dotNetBig
	return int(float64(float64(r.sample())*reciprocal) * float64(n))
}

// ReadBeijing2011Pool reads the published list of base numbers, one line each:
// the base number, counting from 1 without a gap, a comma, the application
// code.
func ReadBeijing2011Pool(r io.Reader) ([]string, error) {
	var pool []string
	err := readLines(r, "beijing2011_line", func(n int, line string) error {
		serial, code, ok := strings.Cut(line, ",")
		if !ok || !domain.IsName(code, MaxCode) {
			return fault.Site{Line: n}.New(fault.Beijing2011Line,
				"a line is a base number, a comma and a code of 1 to %d of 0-9 A-Z a-z . _ -",
				MaxCode)
		}
		if serial != strconv.Itoa(n) {
			return fault.Site{Line: n}.New(fault.Beijing2011Serial,
				"base numbers count from 1 without a gap")
		}
		pool = append(pool, code)
		return nil
	})
	return pool, err
}

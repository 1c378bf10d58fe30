package draw

import (
	"fmt"
	"math/big"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
)

func TestDotNetRandom(t *testing.T) {
	for seed, want := range map[int32][]int32{
		0:      {1559595546, 1755192844, 1649316166, 1198642031, 442452829},
		42:     {1434747710, 302596119, 269548474, 1122627734, 361709742},
		123456: {570869451, 228016717, 63082525, 791561502, 1781384151},
		999999: {1112411752, 303862068, 127801651, 591210207, 1061528791},
	} {
		r := newDotNetRandom(seed)
		var got []int32
		for range want {
			got = append(got, r.sample())
		}
		require.Equal(t, want, got, seed)
	}
}

// TestDotNetRandomEdges crafts states that no short search would meet.
func TestDotNetRandomEdges(t *testing.T) {
	r := &dotNetRandom{tail: 21}
	r.state[1] = dotNetBig
	require.Equal(t, int32(dotNetBig-1), r.sample(), "the largest difference is one less")

	// The product with the rounded reciprocal lies below a whole number that
	// the quotient reaches.
	r = &dotNetRandom{tail: 21}
	r.state[1] = 1490210048
	require.Equal(t, 13193726, r.next(19012966))
}

// TestLess: tickets that differ late, or not at all.
func TestLess(t *testing.T) {
	for at := range 32 {
		var a, b [32]byte
		require.False(t, less(&a, &b))
		b[at] = 0x80
		require.True(t, less(&a, &b), at)
		require.False(t, less(&b, &a), at)
	}
}

// TestTotalIsOfOnePool: the bound on tickets starts anew with each pool.
func TestTotalIsOfOnePool(t *testing.T) {
	c := checker{method: PLD1.find()}
	require.Nil(t, c.next("p", Entry{Code: "a", Weight: 1}))
	c.total = MaxTotal
	require.Nil(t, c.next("q", Entry{Code: "a", Weight: 1}))
	c.total = MaxTotal - 1
	require.Nil(t, c.next("q", Entry{Code: "b", Weight: 1}))
	require.Equal(t, "roster_total", fault.CodeOf(c.next("q", Entry{Code: "c", Weight: 1})))
}

// TestEveryOrderHasItsChance gives the tickets of small pools every order they
// can have, ranks each, and compares the share of every ranking with the chance
// it has when applications are drawn one after the other in proportion to their
// weights: exact fractions, no tolerance.
func TestEveryOrderHasItsChance(t *testing.T) {
	for _, weights := range [][]uint32{{1, 2, 3}, {1, 1, 2, 3}, {1, 2, 5}, {2, 2, 2, 2}} {
		t.Run(fmt.Sprint(weights), func(t *testing.T) {
			roster := Roster{Pool: "p", Method: PLD1}
			first := map[string]int{} // the first ticket of each code
			tickets := 0
			for i, w := range weights {
				code := string(rune('a' + i))
				roster.Entries = append(roster.Entries, Entry{Code: code, Weight: w})
				first[code] = tickets
				tickets += int(w)
			}
			counts := map[string]int64{}
			var all int64
			permute(tickets, func(value []byte) {
				ranks := rank(roster, len(weights), 1, func(code string, weight uint32) [32]byte {
					mine := value[first[code]:][:weight]
					return [32]byte{slices.Min(mine)}
				})
				order := ""
				for _, r := range ranks {
					order += r.Code
				}
				counts[order]++
				all++
			})
			orders := 0
			permute(len(weights), func(p []byte) {
				order, chance := "", big.NewRat(1, 1)
				left := int64(tickets)
				for _, i := range p {
					order += string(rune('a' + i))
					chance.Mul(chance, big.NewRat(int64(weights[i]), left))
					left -= int64(weights[i])
				}
				require.Equal(t, chance.RatString(), big.NewRat(counts[order], all).RatString(),
					order)
				orders++
			})
			require.Len(t, counts, orders)
		})
	}
}

// rank is Rank with the number of workers and the score as arguments.
func rank(r Roster, n, workers int, score scorer) []Ranked {
	t := newTop(r.Method, n, workers, score)
	for _, e := range r.Entries {
		t.Add(e)
	}
	return t.Ranks()
}

// permute calls each with every order of 0 to n-1.
func permute(n int, each func([]byte)) {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i)
	}
	var rec func(k int)
	rec = func(k int) {
		if k == n {
			each(p)
			return
		}
		for i := k; i < n; i++ {
			p[k], p[i] = p[i], p[k]
			rec(k + 1)
			p[k], p[i] = p[i], p[k]
		}
	}
	rec(0)
}

// TestTies crafts scores that agree in all but the last byte, or in all, which
// no search could find: the whole score decides, then the code.
func TestTies(t *testing.T) {
	scores := map[string][32]byte{
		"a": {31: 2},
		"b": {31: 1},
		"c": {31: 2},
		"d": {0: 1},
		"e": {31: 1},
	}
	for _, method := range Methods() {
		roster := Roster{Pool: "p", Method: method}
		for code := range scores { // in no order: ranking does not lean on it
			roster.Entries = append(roster.Entries, Entry{Code: code, Weight: 1})
		}
		for n := range 7 {
			ranks := rank(roster, n, 2,
				func(code string, _ uint32) [32]byte { return scores[code] })
			require.Equal(t, "beacd"[:min(n, 5)], codes(ranks))
		}
	}
}

func codes(ranks []Ranked) string {
	s := ""
	for i, r := range ranks {
		if r.Rank != i+1 {
			return "ranks out of step"
		}
		s += r.Code
	}
	return s
}

func TestPointsAndQueueOrder(t *testing.T) {
	entries := []Entry{
		{Code: "a", Weight: 44, Since: 1425168000},
		{Code: "b", Weight: 44, Since: 1414886400},
		{Code: "c", Weight: 60, Since: 1546300800},
		{Code: "d", Weight: 44, Since: 1414886400},
		{Code: "e", Weight: 0, Since: -5},
	}
	var heavy atomic.Bool
	score := func(code string, weight uint32) [32]byte {
		if weight != 1 {
			heavy.Store(true)
		}
		return [32]byte{'z' - code[0]}
	}
	points := rank(Roster{Method: Points, Entries: entries}, 5, 1, score)
	require.Equal(t, "cdbae", codes(points))
	queue := rank(Roster{Method: Queue, Entries: entries}, 5, 1, score)
	require.Equal(t, "edbac", codes(queue))
	groups := rank(Roster{Method: Priority, Entries: []Entry{
		{Code: "a", Weight: 1}, {Code: "b", Weight: 2}, {Code: "c", Weight: 2}, {Code: "d"},
	}}, 4, 1, score)
	require.Equal(t, "cbad", codes(groups), "the highest priority first, then the score")
	require.False(t, heavy.Load(), "only pld1 hashes more than one ticket")
}

// TestRankIsAFunctionOfTheSet: neither the order of the entries nor the number
// of workers nor the number of ranks asked for changes a rank.
func TestRankIsAFunctionOfTheSet(t *testing.T) {
	roster := Roster{Pool: "p", Method: PLD1}
	for i := range 20_000 {
		roster.Entries = append(roster.Entries,
			Entry{Code: fmt.Sprintf("%06d", i), Weight: uint32(i%12 + 1)})
	}
	score := Seed{7}.Key("p").Score
	whole := rank(roster, len(roster.Entries), 1, score)
	require.Len(t, whole, len(roster.Entries))
	slices.Reverse(roster.Entries)
	for _, workers := range []int{1, 2, 3, 8} {
		for _, n := range []int{0, 1, 999, 20_000, 30_000} {
			got := rank(roster, n, workers, score)
			require.True(t, slices.Equal(whole[:min(n, len(whole))], got), "%d ranks by %d workers",
				n, workers)
		}
	}
}

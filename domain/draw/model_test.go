package draw

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lot makes a lot of entries like "a1", "b2s3" (size 3) or "c1k2" (second wish).
func lot(pool string, seats, reserve uint64, entries ...string) Lot {
	l := Lot{Roster: Roster{Pool: pool, Method: PLD1}, Seats: seats, Reserve: reserve}
	for _, text := range entries {
		e := Entry{Code: text[:1]}
		for rest := "w" + text[1:]; rest != ""; rest = rest[2:] {
			n := uint32(rest[1] - '0')
			switch rest[0] {
			case 'w':
				e.Weight = n
			case 's':
				e.Size = n
			case 'k':
				e.Choice = n
			}
		}
		l.Roster.Entries = append(l.Roster.Entries, e)
	}
	slices.SortFunc(l.Roster.Entries,
		func(a, b Entry) int { return strings.Compare(a.Code, b.Code) })
	return l
}

// say writes outcomes as "bd/a c": of each lot the selected, a slash, the reserve.
func say(outcomes []Outcome) string {
	var parts []string
	for _, o := range outcomes {
		s := codes(o.Ranks)
		if s == "ranks out of step" {
			return s
		}
		parts = append(parts, s[:o.Selected]+"/"+s[o.Selected:])
	}
	return strings.Join(parts, " ")
}

// orders yields every order in which tickets of these weights may come, by their
// owners' first ones, with its exact chance: one after the other in proportion to weight.
func orders(entries []Entry, each func(order []Entry, chance *big.Rat)) {
	var rec func(done, left []Entry, chance *big.Rat)
	rec = func(done, left []Entry, chance *big.Rat) {
		if len(left) == 0 {
			each(done, chance)
			return
		}
		total := int64(0)
		for _, e := range left {
			total += int64(e.Weight)
		}
		for i, e := range left {
			rec(append(slices.Clone(done), e), slices.Delete(slices.Clone(left), i, i+1),
				new(big.Rat).Mul(chance, big.NewRat(int64(e.Weight), total)))
		}
	}
	rec(nil, entries, big.NewRat(1, 1))
}

// keys are the different orders that lots are ranked by, and who is in each.
func keys(mode Mode, lots []Lot) (names []string, entries map[string][]Entry) {
	entries = map[string][]Entry{}
	for _, l := range lots {
		k := l.Roster.Pool
		if l.Order != "" {
			k = l.Order
		}
		if mode == Preference {
			k = everything
		}
		if entries[k] == nil {
			names = append(names, k)
		}
		for _, e := range l.Roster.Entries {
			if !slices.ContainsFunc(entries[k], func(o Entry) bool { return o.Code == e.Code }) {
				entries[k] = append(entries[k], e)
			}
		}
	}
	return names, entries
}

// exact is the share of every outcome over all orders of all tickets, which are all
// equally likely.
func exact(t *testing.T, mode Mode, lots []Lot) map[string]*big.Rat {
	names, entries := keys(mode, lots)
	value := map[string]map[string][]byte{} // tickets by order and code
	counts, all := map[string]int64{}, int64(0)
	var rec func(k int)
	rec = func(k int) {
		if k == len(names) {
			out, err := drawLots(mode, lots, func(order string) scorer {
				return func(code string, weight uint32) [32]byte {
					return [32]byte{slices.Min(value[order][code][:weight])}
				}
			})
			require.NoError(t, err)
			counts[say(out)]++
			all++
			return
		}
		tickets := 0
		for _, e := range entries[names[k]] {
			tickets += int(e.Weight)
		}
		permute(tickets, func(p []byte) {
			mine, at := map[string][]byte{}, 0
			for _, e := range entries[names[k]] {
				mine[e.Code] = slices.Clone(p[at : at+int(e.Weight)])
				at += int(e.Weight)
			}
			value[names[k]] = mine
			rec(k + 1)
		})
	}
	rec(0)
	shares := map[string]*big.Rat{}
	for s, n := range counts {
		shares[s] = big.NewRat(n, all)
	}
	return shares
}

// model says in other words what the modes mean: orders come with the chances of
// drawing one ticket after the other, and seats are given out as the page says.
func model(mode Mode, lots []Lot) map[string]*big.Rat {
	names, entries := keys(mode, lots)
	shares := map[string]*big.Rat{}
	order := map[string][]Entry{}
	var rec func(k int, chance *big.Rat)
	rec = func(k int, chance *big.Rat) {
		if k < len(names) {
			orders(entries[names[k]], func(o []Entry, c *big.Rat) {
				order[names[k]] = o
				rec(k+1, new(big.Rat).Mul(chance, c))
			})
			return
		}
		s := hand(mode, lots, order)
		if shares[s] == nil {
			shares[s] = new(big.Rat)
		}
		shares[s].Add(shares[s], chance)
	}
	rec(0, big.NewRat(1, 1))
	return shares
}

// hand gives out seats by hand.
func hand(mode Mode, lots []Lot, order map[string][]Entry) string {
	find := func(l Lot, code string) *Entry {
		for i, e := range l.Roster.Entries {
			if e.Code == code {
				return &l.Roster.Entries[i]
			}
		}
		return nil
	}
	selected, has := make([]string, len(lots)), map[string]bool{}
	room := make([]int, len(lots))
	for i, l := range lots {
		room[i] = int(l.Seats)
	}
	try := func(i int, code string) {
		e := find(lots[i], code)
		if e == nil || has[code] && mode != Separate {
			return
		}
		need := int(e.Size)
		if need == 0 {
			need = 1
		}
		if need <= room[i] {
			room[i] -= need
			selected[i] += code
			has[code] = true
		}
	}
	name := func(l Lot) string {
		if mode == Preference {
			return everything
		}
		if l.Order != "" {
			return l.Order
		}
		return l.Roster.Pool
	}
	if mode == Preference {
		for _, e := range order[everything] {
			for k := range uint32(9) {
				for i, l := range lots {
					if w := find(l, e.Code); w != nil && w.Choice == k {
						try(i, e.Code)
					}
				}
			}
		}
	} else {
		for i, l := range lots {
			for _, e := range order[name(l)] {
				try(i, e.Code)
			}
			for j := range lots {
				if lots[j].Roster.Pool == l.SpillTo {
					room[j] += room[i]
				}
			}
		}
	}
	var parts []string
	for i, l := range lots {
		reserve := ""
		for _, e := range order[name(l)] {
			mine := strings.Contains(selected[i], e.Code) || has[e.Code] && mode != Separate
			if find(l, e.Code) != nil && !mine && len(reserve) < int(l.Reserve) {
				reserve += e.Code
			}
		}
		parts = append(parts, selected[i]+"/"+reserve)
	}
	return strings.Join(parts, " ")
}

func spill(l Lot, to string) Lot { l.SpillTo = to; return l }
func by(l Lot, order string) Lot { l.Order = order; return l }
func shares(m map[string]*big.Rat) map[string]string {
	out := map[string]string{}
	for s, r := range m {
		out[s] = r.RatString()
	}
	return out
}

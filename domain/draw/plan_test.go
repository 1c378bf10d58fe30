package draw

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// cases are small rounds of every mode and option.
var cases = map[string]struct {
	mode Mode
	lots []Lot
}{
	"separate": {
		Separate,
		[]Lot{lot("p", 1, 1, "a1", "b2", "c1"), lot("q", 1, 0, "d1", "e2")},
	},
	"separate, shared order": {
		Separate,
		[]Lot{by(lot("p", 1, 1, "a1", "b2"), "o"), by(lot("q", 1, 1, "c1", "d2"), "o")},
	},
	"separate, spill": {
		Separate,
		[]Lot{spill(lot("p", 3, 1, "a1", "b2"), "q"), lot("q", 1, 1, "c1", "d2", "e1")},
	},
	"separate, all or none": {Separate, []Lot{lot("p", 4, 2, "a1s3", "b2s2", "c2", "d1s4")}},
	"serial": {
		Serial,
		[]Lot{lot("p", 1, 2, "a1", "b2", "c1"), lot("q", 1, 1, "a1", "b2", "c1")},
	},
	"serial, one order": {
		Serial,
		[]Lot{
			by(lot("p", 1, 1, "a1", "c1"), "o"), by(lot("q", 1, 1, "b2", "c1"), "o"),
			by(lot("r", 1, 3, "a1", "b2", "c1", "d2"), "o"),
		},
	},
	"serial, spill": {
		Serial,
		[]Lot{
			spill(lot("p", 2, 1, "a1"), "r"), lot("q", 1, 1, "a1", "b2"),
			lot("r", 1, 2, "a1", "b2", "c1"),
		},
	},
	"serial, all or none, spill": {
		Serial,
		[]Lot{spill(lot("p", 2, 1, "a1s3", "b2s2"), "q"), lot("q", 1, 2, "a1", "b2", "c1s2")},
	},
	"preference": {
		Preference,
		[]Lot{lot("p", 1, 1, "a1", "b2", "c1k2"), lot("q", 1, 2, "a1k2", "c1", "d2")},
	},
	"preference, all or none": {
		Preference,
		[]Lot{
			lot("p", 2, 1, "a1s2", "b2", "c1s2k2"),
			lot("q", 2, 1, "a1s2k2", "c1s2", "b2k2", "d2s3"),
		},
	},
	"preference of three": {
		Preference,
		[]Lot{
			lot("p", 1, 0, "a2", "b1", "c1"), lot("q", 1, 0, "a2k2", "b1k2"),
			lot("r", 1, 1, "a2k3", "c1k2", "b1k3"),
		},
	},
	"nobody, no seats, no lots":   {Serial, []Lot{lot("p", 2, 2), lot("q", 0, 1, "a1", "b1")}},
	"nobody at all by preference": {Preference, nil},
}

// TestEveryOutcomeHasItsChance: exact fractions over all orders of all tickets, no
// tolerance, for every mode and option.
func TestEveryOutcomeHasItsChance(t *testing.T) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, shares(model(c.mode, c.lots)), shares(exact(t, c.mode, c.lots)))
		})
	}
}

// TestChancesByHand: fractions that anybody can work out, against both.
func TestChancesByHand(t *testing.T) {
	for name, v := range map[string]struct {
		lots []Lot
		mode Mode
		want map[string]string
	}{
		"the winner of the first list is passed over in the second": {
			[]Lot{lot("p", 1, 0, "a1", "b2"), lot("q", 1, 0, "a1", "b2")},
			Serial,
			map[string]string{"a/ b/": "1/3", "b/ a/": "2/3"},
		},
		"a party of two does not fit into what one has left": {
			[]Lot{lot("p", 2, 1, "a1s2", "b1")},
			Separate,
			map[string]string{"a/b": "1/2", "b/a": "1/2"},
		},
		"two who want the same": {
			[]Lot{lot("p", 1, 0, "a1", "b1"), lot("q", 1, 0, "a1k2", "b1k2")},
			Preference,
			map[string]string{"a/ b/": "1/2", "b/ a/": "1/2"},
		},
		"two who want the other thing never meet": {
			[]Lot{lot("p", 1, 0, "a1", "b1k2"), lot("q", 1, 0, "a1k2", "b1")},
			Preference,
			map[string]string{"a/ b/": "1"},
		},
	} {
		require.Equal(t, v.want, shares(exact(t, v.mode, v.lots)), name)
		require.Equal(t, v.want, shares(model(v.mode, v.lots)), name)
	}
}

// TestOneOrderReused: lists of one order rank whoever is on both alike; with orders of
// their own they would not.
func TestOneOrderReused(t *testing.T) {
	for s, r := range exact(t, Separate,
		[]Lot{by(lot("p", 0, 2, "a1", "b2"), "o"), by(lot("q", 0, 2, "a1", "b2"), "o")}) {
		require.Contains(t, []string{"/ab /ab", "/ba /ba"}, s, r)
	}
	require.Len(t, exact(t, Separate,
		[]Lot{lot("p", 0, 2, "a1", "b2"), lot("q", 0, 2, "a1", "b2")}), 4)
}

// anyLots draws random lots with overlapping rosters.
func anyLots(t *rapid.T) (Mode, []Lot) {
	mode := rapid.SampledFrom([]Mode{Separate, Serial, Preference}).Draw(t, "mode")
	method := rapid.SampledFrom(append(Methods(), PLD1)).Draw(t, "method")
	lots := make([]Lot, rapid.IntRange(1, 4).Draw(t, "lots"))
	for i := range lots {
		lots[i] = Lot{
			Roster:  Roster{Pool: fmt.Sprint("p", i), Method: method},
			Seats:   rapid.Uint64Range(0, 8).Draw(t, "seats"),
			Reserve: rapid.Uint64Range(0, 8).Draw(t, "reserve"),
		}
		if mode != Preference && rapid.Bool().Draw(t, "shared") {
			lots[i].Order = "o"
		}
		if later := len(lots) - i - 1; mode != Preference && later > 0 &&
			rapid.Bool().Draw(t, "spills") {
			lots[i].SpillTo = fmt.Sprint("p", i+1+rapid.IntRange(0, later-1).Draw(t, "to"))
		}
	}
	for k := range rapid.IntRange(0, 20).Draw(t, "entries") {
		e := Entry{Code: fmt.Sprintf("%02d", k), Weight: 1}
		if method.Weight() != WeightAlike {
			e.Weight = rapid.Uint32Range(1, 5).Draw(t, "weight")
		}
		if method.Since() != SinceNever {
			e.Since = domain.Time(rapid.Int64Range(0, 3).Draw(t, "since"))
		}
		wish := uint32(0)
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "wishes") {
			if i >= len(lots) || rapid.Bool().Draw(t, "wants no") {
				continue
			}
			if wish++; mode == Preference && wish > 1 {
				e.Choice = wish
			}
			if e.Size = rapid.Uint32Range(0, 4).Draw(t, "size"); e.Size == 1 {
				e.Size = 0
			}
			lots[i].Roster.Entries = append(lots[i].Roster.Entries, e)
		}
	}
	return mode, lots
}

// TestDrawProperties: no one is selected twice, no more seats are given than there
// are, nobody who would fit is left out, the order of the input does not matter.
func TestDrawProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode, lots := anyLots(t)
		seed := Seed{rapid.Byte().Draw(t, "seed")}
		out, err := Draw(mode, lots, seed)
		require.NoError(t, err)

		selected, given, offered, waiting := map[string]int{}, uint64(0), uint64(0),
			map[string]bool{}
		for i, o := range out {
			offered += lots[i].Seats
			require.LessOrEqual(t, uint64(len(o.Ranks)-o.Selected), lots[i].Reserve)
			for k, r := range o.Ranks {
				require.Equal(t, k+1, r.Rank)
				if k < o.Selected {
					selected[r.Code]++
					given += uint64(max(1, r.Size))
				} else {
					waiting[r.Code] = true
				}
			}
		}
		require.LessOrEqual(t, given, offered)
		if mode != Separate {
			for code, n := range selected {
				require.Equal(t, 1, n, "%s is selected twice", code)
				require.False(t, waiting[code], "%s is selected and waits", code)
			}
		}
		for i, l := range lots {
			room := l.Seats
			for _, r := range out[i].Ranks[:out[i].Selected] {
				room -= min(room, uint64(max(1, r.Size)))
			}
			here := map[string]bool{}
			for _, r := range out[i].Ranks[:out[i].Selected] {
				here[r.Code] = true
			}
			for _, e := range l.Roster.Entries {
				if !here[e.Code] && (mode == Separate || selected[e.Code] == 0) {
					require.Greater(t, e.seats(), room, "%s would fit into %s", e.Code,
						l.Roster.Pool)
				}
			}
		}

		require.Equal(t, out, shuffled(t, mode, lots, seed))
	})
}

// shuffled draws the same lots, their entries in another order.
func shuffled(t *rapid.T, mode Mode, lots []Lot, s Seed) []Outcome {
	d := drawing{
		mode: mode, scores: func(o string) scorer { return s.Key(o).Score },
		left: make([]uint64, len(lots)), picked: make([]picked, len(lots)),
	}
	for i, l := range lots {
		l.Roster.Entries = rapid.Permutation(l.Roster.Entries).Draw(t, "entries in another order")
		d.lots = append(d.lots, l)
		d.left[i] = l.Seats
	}
	if mode == Preference {
		require.NoError(t, d.preference())
	} else {
		d.inTurn()
	}
	return d.outcomes()
}

// TestMoreWeightNeverHurts: whoever is selected would have been with one ticket (or
// point) more, in every mode, whatever the seed.
func TestMoreWeightNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode, lots := anyLots(t)
		seed := Seed{rapid.Byte().Draw(t, "seed")}
		before, err := Draw(mode, lots, seed)
		require.NoError(t, err)
		if lots[0].Roster.Method.Weight() == WeightAlike {
			return
		}
		won := winners(before)
		if len(won) == 0 {
			return
		}
		who := rapid.SampledFrom(won).Draw(t, "who")
		for i := range lots {
			for k, e := range lots[i].Roster.Entries {
				if e.Code == who {
					lots[i].Roster.Entries[k].Weight++
				}
			}
		}
		after, err := Draw(mode, lots, seed)
		require.NoError(t, err)
		require.Contains(t, winners(after), who)
	})
}

func winners(outcomes []Outcome) (codes []string) {
	for _, o := range outcomes {
		for _, r := range o.Ranks[:o.Selected] {
			codes = append(codes, r.Code)
		}
	}
	return codes
}

// TestHigherTierNeverHasLess: exact chances of being selected, one ticket more each time.
func TestHigherTierNeverHasLess(t *testing.T) {
	for mode, lots := range map[Mode]func(weight string) []Lot{
		Separate: func(w string) []Lot { return []Lot{lot("p", 2, 0, "a"+w+"s2", "b2", "c1")} },
		Serial: func(w string) []Lot {
			return []Lot{
				lot("p", 1, 0, "a"+w, "b1"),
				lot("q", 1, 0, "a"+w, "b1", "c1"),
			}
		},
		Preference: func(w string) []Lot {
			return []Lot{lot("p", 1, 0, "a"+w, "b2"), lot("q", 1, 0, "a"+w+"k2", "b2k2", "c2")}
		},
	} {
		last := new(big.Rat)
		for _, w := range []string{"1", "2", "3"} {
			chance := new(big.Rat)
			for s, r := range exact(t, mode, lots(w)) {
				for _, o := range strings.Fields(s) {
					if selected, _, _ := strings.Cut(o, "/"); strings.Contains(selected, "a") {
						chance.Add(chance, r)
					}
				}
			}
			require.Positive(t, chance.Cmp(last), "%s: weight %s has %s, less had %s", mode, w,
				chance, last)
			last = chance
		}
	}
}

// TestPlainDrawIsRank: without modes and options a draw is the ranking of each pool.
func TestPlainDrawIsRank(t *testing.T) {
	seed, lots := Seed{5}, []Lot{lot("p", 2, 1, "a1", "b2", "c3", "d4"), lot("q", 1, 9, "a1", "b2")}
	out, err := Draw(Separate, lots, seed)
	require.NoError(t, err)
	for i, l := range lots {
		ranks, err := Rank(l.Roster, seed, int(l.Seats+l.Reserve))
		require.NoError(t, err)
		require.Equal(t, ranks, out[i].Ranks)
		require.EqualValues(t, l.Seats, out[i].Selected)
	}
}

func TestDrawRefusals(t *testing.T) {
	other := lot("q", 1, 0, "a1")
	other.Roster.Method = Points
	unsorted := lot("p", 1, 0, "a1", "b1")
	slices.Reverse(unsorted.Roster.Entries)
	for name, v := range map[string]struct {
		code string
		mode Mode
		lots []Lot
	}{
		"no mode":           {"draw_mode", "", nil},
		"a pool twice":      {"draw_lots", Serial, []Lot{lot("p", 1, 0), lot("p", 1, 0)}},
		"spills to nowhere": {"draw_spill", Serial, []Lot{spill(lot("p", 1, 0), "q")}},
		"spills to itself":  {"draw_spill", Serial, []Lot{spill(lot("p", 1, 0), "p")}},
		"spills backwards": {
			"draw_spill", Separate,
			[]Lot{lot("q", 1, 0), spill(lot("p", 1, 0), "q")},
		},
		"spills by preference": {
			"draw_spill", Preference,
			[]Lot{spill(lot("p", 1, 0), "q"), lot("q", 1, 0)},
		},
		"an order by preference":    {"draw_mode", Preference, []Lot{by(lot("p", 1, 0), "o")}},
		"two methods by preference": {"draw_mode", Preference, []Lot{lot("p", 1, 0), other}},
		"two weights by preference": {
			"draw_choice", Preference,
			[]Lot{lot("p", 1, 0, "a1"), lot("q", 1, 0, "a2k2")},
		},
		"one choice of two": {
			"draw_choice", Preference,
			[]Lot{lot("p", 1, 0, "a1"), lot("q", 1, 0, "a1")},
		},
		"a size of one":               {"roster_size", Separate, []Lot{lot("p", 1, 0, "a1s1")}},
		"the first choice, written":   {"roster_choice", Separate, []Lot{lot("p", 1, 0, "a1k1")}},
		"a roster in the wrong order": {"roster_order", Separate, []Lot{unsorted}},
	} {
		_, err := Draw(v.mode, v.lots, Seed{})
		var e *fault.Error
		require.True(t, errors.As(err, &e), name)
		require.Equal(t, v.code, e.Code, name)
	}
}

package audit_test

import (
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// quicknet1000 is the real signature of round 1000 of quicknet.
const quicknet1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"

// beaconCheats try to choose the randomness.
func beaconCheats() []cheat {
	recorded := at("round-r1", round.BeaconRecorded{})
	with := func(change func(a round.Announced,
		sig []byte) []byte,
	) hooks {
		return hooks{beacon: change}
	}
	return []cheat{
		{
			name: "signature_of_another_round", code: "beacon_signature", do: recorded,
			hooks: with(func(a round.Announced, _ []byte) []byte {
				sig, _ := beacon.DemonstrationSignature(a.BeaconRound + 1)
				return sig
			}),
		},
		{
			name: "signature_of_another_chain", code: "beacon_signature", do: recorded,
			hooks: with(func(round.Announced, []byte) []byte {
				sig, _ := hex.DecodeString(quicknet1000)
				return sig
			}),
		},
		{
			name: "signature_negated", code: "beacon_signature", do: recorded,
			hooks: with(func(_ round.Announced, sig []byte) []byte {
				sig[0] ^= 0x20
				return sig
			}),
		},
		{
			name: "signature_with_a_bit_flipped", code: "beacon_encoding", do: recorded,
			hooks: with(func(_ round.Announced, sig []byte) []byte {
				sig[47] ^= 1
				return sig
			}),
		},
		{
			name: "signature_at_infinity", code: "beacon_encoding", do: recorded,
			hooks: with(func(round.Announced, []byte) []byte {
				return append([]byte{0xc0}, make([]byte, 47)...)
			}),
		},
		{name: "signature_in_another_encoding", code: "beacon_encoding", do: recorded, hooks: hooks{
			drawTime: func(t domain.Time) domain.Time {
				for ; ; t++ { // about every fourth has room for x+p
					r, _ := draw.Demonstration.RoundAt(int64(t))
					sig, _ := beacon.DemonstrationSignature(r)
					if plusP(sig) != nil {
						return t
					}
				}
			},
			beacon: func(_ round.Announced, sig []byte) []byte { return plusP(sig) },
		}},
		{
			name: "signature_too_short", code: "beacon_length", do: recorded,
			hooks: with(func(_ round.Announced, sig []byte) []byte { return sig[:47] }),
		},
		{
			name: "signature_too_long", code: "beacon_length", do: recorded,
			hooks: with(func(_ round.Announced, sig []byte) []byte { return append(sig, 0) }),
		},
		{
			name: "signature_in_capitals", code: "beacon_length",
			do: changed("round-r1",
				func(_ *history, e *round.BeaconRecorded) {
					e.Signature = strings.ToUpper(
						e.Signature)
				}),
		},
		{
			name: "signature_that_is_no_hex", code: "beacon_length",
			do: changed("round-r1",
				func(_ *history, e *round.BeaconRecorded) { e.Signature = "heads" }),
		},
		{name: "beacon_before_its_time", code: "beacon_too_early", do: func(h *history) string {
			a := h.records[h.index("round-r1", round.Announced{})].event.(round.Announced)
			r := &h.records[h.index("round-r1", round.BeaconRecorded{})]
			r.at = a.DrawTime - 1
			return r.place()
		}},
		{name: "beacon_before_the_announcement", code: "round_phase", do: func(h *history) string {
			e := h.records[h.index("round-r1", round.BeaconRecorded{})].event
			return added("cora", "round-r1", round.Sealed{}, e)(h)
		}},
		{name: "beacon_recorded_twice", code: fault.EventUncaused, do: func(h *history) string {
			e := h.records[h.index("round-r1", round.BeaconRecorded{})].event
			return added("cora", "round-r1", round.BeaconRecorded{}, e)(h)
		}},
	}
}

// plusP writes the coordinate x as x+p, or returns nil when that takes too many bits.
func plusP(sig []byte) []byte {
	p, _ := new(big.Int).SetString(
		"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16)
	b := slices.Clone(sig)
	flags := b[0] & 0xe0
	b[0] &= 0x1f
	x := new(big.Int).SetBytes(b)
	if x.Add(x, p).BitLen() > 381 {
		return nil
	}
	x.FillBytes(b)
	b[0] |= flags
	return b
}

// drawCheats draw otherwise than announced.
func drawCheats() []cheat {
	drawn := at("round-r1", round.Drawn{})
	ranks := func(change func(pools map[string][]draw.Ranked)) hooks { return hooks{ranks: change} }
	swap := func(ranks []draw.Ranked, i, j int) {
		ranks[i], ranks[j] = ranks[j], ranks[i]
		ranks[i].Rank, ranks[j].Rank = ranks[j].Rank, ranks[i].Rank
	}
	return []cheat{
		{name: "drawn_without_beacon", code: "round_phase", do: func(h *history) string {
			h.drop(h.index("round-r1", round.BeaconRecorded{}))
			return drawn(h)
		}},
		{
			name: "seed_from_the_randomness_field", code: fault.SeedWrong, do: drawn,
			hooks: hooks{seed: func(a round.Announced, sig []byte) draw.Seed {
				field := beacon.Randomness(sig)
				return draw.NewSeed(a.Document, a.Chain, a.BeaconRound, field[:], nil)
			}},
		},
		{
			name: "seed_with_a_ceremony", code: fault.SeedWrong, do: drawn,
			hooks: hooks{seed: func(a round.Announced, sig []byte) draw.Seed {
				return draw.NewSeed(a.Document, a.Chain, a.BeaconRound, sig, []byte("28 05 17"))
			}},
		},
		{
			name: "seed_chosen", code: fault.SeedWrong, do: drawn,
			hooks: hooks{seed: func(round.Announced, []byte) draw.Seed { return draw.Seed{1} }},
		},
		{
			name: "winner_swapped_with_the_reserve", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) { swap(p["ordinary"], 3, 4) }),
		},
		{
			name: "winner_dropped", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) { p["ordinary"] = p["ordinary"][1:] }),
		},
		{
			name: "winner_inserted", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) { p["ordinary"][0].Code = nobody }),
		},
		{
			name: "winner_twice", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) { p["ordinary"][1] = p["ordinary"][0] }),
		},
		{
			name: "winner_in_two_pools", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) {
				p["new-energy-family"][0].Code = p["ordinary"][0].Code
			}),
		},
		{
			name: "score_exchanged", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) { p["ordinary"][2].Score[31] ^= 1 }),
		},
		{
			name: "queue_tie_broken_otherwise", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) {
				queue := p["new-energy-individual"]
				if queue[0].Since != queue[1].Since {
					panic("the first two wait equally long")
				}
				swap(queue, 0, 1)
			}),
		},
		{
			name: "points_tie_broken_otherwise", code: fault.ResultWrong, do: drawn,
			hooks: ranks(func(p map[string][]draw.Ranked) {
				points := p["new-energy-family"]
				if points[0].Weight != points[1].Weight || points[0].Since != points[1].Since {
					panic("the first two are equal")
				}
				swap(points, 0, 1)
			}),
		},
		{
			name: "results_of_pools_swapped", code: fault.ResultWrong,
			do: changed("round-r1", func(_ *history, e *round.Drawn) {
				e.Results = slices.Clone(e.Results)
				e.Results[0], e.Results[1] = e.Results[1], e.Results[0]
			}),
		},
		{name: "drawn_twice", code: fault.EventUncaused, do: func(h *history) string {
			return added("cora", "round-r1", round.Drawn{},
				h.records[h.index("round-r1", round.Drawn{})].event)(h)
		}},
		{name: "drawn_again_with_another_seed", code: fault.SeedWrong, do: func(h *history) string {
			e := h.records[h.index("round-r1", round.Drawn{})].event.(round.Drawn)
			e.Seed[0] ^= 1
			return added("cora", "round-r1", round.Drawn{}, e)(h)
		}},
		{name: "drawn_after_the_publication", code: "round_phase", do: func(h *history) string {
			return added("cora", "round-r1", round.Published{},
				h.records[h.index("round-r1", round.Drawn{})].event)(h)
		}},
		{
			name: "voided_after_the_publication", code: "round_published",
			do: added("cora", "round-r1", round.Published{},
				round.Voided{Reason: round.RosterWrong}),
		},
		{
			name: "voided_for_no_reason", code: "invalid_reason",
			do: added("cora", "round-r1", round.Sealed{}, round.Voided{Reason: "regret"}),
		},
		{name: "drawn_though_voided", code: "round_voided", do: func(h *history) string {
			added("cora", "round-r1", round.Announced{},
				round.Voided{Reason: round.OrderOfCourt})(h)
			return at("round-r1", round.BeaconRecorded{})(h)
		}},
	}
}

// resultCheats publish another result than was drawn.
func resultCheats() []cheat {
	file := func(name string, line string, change func(text string) string) func(*history) string {
		return func(h *history) string {
			require.Contains(h.t, h.files, name)
			h.files[name] = []byte(change(string(h.files[name])))
			return name + line
		}
	}
	lines := func(change func(lines []string) []string) func(string) string {
		return func(text string) string {
			return strings.Join(
				change(strings.SplitAfter(text, "\n")), "")
		}
	}
	roster, result, document := audit.RosterPath("r1", "ordinary"),
		audit.ResultPath("r1", "ordinary"), audit.AnnouncementPath("r1")
	return []cheat{
		{
			name: "rank_given_to_another", code: fault.ResultWrong,
			do: changed("round-r1", func(h *history, e *round.Ranked) {
				e.Codes = slices.Clone(e.Codes)
				e.Codes[2] = h.apps[2].code
			}),
		},
		{
			name: "ranks_swapped", code: fault.ResultWrong,
			do: changed("round-r1", func(_ *history, e *round.Ranked) {
				e.Codes = slices.Clone(e.Codes)
				e.Codes[0], e.Codes[1] = e.Codes[1], e.Codes[0]
			}),
		},
		{
			name: "rank_of_another_pool", code: fault.ResultWrong,
			do: changed("round-r1",
				func(_ *history, e *round.Ranked) { e.Pool = "new-energy-family" }),
		},
		{name: "ranks_out_of_order", code: "invalid_ranks", do: func(h *history) string {
			i := h.index("round-r1", round.Ranked{})
			h.records[i].event, h.records[i+1].event = h.records[i+1].event, h.records[i].event
			return h.records[i].place()
		}},
		{
			name: "no_ranks_at_all", code: "invalid_ranks",
			do: changed("round-r1", func(_ *history, e *round.Ranked) { e.Codes = []string{} }),
		},
		{name: "ranks_repeated", code: fault.EventUncaused, do: func(h *history) string {
			return added("cora", "round-r1", round.Ranked{},
				h.records[h.index("round-r1", round.Ranked{})].event)(h)
		}},
		{name: "ranks_left_out", code: "ranks_missing", do: func(h *history) string {
			h.drop(h.index("round-r1", round.Published{}) - 1)
			return at("round-r1", round.Published{})(h)
		}},
		{name: "published_without_a_draw", code: "round_phase", do: func(h *history) string {
			i := h.index("round-r1", round.Published{}) - 1
			for ; h.records[i].event.EventType() != round.TypeBeaconRecorded; i-- {
				h.drop(i)
			}
			return at("round-r1", round.Published{})(h)
		}},
		{
			name: "result_file_with_a_friend", code: fault.FileWrong,
			do: file(result, " line 2", lines(func(l []string) []string {
				l[1] = strings.Replace(l[1], l[1][11:24], nobody, 1)
				return l
			})),
		},
		{
			name: "result_file_without_the_last", code: fault.FileWrong,
			do: file(result, " line 7", lines(func(l []string) []string { return l[:6] })),
		},
		{
			name: "result_file_with_one_more", code: fault.FileWrong,
			do: file(result, " line 8",
				lines(func(l []string) []string { return append(l, l[0]) })),
		},
		{
			name: "result_file_emptied", code: fault.FileWrong,
			do: file(result, " line 1", func(string) string { return "" }),
		},
		{
			name: "roster_file_with_one_more", code: fault.FileWrong,
			do: file(roster, " line 34",
				lines(func(l []string) []string { return append(l, l[0]) })),
		},
		{
			name: "roster_file_without_one", code: fault.FileWrong,
			do: file(roster, " line 5",
				lines(func(l []string) []string { return slices.Delete(l, 4, 5) })),
		},
		{
			name: "roster_file_with_carriage_returns", code: fault.FileWrong,
			do: file(roster, " line 1",
				func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }),
		},
		{
			name: "roster_file_with_leading_zero", code: fault.FileWrong,
			do: file(roster, " line 1", lines(func(l []string) []string {
				i := strings.LastIndex(l[0], "\t") + 1
				l[0] = l[0][:i] + "0" + l[0][i:]
				return l
			})),
		},
		{
			name: "announcement_file_with_a_ceremony", code: fault.FileWrong,
			do: file(document, " line 14", replacing(`"ceremony": false`, `"ceremony": true`)),
		},
		{
			name: "announcement_file_with_more_seats", code: fault.FileWrong,
			do: file(document, " line 20", replacing(`"seats": 4`, `"seats": 5`)),
		},
		{name: "result_file_missing", code: fault.FileMissing, do: func(h *history) string {
			delete(h.files, result)
			return result
		}},
		{name: "roster_file_missing", code: fault.FileMissing, do: func(h *history) string {
			delete(h.files, roster)
			return roster
		}},
		{name: "announcement_file_missing", code: fault.FileMissing, do: func(h *history) string {
			delete(h.files, document)
			return document
		}},
		{name: "result_file_of_no_pool", code: fault.FileUnknown, do: func(h *history) string {
			h.files[audit.ResultPath("r1", "friends")] = h.files[result]
			return audit.ResultPath("r1", "friends")
		}},
		{name: "result_file_of_no_round", code: fault.FileUnknown, do: func(h *history) string {
			h.files[audit.ResultPath("r9", "ordinary")] = h.files[result]
			return audit.ResultPath("r9", "ordinary")
		}},
		{
			name: "announcement_file_of_no_round", code: fault.FileUnknown,
			do: func(h *history) string {
				h.files["announcements/r1-second.json"] = h.files[document]
				return "announcements/r1-second.json"
			},
		},
	}
}

package audit_test

import (
	"crypto/sha256"
	"slices"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// sealCheats put another roster than the ledger's into the draw.
func sealCheats() []cheat {
	sealed := at("round-r1", round.Sealed{})
	roster := func(change func(h *history, r *draw.Roster)) hooks {
		return hooks{rosters: func(h *history, rs []draw.Roster) { change(h, &rs[0]) }}
	}
	second := func(change func(h *history, r *draw.Roster)) hooks {
		k := roster(change)
		k.round = "r2"
		return k
	}
	with := func(r *draw.Roster, e draw.Entry) {
		r.Entries = append(r.Entries, e)
		inOrder(r.Entries)
	}
	return []cheat{
		{
			name: "entry_added", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(h *history, r *draw.Roster) {
				with(r, draw.Entry{Code: h.apps[2].code, Weight: 1}) // rejected
			}),
		},
		{
			name: "entry_of_nobody_added", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) {
				with(r, draw.Entry{Code: nobody, Weight: 1})
			}),
		},
		{
			name: "entry_approved_too_late_added", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(h *history, r *draw.Roster) {
				with(r, draw.Entry{Code: h.apps[25].code, Weight: 1})
			}),
		},
		{
			name: "entry_removed", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history,
				r *draw.Roster,
			) {
				r.Entries = slices.Delete(r.Entries, 3, 4)
			}),
		},
		{
			name: "entries_left_out_by_an_early_size", code: fault.RosterWrong, do: sealed,
			hooks: hooks{size: func(h *history, _ int) int {
				return h.index(of(h.apps[21]), application.Approved{})
			}},
		},
		{
			name: "entry_twice", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) { with(r, r.Entries[3]) }),
		},
		{
			name: "entries_out_of_order", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) {
				r.Entries[3], r.Entries[4] = r.Entries[4], r.Entries[3]
			}),
		},
		{
			name: "code_exchanged", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) { r.Entries[0].Code = nobody }),
		},
		{
			name: "weight_raised", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) { r.Entries[3].Weight++ }),
		},
		{
			name: "weight_lowered", code: fault.RosterWrong, do: sealed,
			hooks: roster(func(_ *history, r *draw.Roster) { r.Entries[30].Weight-- }),
		},
		{
			name: "waiting_lengthened", code: fault.RosterWrong, do: sealed,
			hooks: hooks{rosters: func(_ *history, rs []draw.Roster) { rs[2].Entries[3].Since-- }},
		},
		{
			name: "losses_not_counted", code: fault.RosterWrong, do: at("round-r2", round.Sealed{}),
			hooks: second(func(h *history, r *draw.Roster) {
				before := false
				for i, e := range r.Entries {
					fresh := h.version.Entry(e.Code, h.find(e.Code).standing, r.Method, closes)
					before = before || fresh != e
					r.Entries[i] = fresh
				}
				require.True(h.t, before, "losses change a weight")
			}),
		},
		{
			name: "winner_kept_in_the_pool", code: fault.RosterWrong,
			do: at("round-r2", round.Sealed{}), hooks: second(func(h *history, r *draw.Roster) {
				with(r, draw.Entry{Code: h.won["r1"]["ordinary"][0], Weight: 9})
			}),
		},
		{
			name: "pools_of_the_seal_swapped", code: fault.RosterWrong, do: sealed,
			hooks: hooks{rosters: func(_ *history, rs []draw.Roster) {
				rs[0], rs[1] = rs[1],
					rs[0]
			}},
		},
		{
			name: "sealed_with_another_root", code: fault.RosterWrong,
			do: changed("round-r1", func(_ *history, e *round.Sealed) {
				e.Rosters = slices.Clone(e.Rosters)
				e.Rosters[1].Root[0] ^= 1
			}),
		},
		{
			name: "sealed_at_another_size", code: fault.RosterWrong,
			do: changed("round-r1", func(_ *history, e *round.Sealed) { e.LedgerSize++ }),
		},
		{
			name: "sealed_beyond_the_ledger", code: fault.RosterWrong,
			do: changed("round-r1", func(_ *history, e *round.Sealed) { e.LedgerSize += 1000 }),
		},
		{
			name: "announced_before_the_seal_by_its_date", code: fault.TimeOrder,
			do: func(h *history) string {
				h.records[h.index("round-r1", round.Announced{})].at = h.records[h.index("round-r1",
					round.Sealed{})].at - 1
				return at("round-r1", round.Announced{})(h)
			},
		},
		{name: "sealed_while_open", code: "round_phase", do: func(h *history) string {
			changed("round-r1", func(_ *history, e *round.Sealed) { e.LedgerSize-- })(h)
			h.drop(h.index("round-r1", round.Closed{}))
			return sealed(h)
		}},
		{
			name: "sealed_again_after_the_announcement", code: "round_sealed",
			do: func(h *history) string {
				i := h.index("round-r1", round.Announced{}) + 1
				again := round.Sealed{LedgerSize: uint64(i)}
				for _, r := range h.rostersAt(i) {
					again.Rosters = append(again.Rosters, h.seal("elsewhere", r))
				}
				return h.insert(i, "cora", "round-r1", again).place()
			},
		},
		{name: "closed_early", code: "window_open", do: func(h *history) string {
			r := &h.records[h.index("round-r1", round.Closed{})]
			r.at = closes - 1
			return r.place()
		}},
		{
			name: "sealed_before_the_round_before_is_out", code: fault.RoundOverlap,
			do: at("round-r2", round.Sealed{}), hooks: hooks{
				round: "r2", size: func(h *history,
					_ int,
				) int {
					return h.index("round-r1", round.Published{})
				},
			},
		},
		{
			name: "two_rounds_from_the_same_pool", code: fault.RoundOverlap,
			do: func(h *history) string {
				i := h.index("round-r1", round.Announced{})
				opened := h.records[h.index("round-r1", round.Opened{})].event
				seal := h.records[h.index("round-r1", round.Sealed{})].event
				h.insert(i, "cora", "round-r3", opened)
				h.insert(i+1, "cora", "round-r3", round.Closed{})
				return h.insert(i+2, "cora", "round-r3", seal).place()
			},
		},
		{
			name: "opened_again_with_another_window", code: "round_exists",
			do: func(h *history) string {
				e := h.records[h.index("round-r1", round.Opened{})].event.(round.Opened)
				e.Closes++
				return added("cora", "round-r1", round.Opened{}, e)(h)
			},
		},
		{
			name: "window_that_ends_before_it_begins", code: "invalid_window",
			do: changed("round-r1", func(_ *history, e *round.Opened) { e.Closes = e.Opens }),
		},
	}
}

// rostersAt is what the leaves before i give, worked out from the books.
func (h *history) rostersAt(i int) []draw.Roster {
	for _, a := range h.apps {
		if a.until < never && a.until > i {
			a.until = never
		}
		a.losses = 0
	}
	return h.rosters(i)
}

// announcementCheats change what the draw will depend on.
func announcementCheats() []cheat {
	announced := at("round-r1", round.Announced{})
	with := func(change func(e *round.Announced)) hooks {
		return hooks{announce: func(_ *history, e *round.Announced) { change(e) }}
	}
	reading := func(from, to string) hooks {
		return hooks{document: func(
			b []byte,
		) []byte {
			return []byte(replacing(from, to)(string(b)))
		}}
	}
	return []cheat{
		{
			name: "beacon_round_not_of_the_draw_time", code: fault.EventUncaused, do: announced,
			hooks: with(func(e *round.Announced) { e.BeaconRound++ }),
		},
		{
			name: "notice_a_second_short", code: "notice_too_short", do: announced,
			hooks: hooks{drawTime: func(t domain.Time) domain.Time { return t - 60 }},
		},
		{
			name: "announced_after_the_draw_time", code: "notice_too_short", do: announced,
			hooks: hooks{drawTime: func(t domain.Time) domain.Time { return t - 2*notice }},
		},
		{
			name: "draw_time_of_no_beacon", code: "invalid_draw_time", do: announced,
			hooks: hooks{drawTime: func(domain.Time) domain.Time { return 0 }},
		},
		{
			name: "chain_of_the_operator", code: "unknown_chain", do: announced,
			hooks: with(func(e *round.Announced) { e.Chain = sha256.Sum256([]byte("my own")) }),
		},
		{
			name: "pool_order_changed", code: "invalid_seats", do: announced,
			hooks: with(func(e *round.Announced) {
				e.Pools[0], e.Pools[1] = e.Pools[1],
					e.Pools[0]
			}),
		},
		{
			name: "pool_left_out", code: "invalid_seats",
			do: changed("round-r1",
				func(_ *history, e *round.Announced) { e.Pools = e.Pools[:2] }),
		},
		{
			name: "seats_without_number", code: "invalid_seats",
			do: changed("round-r1", func(_ *history, e *round.Announced) {
				e.Pools = slices.Clone(e.Pools)
				e.Pools[0].Seats = 1 << 60
			}),
		},
		{
			name: "ceremony_in_the_document", code: fault.EventUncaused, do: announced,
			hooks: reading(`"ceremony": false`, `"ceremony": true`),
		},
		{
			name: "mode_in_the_document", code: fault.EventUncaused, do: announced,
			hooks: reading(`"mode": "separate"`, `"mode": "together"`),
		},
		{
			name: "rules_in_the_document", code: fault.EventUncaused, do: announced,
			hooks: reading(`"rules": "test-2026"`, `"rules": "test-2027"`),
		},
		{
			name: "document_of_another_round", code: fault.EventUncaused, do: announced,
			hooks: reading(`"round": "r1"`, `"round": "r7"`),
		},
		{name: "seats_changed_under_the_seed", code: fault.SeedWrong, do: func(h *history) string {
			i := h.index("round-r1", round.Announced{})
			h.records[i].event, h.files[audit.AnnouncementPath("r1")] = h.announcement(
				func(e *round.Announced) { e.Pools[0].Seats++ })
			return at("round-r1", round.Drawn{})(h)
		}},
		{
			name: "draw_time_changed_under_the_seed", code: "beacon_signature",
			do: func(h *history) string {
				i := h.index("round-r1", round.Announced{})
				h.records[i].event, h.files[audit.AnnouncementPath("r1")] = h.announcement(
					func(e *round.Announced) {
						e.DrawTime, e.BeaconRound = e.DrawTime-1,
							e.BeaconRound-1
					})
				return at("round-r1", round.BeaconRecorded{})(h)
			},
		},
		{name: "announced_again", code: "round_announced", do: func(h *history) string {
			e, _ := h.announcement(func(e *round.Announced) {
				e.DrawTime,
					e.BeaconRound = e.DrawTime+3600, e.BeaconRound+3600
			})
			return added("cora", "round-r1", round.Announced{}, e)(h)
		}},
		{
			name: "announced_again_after_the_seed", code: "round_announced",
			do: func(h *history) string {
				e, _ := h.announcement(func(e *round.Announced) { e.Pools[0].Seats++ })
				return added("cora", "round-r1", round.BeaconRecorded{}, e)(h)
			},
		},
		{name: "announced_before_the_seal", code: "round_phase", do: func(h *history) string {
			e, _ := h.announcement(func(*round.Announced) {})
			return added("cora", "round-r1", round.Closed{}, e)(h)
		}},
	}
}

// announcement is that of the first round, changed, and a document to match.
func (h *history) announcement(change func(e *round.Announced)) (round.Announced, []byte) {
	s := round.State{
		Opened: h.records[h.index("round-r1", round.Opened{})].event.(round.Opened),
		Sealed: h.records[h.index("round-r1", round.Sealed{})].event.(round.Sealed),
	}
	e := h.records[h.index("round-r1", round.Announced{})].event.(round.Announced)
	e.Pools = slices.Clone(e.Pools)
	change(&e)
	var terms []round.PoolTerms
	for _, p := range h.version.Pools {
		terms = append(terms, round.PoolTerms{Pool: p.Name, Method: string(p.Method)})
	}
	doc, err := round.Document("r1", s, e, terms)
	require.NoError(h.t, err)
	e.Document = draw.AnnouncementDigest(doc)
	return e, doc
}

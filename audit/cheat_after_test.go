package audit_test

import (
	"encoding/hex"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// after makes cheats begin with the ledger that has everything after a draw in it.
func after(list []cheat) []cheat {
	for i := range list {
		list[i].ledger = aftermath
	}
	return list
}

// roundDated moves the first event of this kind in the stream to another time.
func roundDated(stream string, sample round.Event,
	to func(h *history) domain.Time,
) func(*history) string {
	return func(h *history) string {
		r := &h.records[h.index(stream, sample)]
		r.at = to(h)
		return r.place()
	}
}

// timetableCheats are about what may still happen between announcement and beacon, and
// about ending a round that does not suit.
func timetableCheats() []cheat {
	const r1 = "round-r1"
	var (
		superseded = round.AnnouncementSuperseded{}
		anchored   = round.Anchored{}
		ceremony   = round.CeremonyRecorded{}
	)
	drawTime := func(h *history) domain.Time {
		return h.records[h.index(r1, superseded)].event.(round.AnnouncementSuperseded).DrawTime
	}
	// late moves an event and all that follow it in the timetable to a time.
	late := func(sample round.Event, to func(h *history) domain.Time) func(*history) string {
		return func(h *history) string {
			first := h.index(r1, sample)
			at := to(h)
			for i := first; h.records[i].event.EventType() != round.TypeBeaconRecorded; i++ {
				h.records[i].at = at
			}
			return h.records[first].place()
		}
	}
	// instead cuts the history at an event of the round and goes on with another.
	instead := func(sample, e round.Event, at func(h *history) domain.Time) func(*history) string {
		return func(h *history) string {
			when := at(h)
			h.records = h.records[:h.index(r1, sample)]
			h.renumber()
			h.now = when - 1
			return h.records[h.put("cora", r1, e)].place()
		}
	}
	return after([]cheat{
		{
			name: "superseded_too_late", code: "supersede_too_late",
			do: late(superseded,
				func(h *history) domain.Time { return drawTime(h) - 60 - margin }),
		},
		{
			name: "superseded_with_short_notice", code: "notice_too_short",
			do: late(superseded, func(h *history) domain.Time { return drawTime(h) - notice + 1 }),
			hooks: hooks{version: func(v *rules.Version) {
				timely(v)
				v.SupersedeMarginSeconds = 1
			}},
		},
		{
			name: "superseded_without_an_approval", code: fault.ProposalMissing,
			hooks: hooks{keys: true, version: func(v *rules.Version) {
				timely(v)
				v.TwoOfficers = true
			}}, do: func(h *history) string {
				i := h.index(r1, superseded)
				h.drop(h.index(h.proposalOf(i), proposal.Approved{}))
				return h.records[i-1].place()
			},
		},
		{
			name: "superseding_another_announcement", code: fault.EventUncaused,
			do: changed(r1, func(_ *history,
				e *round.AnnouncementSuperseded,
			) {
				e.Supersedes[0]++
			}),
		},
		{
			name: "superseded_without_a_change", code: fault.EventUncaused,
			do: func(h *history) string {
				e := h.records[h.index(r1, superseded)].event.(round.AnnouncementSuperseded)
				e.Supersedes = e.Document
				return added("cora", r1, superseded, e)(h)
			},
		},
		{
			name: "superseded_after_the_ceremony", code: "ceremony_recorded",
			do: func(h *history) string {
				e := h.records[h.index(r1, superseded)].event.(round.AnnouncementSuperseded)
				e.Supersedes, e.Ceremony = e.Document, false
				return added("cora", r1, ceremony, e)(h)
			},
		},
		{name: "superseded_after_the_seed", code: "round_phase", do: func(h *history) string {
			e := h.records[h.index(r1, superseded)].event.(round.AnnouncementSuperseded)
			e.Supersedes, e.Ceremony = e.Document, false
			return added("cora", r1, round.BeaconRecorded{}, e)(h)
		}},
		{
			name: "superseded_seats_under_the_seed", code: fault.EventUncaused,
			do: changed(r1, func(_ *history, e *round.AnnouncementSuperseded) {
				e.Pools = slices.Clone(e.Pools)
				e.Pools[0].Seats++
			}),
		},
		{
			name: "anchored_for_another_document", code: "anchor_document",
			do: changed(r1, func(_ *history, e *round.Anchored) { e.Document[0]++ }),
		},
		{
			name: "anchored_after_the_beacon_was_due", code: "anchor_too_late",
			do: func(h *history) string {
				i := h.index(r1, ceremony)
				h.records[i-1].at, h.records[i].at = drawTime(h), drawTime(h)
				return h.records[i-1].place()
			},
		},
		{
			name: "anchored_by_a_rumour", code: "invalid_anchor",
			do: changed(r1, func(_ *history, e *round.Anchored) { e.Kind = "rumour" }),
		},
		{
			name: "anchored_in_the_future", code: "invalid_anchor",
			do: changed(r1, func(h *history,
				e *round.Anchored,
			) {
				e.ClaimedAt = h.records[h.index(r1, anchored)].at + 1
			}),
		},
		{
			name: "ceremony_after_its_time", code: "ceremony_late",
			do: roundDated(r1, ceremony, func(h *history) domain.Time { return drawTime(h) - 59 }),
		},
		{
			name: "ceremony_changed_under_the_seed", code: fault.SeedWrong,
			do: func(h *history) string {
				changed(r1, func(_ *history,
					e *round.CeremonyRecorded,
				) {
					e.Bytes = hex.EncodeToString([]byte("28 05 17 32"))
				})(h)
				return at(r1, round.Drawn{})(h)
			},
		},
		{
			name: "ceremony_twice", code: "ceremony_recorded",
			do: added("cora", r1, ceremony, round.CeremonyRecorded{Bytes: "00"}),
		},
		{
			name: "ceremony_too_long", code: "invalid_ceremony",
			do: changed(r1, func(_ *history, e *round.CeremonyRecorded) {
				e.Bytes = hex.EncodeToString(make([]byte, round.MaxCeremony+1))
			}),
		},
		{
			name: "ceremony_announced_and_left_out", code: "ceremony_missing",
			do: func(h *history) string {
				h.drop(h.index(r1, ceremony))
				return at(r1, round.BeaconRecorded{})(h)
			},
		},
		{
			name: "ceremony_out_of_nowhere", code: "ceremony_unannounced",
			do: func(h *history) string {
				return h.insert(h.index(r1, anchored), "cora", r1,
					round.CeremonyRecorded{Bytes: "00"}).place()
			},
		},
		{
			name: "voided_for_a_ceremony_that_was_held", code: "reason_unfounded",
			do: instead(round.BeaconRecorded{}, round.Voided{Reason: round.CeremonyLate},
				drawTime),
		},
		{
			name: "voided_for_a_ceremony_still_to_come", code: "reason_unfounded",
			do: instead(ceremony, round.Voided{Reason: round.CeremonyLate},
				func(h *history) domain.Time { return drawTime(h) - 60 }),
		},
		{
			name: "voided_for_a_beacon_not_waited_for", code: "abort_too_early",
			do: instead(round.BeaconRecorded{}, round.Voided{Reason: round.BeaconMissing},
				func(h *history) domain.Time {
					return drawTime(h) + 2*86400 - 1
				}),
		},
		{
			name: "voided_for_a_beacon_that_came", code: "reason_unfounded",
			do: instead(round.Drawn{}, round.Voided{Reason: round.BeaconMissing},
				func(h *history) domain.Time {
					return drawTime(h) + 2*86400
				}),
		},
		{
			name: "rerun_of_a_round_that_stands", code: "not_voided",
			do: changed("round-r4", func(_ *history, e *round.Opened) { e.Reruns = "r2" }),
		},
		{
			name: "rerun_of_no_round", code: "not_voided",
			do: changed("round-r4", func(_ *history, e *round.Opened) { e.Reruns = "r9" }),
		},
		{name: "rerun_twice", code: "rerun_exists", do: func(h *history) string {
			again := h.records[h.index("round-r4", round.Opened{})].event
			return h.records[h.put("cora", "round-r5", again)].place()
		}},
		{
			name: "settled_with_other_figures", code: fault.EventUncaused,
			do: changed(r1, func(_ *history, e *round.Settled) {
				e.Pools = slices.Clone(e.Pools)
				e.Pools[0].Returned = 0
			}),
		},
		{
			name: "settled_while_something_is_open", code: "round_unsettled",
			do: func(h *history) string {
				h.drop(h.index(right(7), indicator.Used{}))
				return at(r1, round.Settled{})(h)
			},
		},
		{
			name: "settled_before_the_reserve_moved_up", code: "round_unsettled",
			do: func(h *history) string {
				h.records = slices.DeleteFunc(h.records, func(r record) bool {
					return r.stream == right(7) || r.stream == of(h.ranked(7)) &&
						r.event.EventType() == application.Awarded{}.EventType()
				})
				h.renumber()
				return at(r1, round.Settled{})(h)
			},
		},
		{name: "settled_twice", code: "round_settled", do: func(h *history) string {
			return added("cora", r1, round.Settled{},
				h.records[h.index(r1, round.Settled{})].event)(h)
		}},
	})
}

// promotionCheats let somebody of the reserve have a seat whose turn it is not.
func promotionCheats() []cheat {
	promoted := func(rank int, vacated string) func(*history) string {
		return func(h *history) string {
			return h.insert(h.index(right(5), indicator.Promoted{}), "cora", right(rank),
				indicator.Promoted{Vacated: vacated}).place()
		}
	}
	return after([]cheat{
		{
			name: "promoted_out_of_order", code: "not_next_in_reserve",
			do: promoted(6, "r1.ordinary.3"),
		},
		{
			name: "promoted_again", code: fault.EventUncaused,
			do: added("cora", right(4), indicator.Promoted{},
				indicator.Promoted{Vacated: "r1.ordinary.2"}),
		},
		{
			name: "promoted_to_another_seat", code: "indicator_exists",
			do: added("cora", right(4), indicator.Promoted{},
				indicator.Promoted{Vacated: "r1.ordinary.3"}),
		},
		{
			name: "promoted_beyond_the_reserve", code: "not_next_in_reserve",
			do: promoted(99, "r1.ordinary.3"),
		},
		{
			name: "promoted_to_a_seat_that_is_held", code: "not_vacant",
			do: promoted(5, "r1.ordinary.1"),
		},
		{name: "promoted_to_a_seat_twice", code: "not_vacant", do: promoted(5, "r1.ordinary.2")},
		{name: "promoted_to_no_seat", code: "not_vacant", do: promoted(5, "r1.ordinary.8")},
		{name: "promoted_in_another_round", code: "not_vacant", do: promoted(5, "r2.ordinary.1")},
		{
			name: "promoted_in_another_pool", code: "not_vacant",
			do: promoted(5, "r1.new-energy-family.1"),
		},
		{
			name: "promoted_for_what_the_rules_do_not_say", code: "not_vacant",
			do: at(right(4), indicator.Promoted{}), hooks: hooks{version: func(v *rules.Version) {
				timely(v)
				v.PromoteFor = v.PromoteFor[1:]
			}},
		},
		{name: "promoted_for_a_lapse", code: "not_vacant", do: func(h *history) string {
			return h.insert(h.index("round-r1", round.Settled{}), "cora", right(8),
				indicator.Promoted{Vacated: "r1.ordinary.4"}).place()
		}},
		{name: "promoted_after_the_settlement", code: "not_vacant", do: func(h *history) string {
			return h.insert(h.index("round-r1", round.Settled{})+1, "cora", right(8),
				indicator.Promoted{Vacated: "r1.ordinary.3"}).place()
		}},
		{
			name: "promoted_one_is_awarded_to_another", code: "not_selected",
			do: func(h *history) string {
				return h.insert(h.index(right(4), indicator.Promoted{})+1, "cora", of(h.ranked(8)),
					application.Awarded{Indicator: "r1.ordinary.4"}).place()
			},
		},
		{
			name: "reserve_awarded_without_promotion", code: "not_selected",
			do: func(h *history) string {
				h.drop(h.index(right(4), indicator.Promoted{}))
				h.records[h.index(of(h.ranked(4)), application.Awarded{})].actor = "cora"
				return at(of(h.ranked(4)), application.Awarded{})(h)
			},
		},
		{
			name: "promoted_kept_in_the_pools", code: fault.RosterWrong,
			do: at("round-r2", round.Sealed{}),
			hooks: hooks{round: "r2", rosters: func(h *history, r []draw.Roster) {
				a := h.ranked(4)
				r[0].Entries = append(r[0].Entries, draw.Entry{Code: a.code, Weight: 1})
				slices.SortFunc(r[0].Entries,
					func(a, b draw.Entry) int { return strings.Compare(a.Code, b.Code) })
			}},
		},
	})
}

// lapseCheats are about deadlines after winning, and about their penalty.
func lapseCheats() []cheat {
	tag := func(h *history, n int) string { return "identity-" + h.ranked(4).persons[n].String() }
	barred := func(change func(h *history, e *person.Barred)) func(*history) string {
		return func(h *history) string { return changed(tag(h, 0), change)(h) }
	}
	again := func(h *history) string { return of(h.apps[len(h.apps)-1]) }
	return after([]cheat{
		{name: "confirmed_too_late", code: "confirm_too_late", do: func(h *history) string {
			r := &h.records[h.index(right(1), indicator.Confirmed{})]
			r.at += toConfirm + 100
			return r.place()
		}},
		{
			name: "time_to_confirm_left_out", code: fault.EventUncaused,
			do: changed(right(1), func(_ *history, e *indicator.Awarded) { e.ConfirmBy = 0 }),
		},
		{
			name: "revoked_before_the_time_to_confirm_was_over", code: "confirm_pending",
			do: func(h *history) string {
				r := &h.records[h.index(right(5), indicator.Revoked{})]
				r.at -= 1000
				return r.place()
			},
		},
		{
			name: "revoked_for_a_reason_after_its_time", code: "confirm_too_late",
			do: func(h *history) string {
				h.records[h.index(right(5), indicator.Revoked{})].actor = "rex"
				return changed(right(5),
					func(_ *history, e *indicator.Revoked) { e.Reason = indicator.NotEligible })(h)
			},
		},
		{
			name: "lapsed_without_the_penalty", code: fault.EventUncaused,
			do: changed(right(4), func(_ *history, e *indicator.Forfeited) {
				*e = indicator.Forfeited{Reason: indicator.Lapsed}
			}),
		},
		{
			name: "lapsed_for_another_quota", code: fault.EventUncaused,
			do: changed(right(4),
				func(_ *history, e *indicator.Forfeited) { e.ReturnsTo.Pool = "friends" }),
		},
		{
			name: "barred_for_longer", code: "not_lapsed",
			do: barred(func(_ *history, e *person.Barred) { e.Until++ }),
		},
		{
			name: "barred_without_the_reset", code: "not_lapsed",
			do: barred(func(_ *history, e *person.Barred) { e.ResetLadder = false }),
		},
		{
			name: "barred_for_another_application", code: "not_lapsed",
			do: barred(func(h *history, e *person.Barred) { e.Application = h.ranked(9).code }),
		},
		{name: "barred_though_it_was_used", code: "not_lapsed", do: func(h *history) string {
			a := h.ranked(1)
			return h.records[h.put("rex", "identity-"+a.persons[0].String(),
				person.Barred{Kind: a.kind, Application: a.code, Until: h.now})].place()
		}},
		{name: "barred_before_the_lapse", code: "not_lapsed", do: func(h *history) string {
			i := h.index(tag(h, 0), person.Barred{})
			r := h.records[i]
			h.drop(i)
			h.records = slices.Insert(h.records, h.index(right(4), indicator.Forfeited{}), r)
			h.renumber()
			return at(tag(h, 0), person.Barred{})(h)
		}},
		{name: "barred_twice", code: fault.EventUncaused, do: func(h *history) string {
			return added("rex", tag(h, 0), person.Barred{},
				h.records[h.index(tag(h, 0), person.Barred{})].event)(h)
		}},
		{name: "applied_while_barred", code: "person_barred", do: func(h *history) string {
			// two claims and the applicant before it
			i := h.index(again(h), application.Submitted{}) - 3
			h.records[i].at = h.records[h.index(tag(h, 0),
				person.Barred{})].event.(person.Barred).Until - 1
			return h.records[i].place()
		}},
		{name: "draws_kept_after_a_lapse", code: "ladder_reset", do: func(h *history) string {
			return changed(again(h),
				func(_ *history, e *application.Submitted) {
					e.Standing.Members = drawn(
						e.Standing.Members)
				})(h)
		}},
		{name: "draws_put_back_after_a_lapse", code: "ladder_reset", do: func(h *history) string {
			s := h.apps[len(h.apps)-1].standing
			s.Members = drawn(s.Members)
			return h.insert(h.index(again(h), application.Approved{}), "rita", again(h),
				application.Edited{Standing: s}).place()
		}},
		{name: "draws_credited_after_a_lapse", code: "ladder_reset", do: func(h *history) string {
			credit := application.Credited{
				Member: 2, DrawsUntil2020: 60,
				Evidence: domain.Digest{1},
			}
			return h.insert(h.index(again(h), application.Approved{}), "rex", again(h),
				credit).place()
		}},
	})
}

// drawn gives the main applicant a draw.
func drawn(members []rules.Member) []rules.Member {
	members = slices.Clone(members)
	members[0].DrawsSince2021++
	return members
}

// clockCheats put into the clock's mouth what somebody wanted.
func clockCheats() []cheat {
	by := func(stream string, sample interface{ EventType() string }) func(*history) string {
		return func(h *history) string {
			r := &h.records[h.index(stream, sample)]
			r.actor = "clock"
			return r.place()
		}
	}
	// expired is a cheat in a ledger in which applications end.
	expired := func(name, code string, do func(h *history) string) cheat {
		return cheat{name: name, code: code, do: do, ledger: reviewed}
	}
	return append(after([]cheat{
		{name: "clock_opens_a_round", code: "not_allowed", do: by("round-r2", round.Opened{})},
		{name: "clock_announces", code: "not_allowed", do: by("round-r1", round.Announced{})},
		{name: "clock_voids", code: "not_allowed", do: by("round-r3", round.Voided{})},
		{
			name: "clock_approves", code: "not_allowed",
			do: func(h *history) string { return by(of(h.ranked(8)), application.Approved{})(h) },
		},
		{
			name: "clock_revokes_for_a_reason", code: "not_allowed",
			do: by(right(2), indicator.Revoked{}),
		},
		{
			name: "clock_refuses_for_the_holder", code: "not_allowed",
			do: by(right(6), indicator.Forfeited{}),
		},
		{name: "clock_awards_a_seat", code: "not_allowed", do: by(right(1), indicator.Awarded{})},
		{
			name: "clock_ends_an_application", code: "not_allowed",
			do: func(h *history) string { return by(of(h.ranked(1)), application.Awarded{})(h) },
		},
		{name: "clock_closes_early", code: "window_open", do: func(h *history) string {
			place := by("round-r1", round.Closed{})(h)
			h.records[h.index("round-r1", round.Closed{})].at = closes - 1
			return place
		}},
		{name: "clock_lapses_early", code: "indicator_valid", do: func(h *history) string {
			r := &h.records[h.index(right(4), indicator.Forfeited{})]
			r.at -= 1001
			return r.place()
		}},
		{name: "clock_founds_a_ledger", code: "unknown_actor", do: func(h *history) string {
			h.records[0].actor = "clock"
			return h.records[0].place()
		}},
	}),
		expired("clock_disqualifies", "not_allowed",
			func(h *history) string { return by(of(h.apps[3]), application.Disqualified{})(h) }),
		expired("clock_frees_the_disqualified", "not_allowed", func(h *history) string {
			return by("identity-"+h.apps[3].persons[0].String(), person.Released{})(h)
		}),
		expired("clock_frees_who_applies", "not_allowed", func(h *history) string {
			a := h.apps[10]
			return h.records[h.put("clock", "identity-"+a.persons[0].String(),
				person.Released{Kind: a.kind, Application: a.code})].place()
		}),
		expired("clock_expires_early", "application_valid", func(h *history) string {
			place := by(of(h.apps[9]), application.Expired{})(h)
			h.records[h.index(of(h.apps[9]), application.Expired{})].at -= 100 * day
			return place
		}),
	)
}

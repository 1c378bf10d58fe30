package audit_test

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// peopleCheats are about who applies.
func peopleCheats() []cheat {
	submitted := func(n int,
		change func(h *history, e *application.Submitted),
	) func(*history) string {
		return whose(n, func(s string) func(*history) string { return changed(s, change) })
	}
	claim := func(h *history, n int) string { return "identity-" + h.apps[n].persons[0].String() }
	return []cheat{
		{name: "same_person_claimed_twice", code: "duplicate_person", do: func(h *history) string {
			return h.insert(h.index(of(h.apps[8]), application.Submitted{})+1, "rita", claim(h, 8),
				person.Claimed{Kind: domain.Ordinary, Application: h.apps[9].code}).place()
		}},
		{
			name: "same_person_in_two_applications", code: fault.PersonFree,
			do: submitted(8, func(h *history,
				e *application.Submitted,
			) {
				e.Persons = h.apps[7].persons
			}),
		},
		{
			name: "same_person_twice_in_a_family", code: "duplicate_member",
			do: submitted(30, func(_ *history, e *application.Submitted) {
				e.Persons = []domain.Digest{e.Persons[0], e.Persons[0]}
			}),
		},
		{name: "claim_dropped", code: fault.PersonFree, do: func(h *history) string {
			h.drop(h.index(claim(h, 8), person.Claimed{}))
			return at(of(h.apps[8]), application.Submitted{})(h)
		}},
		{
			name: "claim_for_another_application", code: fault.PersonFree,
			do: func(h *history) string {
				changed(claim(h, 8),
					func(h *history, e *person.Claimed) { e.Application = h.apps[9].code })(h)
				return at(of(h.apps[8]), application.Submitted{})(h)
			},
		},
		{name: "claim_of_another_kind", code: fault.PersonFree, do: func(h *history) string {
			changed(claim(h, 8),
				func(_ *history, e *person.Claimed) { e.Kind = domain.NewEnergy })(h)
			return at(of(h.apps[8]), application.Submitted{})(h)
		}},
		{name: "claim_with_a_message", code: "invalid_id", do: func(h *history) string {
			return changed(claim(h, 8),
				func(_ *history, e *person.Claimed) { e.Application = "call me" })(h)
		}},
		{name: "released_while_standing", code: fault.PersonFree, do: func(h *history) string {
			return h.insert(h.index(of(h.apps[8]), application.Approved{}), "rita", claim(h, 8),
				person.Released{Kind: domain.Ordinary, Application: h.apps[8].code}).place()
		}},
		{name: "released_before_submitted", code: fault.PersonFree, do: func(h *history) string {
			h.insert(h.index(of(h.apps[8]), application.Submitted{}), "rita", claim(h, 8),
				person.Released{Kind: domain.Ordinary, Application: h.apps[8].code})
			return at(of(h.apps[8]), application.Submitted{})(h)
		}},
		{name: "released_for_another", code: fault.EventUncaused, do: func(h *history) string {
			return changed(claim(h, 5),
				func(_ *history, e *person.Released) { e.Kind = domain.NewEnergy })(h)
		}},
		{
			name: "winner_released_to_apply_again", code: fault.PersonFree,
			do: func(h *history) string {
				a := h.find(h.won["r1"]["ordinary"][0])
				return h.insert(h.index("round-r2", round.Opened{}), "rita",
					"identity-"+a.persons[0].String(),
					person.Released{Kind: a.kind, Application: a.code}).place()
			},
		},
		{
			name: "released_before_the_award_ended", code: fault.PersonFree, ledger: aftermath,
			do: func(h *history) string {
				a, i := h.ranked(2), h.index(right(2), indicator.Revoked{})
				return h.insert(i, "rex", "identity-"+a.persons[0].String(),
					person.Released{Kind: a.kind, Application: a.code}).place()
			},
		},
		{
			name: "used_and_released_to_apply_again", code: fault.PersonFree, ledger: aftermath,
			do: func(h *history) string {
				a := h.ranked(1)
				return h.records[h.put("rex", "identity-"+a.persons[0].String(),
					person.Released{Kind: a.kind, Application: a.code})].place()
			},
		},
		{
			name: "lapsed_and_released_instead_of_barred", code: fault.PersonFree,
			ledger: aftermath,
			do: func(h *history) string {
				p := h.ranked(4).persons[0]
				r := &h.records[h.index("identity-"+p.String(), person.Barred{})]
				r.event = person.Released{Kind: domain.Ordinary, Application: h.ranked(4).code}
				return r.place()
			},
		},
		{name: "tag_with_a_name", code: "invalid_id", do: func(h *history) string {
			r := &h.records[h.index(claim(h, 8), person.Claimed{})]
			r.stream = "identity-rita.miller"
			return r.place()
		}},
		{
			name: "applicant_never_registered", code: "unknown_applicant",
			do: submitted(8, func(_ *history,
				e *application.Submitted,
			) {
				e.Applicant = "00000000000000000000000000000000"
			}),
		},
		{
			name: "applicant_registered_as_another_kind", code: "unknown_applicant",
			do: func(h *history) string {
				changed("applicant-"+h.apps[8].who,
					func(_ *history, e *applicant.Registered) { e.Kind = domain.Family })(h)
				return at(of(h.apps[8]), application.Submitted{})(h)
			},
		},
		{name: "code_with_wrong_check_digit", code: "invalid_id", do: func(h *history) string {
			r := &h.records[h.index(of(h.apps[8]), application.Submitted{})]
			r.stream = r.stream[:len(r.stream)-1] + string('0'+(r.stream[len(r.stream)-1]-'0'+1)%10)
			return r.place()
		}},
		{
			name: "submitted_after_the_close", code: "round_closed",
			do: submitted(8, func(_ *history,
				e *application.Submitted,
			) {
				e.SubmittedAt = closes
			}),
		},
		{
			name: "submitted_before_the_window", code: "round_not_open",
			do: submitted(8, func(_ *history,
				e *application.Submitted,
			) {
				e.SubmittedAt = opens - 1
			}),
		},
		{name: "stored_after_the_close", code: "round_closed", do: func(h *history) string {
			i := h.index(of(h.apps[25]), application.Submitted{})
			r := h.records[i]
			r.at = closes + 2*inFlight
			h.drop(i)
			h.records = slices.Insert(h.records, h.index("round-r1", round.Closed{})+1, r)
			return r.place()
		}},
		{
			name: "round_that_is_not", code: "round_closed",
			do: submitted(8, func(_ *history, e *application.Submitted) { e.Round = "r9" }),
		},
		{
			name: "standing_out_of_range", code: "invalid_standing",
			do: submitted(8, func(_ *history,
				e *application.Submitted,
			) {
				e.Standing = individual(79)
			}),
		},
		{
			name: "members_more_than_persons", code: "invalid_standing",
			do: submitted(30, func(_ *history, e *application.Submitted) {
				e.Standing.Members = append(append([]rules.Member{}, e.Standing.Members...),
					rules.Member{Role: rules.Other, RegisteredOn: 1})
			}),
		},
		{name: "code_submitted_twice", code: fault.EventUncaused, do: func(h *history) string {
			s := h.records[h.index(of(h.apps[8]), application.Submitted{})].event
			return added("rita", of(h.apps[8]), application.Submitted{}, s)(h)
		}},
		{name: "code_given_to_another", code: "application_exists", do: func(h *history) string {
			s := h.records[h.index(of(h.apps[8]),
				application.Submitted{})].event.(application.Submitted)
			s.SubmittedAt++
			return added("rita", of(h.apps[8]), application.Submitted{}, s)(h)
		}},
		{name: "approved_out_of_nothing", code: "unknown_application", do: func(h *history) string {
			return h.insert(h.index("round-r1", round.Closed{}), "rex", "application-"+nobody,
				application.Approved{}).place()
		}},
		{
			name: "approved_twice", code: fault.EventUncaused,
			do: whose(8, func(s string) func(*history) string {
				return added("rex", s, application.Approved{}, application.Approved{})
			}),
		},
		{
			name: "approved_though_rejected", code: "application_rejected",
			do: whose(2, func(s string) func(*history) string {
				return added("rex", s, application.Rejected{}, application.Approved{})
			}),
		},
		{
			name: "approved_though_withdrawn", code: "application_withdrawn",
			do: whose(5, func(s string) func(*history) string {
				return added("rex", s, application.Withdrawn{}, application.Approved{})
			}),
		},
		{
			name: "edited_after_approval", code: "application_approved",
			do: whose(8, func(s string) func(*history) string {
				return added("rita", s, application.Approved{},
					application.Edited{Standing: individual(78)})
			}),
		},
		{
			name: "rejected_after_approval", code: "application_approved",
			do: whose(8, func(s string) func(*history) string {
				return added("rex", s, application.Approved{},
					application.Rejected{Reasons: []application.Reason{application.OwnsCar}})
			}),
		},
		{
			name: "rejected_without_reason", code: "invalid_reason",
			do: whose(2, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.Rejected,
				) {
					e.Reasons = []application.Reason{}
				})
			}),
		},
		{
			name: "member_exchanged", code: "members_changed",
			do: whose(30, func(s string) func(*history) string {
				return added("rita", s, application.Submitted{},
					application.Edited{Standing: individual(1)})
			}),
		},
	}
}

// awardCheats are about the right that is won.
func awardCheats() []cheat {
	const pool = "ordinary"
	winner := func(h *history, rank int) *entrant { return h.find(h.won["r1"][pool][rank-1]) }
	right := func(h *history, rank int) string { // the indicator with this fate, see award
		return "indicator-" + indicator.ID("r1", pool, uint64(h.fates(pool)[rank-1]))
	}
	afterAwards := func(h *history) int { return h.index("round-r2", round.Opened{}) }
	return []cheat{
		{name: "awarded_to_a_loser", code: "not_selected", do: func(h *history) string {
			return h.insert(afterAwards(h), "cora", of(h.apps[2]),
				application.Awarded{Indicator: "r1.ordinary.1"}).place()
		}},
		{name: "awarded_to_the_reserve", code: "not_selected", do: func(h *history) string {
			// ranks 5 to 8, behind 4 seats
			e := h.records[h.index("round-r1", round.Ranked{})+1].event.(round.Ranked)
			return h.insert(afterAwards(h), "cora", "application-"+e.Codes[0],
				application.Awarded{Indicator: "r1.ordinary.5"}).place()
		}},
		{name: "awarded_another_rank", code: "not_selected", do: func(h *history) string {
			return changed(of(winner(h, h.fates(pool)[0])),
				func(_ *history, e *application.Awarded) { e.Indicator = "r1.ordinary.4" })(h)
		}},
		{
			name: "awarded_before_the_result_is_out", code: "not_selected",
			do: func(h *history) string {
				a := winner(h, h.fates(pool)[0])
				return h.insert(h.index("round-r1", round.Published{}), "cora", of(a),
					application.Awarded{Indicator: "r1.ordinary.1"}).place()
			},
		},
		{name: "awarded_twice", code: "application_awarded", do: func(h *history) string {
			a := winner(h, h.fates(pool)[0])
			return added("cora", of(a), application.Awarded{},
				application.Awarded{Indicator: "r1.ordinary.9"})(h)
		}},
		{name: "indicator_for_another", code: "not_selected", do: func(h *history) string {
			return changed(right(h, 1),
				func(h *history, e *indicator.Awarded) { e.Application = h.apps[2].code })(h)
		}},
		{name: "indicator_without_award", code: "not_selected", do: func(h *history) string {
			h.drop(h.index(of(winner(h, h.fates(pool)[0])), application.Awarded{}))
			return at(right(h, 1), indicator.Awarded{})(h)
		}},
		{name: "indicator_of_no_rank", code: "invalid_id", do: func(h *history) string {
			r := &h.records[h.index(right(h, 1), indicator.Awarded{})]
			r.stream = "indicator-r1.ordinary.01"
			return r.place()
		}},
		{
			name: "withdrawn_after_the_award", code: "application_awarded",
			do: func(h *history) string {
				return added("rita", of(winner(h, h.fates(pool)[0])), application.Awarded{},
					application.Withdrawn{})(h)
			},
		},
		{name: "confirmed_for_longer", code: fault.EventUncaused, do: func(h *history) string {
			return changed(right(h, 1), func(_ *history, e *indicator.Confirmed) { e.UseBy++ })(h)
		}},
		{name: "confirmed_out_of_nothing", code: "unknown_indicator", do: func(h *history) string {
			return h.insert(afterAwards(h), "rex", "indicator-r1.ordinary.9",
				indicator.Confirmed{UseBy: h.now}).place()
		}},
		{name: "confirmed_in_no_round", code: "unknown_round", do: func(h *history) string {
			return h.insert(afterAwards(h), "rex", "indicator-r9.ordinary.1",
				indicator.Confirmed{UseBy: h.now}).place()
		}},
		{name: "used_after_its_time", code: "indicator_lapsed", do: func(h *history) string {
			r := &h.records[h.index(right(h, 1), indicator.Used{})]
			r.at += domain.Time(h.version.UseSeconds)
			return r.place()
		}},
		{name: "used_twice", code: fault.EventUncaused, do: func(h *history) string {
			return added("rex", right(h, 1), indicator.Used{}, indicator.Used{})(h)
		}},
		{name: "used_though_revoked", code: "indicator_phase", do: func(h *history) string {
			return added("rex", right(h, 2), indicator.Revoked{}, indicator.Used{})(h)
		}},
		{name: "used_though_forfeited", code: "indicator_phase", do: func(h *history) string {
			return added("rex", right(h, 3), indicator.Forfeited{}, indicator.Used{})(h)
		}},
		{name: "lapsed_before_its_time", code: "indicator_valid", do: func(h *history) string {
			return changed(right(h, 3),
				func(_ *history, e *indicator.Forfeited) { e.Reason = indicator.Lapsed })(h)
		}},
		{name: "revoked_without_reason", code: "invalid_reason", do: func(h *history) string {
			return changed(right(h, 2),
				func(_ *history, e *indicator.Revoked) { e.Reason = "because" })(h)
		}},
	}
}

// find is the application with this code.
func (h *history) find(code string) *entrant {
	for _, a := range h.apps {
		if a.code == code {
			return a
		}
	}
	return nil
}

// fates lists the ranks of a pool of the first round whose winners were awarded: the
// first is used, the second revoked, the third forfeited.
func (h *history) fates(pool string) []int {
	var ranks []int
	for i, code := range h.won["r1"][pool] {
		if !h.gone(code) {
			ranks = append(ranks, i+1)
		}
	}
	return ranks
}

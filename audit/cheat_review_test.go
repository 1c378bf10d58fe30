package audit_test

import (
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// ofReviewed are cheats on the ledger that reviewed makes.
func ofReviewed(list ...cheat) []cheat {
	for i := range list {
		list[i].ledger = reviewed
	}
	return list
}

// dated moves an event of application n to another moment.
func dated(n int, sample application.Event,
	when func(was domain.Time) domain.Time,
) func(*history) string {
	return func(h *history) string {
		r := &h.records[h.index(of(h.apps[n]), sample)]
		r.at = when(r.at)
		return r.place()
	}
}

// follows puts an event after the first of a kind in the stream of application n.
func follows(actor string, n int, first, e application.Event) func(*history) string {
	return whose(n, func(s string) func(*history) string { return added(actor, s, first, e) })
}

// dropped takes an event of application n out; then another one has nothing to rest on.
func dropped(n int, what, then application.Event) func(*history) string {
	return func(h *history) string {
		h.drop(h.index(of(h.apps[n]), what))
		return at(of(h.apps[n]), then)(h)
	}
}

// checkCheats are about what departments found.
func checkCheats() []cheat {
	check := func(n int,
		change func(h *history, e *application.CheckRecorded),
	) func(*history) string {
		return whose(n, func(s string) func(*history) string { return changed(s, change) })
	}
	return ofReviewed(
		cheat{
			name: "approved_without_a_check", code: "checks_missing",
			do: dropped(7, application.CheckRecorded{}, application.Approved{}),
		},
		cheat{
			name: "approved_on_a_check_before_the_edit", code: "checks_missing",
			do: func(h *history) string {
				s := of(h.apps[6])
				h.drop(lastIndex(h, s, application.CheckRecorded{}))
				return at(s, application.Approved{})(h)
			},
		},
		cheat{
			name: "approved_though_a_check_failed", code: "check_failed",
			do: func(h *history) string {
				check(7, func(_ *history,
					e *application.CheckRecorded,
				) {
					*e = failed(application.OwnsCar)
				})(h)
				return at(of(h.apps[7]), application.Approved{})(h)
			},
		},
		cheat{
			name: "check_of_nothing_required", code: "unknown_check",
			do: check(7, func(_ *history, e *application.CheckRecorded) { e.Item = "manners" }),
		},
		cheat{
			name: "check_for_other_applicants", code: "unknown_check",
			do: check(7, func(_ *history, e *application.CheckRecorded) {
				e.Department,
					e.Item = "civil", "kinship"
			}),
		},
		cheat{
			name: "check_neither_passed_nor_failed", code: "invalid_outcome",
			do: check(7, func(_ *history, e *application.CheckRecorded) { e.Outcome = "perhaps" }),
		},
		cheat{
			name: "check_failed_for_no_reason", code: "invalid_reason",
			do: check(0, func(_ *history, e *application.CheckRecorded) { e.Reasons = nil }),
		},
		cheat{
			name: "check_passed_with_a_remark", code: "invalid_reason",
			do: check(7, func(_ *history,
				e *application.CheckRecorded,
			) {
				e.Reasons = []application.Reason{"a friend"}
			}),
		},
		cheat{
			name: "check_recorded_by_registrar", code: "not_allowed",
			do: func(h *history) string {
				r := &h.records[h.index(of(h.apps[7]), application.CheckRecorded{})]
				r.actor = "rita"
				return r.place()
			},
		},
		cheat{
			name: "check_recorded_for_another_department", code: "other_department",
			do: func(h *history) string {
				r := &h.records[h.index(of(h.apps[7]), application.CheckRecorded{})]
				r.actor = "dora"
				return r.place()
			},
		},
		cheat{
			name: "check_recorded_twice", code: fault.EventUncaused,
			do: follows("rex", 7, application.CheckRecorded{}, passed),
		},
		cheat{
			name: "rejected_for_checks_without_saying", code: "invalid_reason",
			do: whose(0, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.Rejected,
				) {
					e.Reasons = []application.Reason{}
				})
			}),
		},
		cheat{
			name: "rules_with_a_check_twice", code: "invalid_rules",
			hooks: hooks{version: func(v *rules.Version) {
				v.RequiredChecks = append(v.RequiredChecks, v.RequiredChecks[0])
			}}, do: at("rules-test-2026", rules.Adopted{}),
		},
	)
}

// lastIndex of an event of this kind in the stream.
func lastIndex(h *history, stream string, sample application.Event) int {
	last := -1
	for i, r := range h.records {
		if r.stream == stream && r.event.EventType() == sample.EventType() {
			last = i
		}
	}
	return last
}

// recheckCheats are about looking at a rejection again.
func recheckCheats() []cheat {
	asked, answered := application.RecheckAsked{}, application.RecheckAnswered{}
	granted := application.RecheckAnswered{Answer: application.Granted}
	return ofReviewed(
		cheat{
			name: "recheck_answered_by_who_rejected", code: "recheck_same_reviewer",
			do: func(h *history) string {
				r := &h.records[h.index(of(h.apps[0]), answered)]
				r.actor = "rex"
				return r.place()
			},
		},
		cheat{
			name: "recheck_answered_by_registrar", code: "not_allowed",
			do: func(h *history) string {
				r := &h.records[h.index(of(h.apps[0]), answered)]
				r.actor = "rita"
				return r.place()
			},
		},
		cheat{
			name: "recheck_granted_unasked", code: "recheck_not_asked",
			do: dropped(0, asked, answered),
		},
		cheat{
			name: "recheck_asked_too_late", code: "recheck_too_late",
			do: dated(1, asked, func(t domain.Time) domain.Time { return t + 15*day }),
		},
		cheat{
			name: "recheck_answered_too_late", code: "recheck_answer_too_late",
			do: dated(1, answered, func(t domain.Time) domain.Time { return t + 31*day }),
		},
		cheat{
			name: "recheck_granted_after_it_was_upheld", code: "recheck_answered",
			do: follows("dora", 1, answered, granted),
		},
		cheat{
			name: "recheck_answered_with_a_shrug", code: "invalid_answer",
			do: whose(1, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.RecheckAnswered,
				) {
					e.Answer = "perhaps"
				})
			}),
		},
		cheat{name: "recheck_asked_twice", code: fault.EventUncaused, do: func(h *history) string {
			e := h.records[h.index(of(h.apps[1]), asked)].event.(application.RecheckAsked)
			return follows("rita", 1, asked, e)(h)
		}},
		cheat{
			name: "recheck_of_an_approval", code: "not_rejected",
			do: follows("rita", 7, application.Approved{},
				application.RecheckAsked{AnswerBy: closes}),
		},
		cheat{
			name: "recheck_that_the_rules_do_not_offer", code: "recheck_not_offered",
			hooks: hooks{version: func(v *rules.Version) {
				v.RecheckSeconds, v.RecheckAnswerSeconds = 0, 0
			}}, do: func(h *history) string { return at(of(h.apps[0]), asked)(h) },
		},
		cheat{
			name: "recheck_offered_for_longer", code: fault.EventUncaused,
			do: whose(1, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.Rejected,
				) {
					e.RecheckUntil += day
				})
			}),
		},
		cheat{
			name: "recheck_answer_put_off", code: fault.EventUncaused,
			do: whose(1, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.RecheckAsked,
				) {
					e.AnswerBy += day
				})
			}),
		},
	)
}

// validityCheats are about how long an application lives, and how it ends.
func validityCheats() []cheat {
	approval := func(n int,
		change func(h *history, e *application.Approved),
	) func(*history) string {
		return whose(n, func(s string) func(*history) string { return changed(s, change) })
	}
	entry := func(h *history, r []draw.Roster, n int) draw.Entry {
		return h.version.Entry(h.apps[n].code, h.apps[n].standing.AfterLosses(h.apps[n].losses),
			r[0].Method, h.closes)
	}
	return ofReviewed(
		cheat{
			name: "approved_for_longer", code: fault.EventUncaused,
			do: approval(10, func(_ *history,
				e *application.Approved,
			) {
				e.ValidUntil += 100 * day
			}),
		},
		cheat{
			name: "approved_for_ever", code: fault.EventUncaused,
			do: approval(10, func(_ *history, e *application.Approved) { e.ValidUntil = 0 }),
		},
		cheat{
			name: "renewed_for_longer", code: fault.EventUncaused,
			do: whose(7, func(s string) func(*history) string {
				return changed(s, func(_ *history, e *application.Renewed) { e.ValidUntil++ })
			}),
		},
		cheat{
			name: "renewed_after_the_end", code: "validity_over",
			do: dated(7, application.Renewed{},
				func(t domain.Time) domain.Time { return t + 90*day }),
		},
		cheat{
			name: "renewed_before_the_approval", code: "not_approved",
			do: follows("rita", 7, application.Submitted{},
				application.Renewed{ValidUntil: closes}),
		},
		cheat{
			name: "renewed_what_has_no_end", code: "validity_unlimited",
			do: follows("rita", 11, application.Approved{},
				application.Renewed{ValidUntil: closes}),
		},
		cheat{
			name: "lapsed_kept_in_the_pool", code: fault.RosterWrong,
			hooks: hooks{round: "r2", rosters: func(h *history, r []draw.Roster) {
				r[0].Entries = inOrder(append(r[0].Entries, entry(h, r, 10)))
			}}, do: at("round-r2", round.Sealed{}),
		},
		cheat{
			name: "renewed_left_out", code: fault.RosterWrong,
			hooks: hooks{round: "r2", rosters: func(h *history, r []draw.Roster) {
				r[0].Entries = slices.DeleteFunc(r[0].Entries,
					func(e draw.Entry) bool {
						return e.Code == h.apps[7].code ||
							e.Code == h.apps[8].code
					})
			}}, do: at("round-r2", round.Sealed{}),
		},
		cheat{
			name: "expired_before_its_time", code: "application_valid",
			do: dated(9, application.Expired{},
				func(t domain.Time) domain.Time { return t - 100*day }),
		},
		cheat{
			name: "expired_under_way_to_the_draw", code: "application_in_draw",
			do: func(h *history) string {
				r := h.insert(h.index("round-r1", round.Announced{}), "rita", of(h.apps[8]),
					application.Expired{})
				r.at = opens + 151*day
				return r.place()
			},
		},
		cheat{
			name: "winner_expired_before_the_award", code: "application_in_draw",
			do: func(h *history) string {
				a := h.apps[7]
				if !slices.Contains(h.won["r2"]["ordinary"], a.code) {
					a = h.apps[8] // then the other one has won in the first round
				}
				r := h.insert(h.index("round-r2", round.Published{})+1, "rita", of(a),
					application.Expired{})
				r.at = a.validUntil(len(h.records))
				return r.place()
			},
		},
		cheat{
			name: "released_while_it_may_be_renewed", code: fault.PersonFree,
			do: func(h *history) string {
				return h.insert(len(h.records), "rita", "identity-"+h.apps[10].persons[0].String(),
					person.Released{Kind: domain.Ordinary, Application: h.apps[10].code}).place()
			},
		},
		cheat{
			name: "renewed_though_expired", code: "application_expired",
			do: follows("rita", 9, application.Expired{},
				application.Renewed{ValidUntil: closes + 400*day}),
		},
		cheat{
			name: "approved_though_disqualified", code: "application_disqualified",
			do: follows("rex", 5, application.Disqualified{}, application.Approved{}),
		},
		cheat{
			name: "disqualified_for_no_reason", code: "invalid_reason",
			do: whose(5, func(s string) func(*history) string {
				return changed(s, func(_ *history,
					e *application.Disqualified,
				) {
					e.Reason = "dislike"
				})
			}),
		},
		cheat{
			name: "disqualified_after_the_award", code: "application_awarded",
			do: func(h *history) string {
				s := "application-" + h.won["r2"]["ordinary"][0]
				return added("rex", s, application.Awarded{},
					application.Disqualified{Reason: application.FalseStatement})(h)
			},
		},
		cheat{
			name: "disqualified_kept_in_the_pool", code: fault.RosterWrong,
			hooks: hooks{rosters: func(h *history, r []draw.Roster) {
				r[0].Entries = inOrder(append(r[0].Entries, entry(h, r, 3)))
			}}, do: at("round-r1", round.Sealed{}),
		},
	)
}

// inOrder sorts entries as a roster does.
func inOrder(entries []draw.Entry) []draw.Entry {
	slices.SortFunc(entries, func(a, b draw.Entry) int { return strings.Compare(a.Code, b.Code) })
	return entries
}

// creditCheats are about draws of an older system.
func creditCheats() []cheat {
	credit := func(change func(*application.Credited)) func(*history) string {
		return whose(2, func(s string) func(*history) string {
			return changed(s, func(_ *history, e *application.Credited) { change(e) })
		})
	}
	return ofReviewed(
		cheat{
			name: "credit_raised_behind_the_roster", code: fault.RosterWrong,
			do: func(h *history) string {
				credit(func(e *application.Credited) { e.DrawsUntil2020 = 78 })(h)
				return at("round-r1", round.Sealed{})(h)
			},
		},
		cheat{
			name: "credit_of_impossible_draws", code: "invalid_standing",
			do: credit(func(e *application.Credited) { e.DrawsUntil2020 = 79 }),
		},
		cheat{
			name: "credit_of_nobody", code: "unknown_member",
			do: credit(func(e *application.Credited) { e.Member = 2 }),
		},
		cheat{
			name: "credit_without_evidence", code: "invalid_evidence",
			do: credit(func(e *application.Credited) { e.Evidence = domain.Digest{} }),
		},
		cheat{
			name: "credit_after_the_approval", code: "application_approved",
			do: func(h *history) string {
				e := h.records[h.index(of(h.apps[2]),
					application.Credited{})].event.(application.Credited)
				return follows("rex", 7, application.Approved{}, e)(h)
			},
		},
		cheat{name: "credit_by_registrar", code: "not_allowed", do: func(h *history) string {
			r := &h.records[h.index(of(h.apps[2]), application.Credited{})]
			r.actor = "rita"
			return r.place()
		}},
		cheat{
			name: "credit_edited_away", code: "member_credited",
			do: follows("rita", 2, application.Credited{},
				application.Edited{Standing: individual(2)}),
		},
	)
}

// applicantCheats are about who acts as an applicant.
func applicantCheats() []cheat {
	as := func(actor func(h *history) string, n int,
		sample application.Event,
	) func(*history) string {
		return func(h *history) string {
			r := &h.records[h.index(of(h.apps[n]), sample)]
			r.actor = actor(h)
			return r.place()
		}
	}
	another := func(h *history) string { return asApplicant(h.apps[12]) }
	own := func(n int) func(h *history) string {
		return func(h *history) string { return asApplicant(h.apps[n]) }
	}
	return ofReviewed(
		cheat{
			name: "withdrawn_by_another_applicant", code: "not_own",
			do: as(another, 4, application.Withdrawn{}),
		},
		cheat{
			name: "renewed_by_another_applicant", code: "not_own",
			do: as(another, 7, application.Renewed{}),
		},
		cheat{
			name: "recheck_asked_by_another_applicant", code: "not_own",
			do: as(another, 0, application.RecheckAsked{}),
		},
		cheat{name: "released_by_another_applicant", code: "not_own", do: func(h *history) string {
			r := &h.records[h.index("identity-"+h.apps[4].persons[0].String(), person.Released{})]
			r.actor = another(h)
			return r.place()
		}},
		cheat{name: "released_by_reviewer", code: "not_allowed", do: func(h *history) string {
			r := &h.records[h.index("identity-"+h.apps[9].persons[0].String(), person.Released{})]
			r.actor = "rex"
			return r.place()
		}},
		cheat{
			name: "approved_by_the_applicant", code: "not_allowed",
			do: as(own(7), 7, application.Approved{}),
		},
		cheat{
			name: "recheck_answered_by_the_applicant", code: "not_allowed",
			do: as(own(0), 0, application.RecheckAnswered{}),
		},
		cheat{
			name: "credited_by_the_applicant", code: "not_allowed",
			do: as(own(2), 2, application.Credited{}),
		},
		cheat{
			name: "edited_by_the_applicant", code: "not_allowed",
			do: as(own(6), 6, application.Edited{}),
		},
		cheat{
			name: "expired_by_conductor", code: "not_allowed",
			do: as(func(*history) string { return "cora" }, 9, application.Expired{}),
		},
	)
}

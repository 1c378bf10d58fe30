package audit_test

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// replacing changes the text of a leaf once; a text that is not there is a mistake of the test.
func replacing(from, to string) func(string) string {
	return func(leaf string) string {
		if !strings.Contains(leaf, from) {
			panic("the leaf does not hold " + from)
		}
		return strings.Replace(leaf, from, to, 1)
	}
}

// formCheats write what has a meaning in bytes that no honest program writes.
func formCheats() []cheat {
	opened := func(change func(string) string) func(*history) string {
		return rewritten("round-r1", round.Opened{}, change)
	}
	return []cheat{
		{
			name: "space_in_leaf", code: fault.LeafMalformed,
			do: opened(replacing(`,"id"`, `, "id"`)),
		},
		{
			name: "space_behind_leaf", code: fault.LeafMalformed,
			do: opened(func(s string) string { return s + " " }),
		},
		{
			name: "line_feed_behind_leaf", code: fault.LeafMalformed,
			do: opened(func(s string) string { return s + "\n" }),
		},
		{
			name: "fields_of_leaf_swapped", code: fault.LeafMalformed,
			do: opened(replacing(`{"stream":"round-r1","revision":0`,
				`{"revision":0,"stream":"round-r1"`)),
		},
		{
			name: "revision_with_zero", code: fault.LeafMalformed,
			do: opened(replacing(`"revision":0`, `"revision":00`)),
		},
		{
			name: "revision_negative", code: fault.LeafMalformed,
			do: opened(replacing(`"revision":0`, `"revision":-0`)),
		},
		{name: "id_in_capitals", code: fault.LeafMalformed, do: opened(func(s string) string {
			i := strings.Index(s, `"id":"`) + 6
			return s[:i] + strings.ToUpper(s[i:i+36]) + s[i+36:]
		})},
		{
			name: "escaped_stream", code: fault.LeafMalformed,
			do: opened(replacing(`"round-r1"`, `"round-\u0072\u0031"`)),
		},
		// a Cyrillic o
		{
			name: "stream_of_look_alikes", code: fault.LeafMalformed,
			do: opened(replacing(`"round-r1"`, `"rоund-r1"`)),
		},
		{
			name: "two_leaves_in_one", code: fault.EventMalformed,
			do: opened(func(s string) string { return s + s }),
		},
		{
			name: "empty_leaf_object", code: fault.LeafMalformed,
			do: opened(func(string) string { return "{}" }),
		},
		{
			name: "space_in_data", code: fault.EventMalformed,
			do: opened(replacing(`"rules":"`, `"rules": "`)),
		},
		{
			name: "unknown_field", code: fault.EventMalformed,
			do: opened(replacing(`"data":{`, `"data":{"note":"for a friend",`)),
		},
		{
			name: "repeated_field", code: fault.EventMalformed,
			do: opened(replacing(`"data":{`, `"data":{"rules":"other",`)),
		},
		{
			name: "field_in_capitals", code: fault.EventMalformed,
			do: opened(replacing(`"rules":`, `"Rules":`)),
		},
		{
			name: "missing_field", code: fault.EventMalformed,
			do: opened(replacing(`"rules":"test-2026",`, ``)),
		},
		{
			name: "time_with_fraction", code: fault.EventMalformed,
			do: opened(replacing(`Z"}}`, `.0Z"}}`)),
		},
		{
			name: "time_before_1970", code: fault.EventMalformed,
			do: opened(replacing(`"at":"2026`, `"at":"1926`)),
		},
		{
			name: "note_in_metadata", code: fault.EventMalformed,
			do: opened(replacing(`"meta":{`, `"meta":{"note":"for a friend",`)),
		},
		{name: "digest_in_capitals", code: fault.EventMalformed, do: func(h *history) string {
			hex := h.adopted.String()
			return opened(replacing(hex, strings.ToUpper(hex)))(h)
		}},
		{name: "id_not_of_the_command", code: fault.EventID, do: opened(func(s string) string {
			i := strings.Index(s, `"id":"`) + 6
			return s[:i] + uuid.NewSHA1(uuid.Nil, []byte("another")).String() + s[i+36:]
		})},
		{name: "command_exchanged", code: fault.EventID, do: opened(func(s string) string {
			i := strings.Index(s, `"command":"`) + 11
			return s[:i] + uuid.NewSHA1(uuid.Nil, []byte("another")).String() + s[i+36:]
		})},
		{
			name: "unknown_type", code: fault.EventUnknown,
			do: opened(replacing("round.opened.v1", "round.promised.v1")),
		},
		{
			name: "later_version_of_type", code: fault.EventUnknown,
			do: opened(replacing("round.opened.v1", "round.opened.v2")),
		},
		{
			name: "event_of_another_stream", code: fault.EventStream,
			do: opened(replacing("round.opened.v1", "officer.dismissed.v1")),
		},
		{name: "private_event", code: fault.EventStream, do: func(h *history) string {
			r := &h.records[h.index("round-r1", round.Opened{})]
			r.stream = "ledger"
			return r.place()
		}},
		{
			name: "private_event_in_a_public_stream", code: fault.EventUnknown,
			do: func(h *history) string {
				return h.insert(9, "chief", "ledger-r1", privateEvent{}).place()
			},
		},
		{
			name: "list_that_is_null", code: fault.EventMalformed,
			do: changed("officer-rita", func(_ *history, e *officer.Appointed) { e.Roles = nil }),
		},
	}
}

// orderCheats leave out, repeat or move what was stored.
func orderCheats() []cheat {
	return []cheat{
		{name: "event_dropped", code: fault.RevisionGap, do: func(h *history) string {
			i := h.index(of(h.apps[0]), application.Edited{})
			h.records = append(h.records[:i:i], h.records[i+1:]...)
			return h.records[h.index(of(h.apps[0]), application.Approved{})].place()
		}},
		{name: "event_repeated", code: fault.RevisionGap, do: func(h *history) string {
			i := h.index(of(h.apps[0]), application.Edited{})
			h.records = slices.Insert(h.records, i, h.records[i])
			return h.records[i].place()
		}},
		{name: "events_swapped", code: fault.RevisionGap, do: func(h *history) string {
			i, j := h.index(of(h.apps[4]), application.Rejected{}),
				h.index(of(h.apps[4]), application.Edited{})
			h.records[i], h.records[j] = h.records[j], h.records[i]
			return h.records[i].place()
		}},
		{name: "revision_from_one", code: fault.RevisionGap, do: func(h *history) string {
			i := h.index("round-r1", round.Opened{})
			h.records[i].revision = 1
			return h.records[i].place()
		}},
		{
			name: "event_moved_to_another_stream", code: fault.RevisionGap,
			do: func(h *history) string {
				i := h.index(of(h.apps[9]), application.Approved{})
				h.records[i].stream = of(h.apps[2])
				return h.records[i].place()
			},
		},
		{
			name: "approval_dropped_and_renumbered", code: fault.RosterWrong,
			do: func(h *history) string {
				h.drop(h.index(of(h.apps[9]), application.Approved{}))
				return at("round-r1", round.Sealed{})(h)
			},
		},
		{
			name: "withdrawal_dropped_and_renumbered", code: fault.PersonFree,
			do: func(h *history) string {
				a := h.apps[5]
				h.drop(h.index(of(a), application.Withdrawn{}))
				return at("identity-"+a.persons[0].String(), person.Released{})(h)
			},
		},
		{name: "round_not_opened", code: "unknown_round", do: func(h *history) string {
			return h.insert(h.index("round-r2", round.Opened{}), "cora", "round-r3",
				round.Closed{}).place()
		}},
	}
}

// officerCheats act without the right to.
func officerCheats() []cheat {
	by := func(actor, stream string, sample interface{ EventType() string }) func(*history) string {
		return func(h *history) string {
			r := &h.records[h.index(stream, sample)]
			r.actor = actor
			return r.place()
		}
	}
	return []cheat{
		{
			name: "founder_without_office", code: fault.Founder,
			do: changed("officer-chief",
				func(_ *history, e *officer.Appointed) {
					e.Roles = []officer.Role{
						officer.Conductor,
					}
				}),
		},
		{
			name: "founder_appointed_by_nobody", code: fault.Founder,
			do: by("ghost", "officer-chief", officer.Appointed{}),
		},
		{name: "ledger_without_founder", code: fault.Founder, do: func(h *history) string {
			h.drop(0)
			return h.records[0].place()
		}},
		{
			name: "approved_by_conductor", code: "not_allowed",
			do: whose(9, func(s string) func(*history) string {
				return by("cora", s,
					application.Approved{})
			}),
		},
		{
			name: "submitted_by_reviewer", code: "not_allowed",
			do: whose(9, func(s string) func(*history) string {
				return by("rex", s,
					application.Submitted{})
			}),
		},
		{
			name: "sealed_by_registrar", code: "not_allowed",
			do: by("rita", "round-r1", round.Sealed{}),
		},
		{
			name: "seed_by_administrator", code: "not_allowed",
			do: by("chief", "round-r1", round.BeaconRecorded{}),
		},
		{
			name: "approved_by_stranger", code: "not_allowed",
			do: whose(9, func(s string) func(*history) string {
				return by("ghost", s,
					application.Approved{})
			}),
		},
		{
			name: "approved_by_nobody", code: "unknown_actor",
			do: whose(9, func(s string) func(*history) string {
				return rewritten(s, application.Approved{},
					replacing(`"officer:rex"`, `"the clock"`))
			}),
		},
		{name: "approved_by_dismissed", code: "not_allowed", do: func(h *history) string {
			h.records[h.index(of(h.apps[9]), application.Approved{})].at += 2 * inFlight
			return by("dora", of(h.apps[9]), application.Approved{})(h)
		}},
		{
			name: "dismissed_twice", code: fault.EventUncaused,
			do: added("chief", "officer-dora", officer.Dismissed{}, officer.Dismissed{}),
		},
		{
			name: "roles_added", code: "officer_exists",
			do: added("chief", "officer-rita", officer.Appointed{},
				officer.Appointed{Roles: officer.Roles}),
		},
		{
			name: "roles_out_of_order", code: "invalid_role",
			do: changed("officer-rita", func(_ *history, e *officer.Appointed) {
				e.Roles = []officer.Role{officer.Reviewer, officer.Registrar}
			}),
		},
		{name: "officer_with_a_name", code: "invalid_id", do: func(h *history) string {
			r := &h.records[h.index("officer-rita", officer.Appointed{})]
			r.stream = "officer-rita.miller"
			return r.place()
		}},
		{
			name: "rules_adopted_by_conductor", code: "not_allowed",
			do: by("cora", "rules-test-2026", rules.Adopted{}),
		},
		{name: "rules_changed", code: "rules_exist", do: func(h *history) string {
			v := h.version
			v.NoticeSeconds = 1
			return added("chief", "rules-test-2026", rules.Adopted{}, rules.Adopted{Version: v})(h)
		}},
		{
			name: "rules_under_another_name", code: fault.EventStream,
			do: changed("rules-test-2026",
				func(_ *history, e *rules.Adopted) { e.Name = "other" }),
		},
		{
			name: "rules_rewritten_behind_the_round", code: "unknown_rules",
			do: func(h *history) string {
				changed("rules-test-2026",
					func(_ *history, e *rules.Adopted) { e.NoticeSeconds = 1 })(h)
				return at("round-r1", round.Opened{})(h)
			},
		},
		{
			name: "rules_never_adopted", code: "unknown_rules",
			do: changed("round-r1", func(_ *history, e *round.Opened) { e.Rules = "secret" }),
		},
		{name: "opened_under_replaced_rules", code: "rules_replaced", do: func(h *history) string {
			v := h.version
			v.Name, v.Replaces = "test-2027", v.Name
			h.insert(h.index("round-r1", round.Opened{}), "chief", "rules-test-2027",
				rules.Adopted{Version: v}).at -= inFlight + 1
			return at("round-r1", round.Opened{})(h)
		}},
		{
			name: "rules_before_they_are_in_force", code: "rules_not_in_force",
			do: changed("round-r1",
				func(h *history, e *round.Opened) { e.Opens = h.version.ValidFrom - 1 }),
		},
		{
			name: "two_pools_for_the_same", code: "invalid_rules",
			do: changed("rules-test-2026", func(_ *history, e *rules.Adopted) {
				e.Pools = append(append([]rules.Pool{}, e.Pools...),
					rules.Pool{
						Name: "second-chance", Indicator: domain.Ordinary,
						Applicants: []domain.ApplicantKind{domain.Individual},
						Method:     e.Pools[0].Method,
					})
			}),
		},
		{name: "applicant_with_a_name", code: "invalid_id", do: func(h *history) string {
			r := &h.records[h.index("applicant-"+h.apps[0].who, applicant.Registered{})]
			r.stream = "applicant-rita.miller"
			return r.place()
		}},
	}
}

// privateEvent is an event of the office's that has no place in the public ledger.
type privateEvent struct{}

func (privateEvent) EventType() string { return "ledger.checkpoint_signed.v1" }

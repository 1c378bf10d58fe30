package audit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// party is so many people who want places together, and these lists.
func party(n int, choices ...string) rules.Standing {
	s := individual(0)
	s.Choices = choices
	for len(s.Members) < n {
		s.Members = append(s.Members, rules.Member{Role: rules.Other, RegisteredOn: 1_500_000_000})
	}
	if n > 1 {
		s.Applicant, s.Generations = domain.Family, 1
	}
	return s
}

// housing is a ledger under the other built-in rules: one order for three lists, parties,
// flats that nobody took from one list to the next.
func housing(t require.TestingT, k hooks) *history {
	if k.version == nil {
		k.version = func(v *rules.Version) {
			*v = rules.Housing2026()
			v.NoticeSeconds, v.TwoOfficers = notice, false
		}
	}
	h := newHistory(t, k)
	h.open("r1")
	for n := range 24 {
		var lists []string
		if n%8 == 0 {
			lists = append(lists, "neighbours")
		}
		if n%3 == 0 {
			lists = append(lists, "town")
		}
		if n%2 == 1 {
			lists = append(lists, "shared-houses")
		}
		h.approve(h.submit("r1", domain.Dwelling, party(1+n%4, lists...)))
	}
	h.conduct("r1", 4, 3, nil)
	h.award("r1")
	h.open("r2")
	h.approve(h.submit("r2", domain.Dwelling, party(3, "shared-houses")))
	h.conduct("r2", 2, 9, nil)
	return h
}

func TestHousing(t *testing.T) {
	h := housing(t, hooks{})
	report := h.verified(t)
	require.Len(t, report.Rounds, 2)
	document := string(h.files[audit.AnnouncementPath("r1")])
	for _, line := range []string{
		`"mode": "serial"`, `"order": "ranking"`,
		`"group": "all_or_none"`, `"spill_to": "town"`,
	} {
		require.Contains(t, document, line)
	}
	won := h.won["r1"]
	require.Len(t, won["neighbours"], 3, "three apply for four flats")
	require.Len(t, won["town"], 5, "and the fourth goes on to the next list")
	require.Len(t, won["everybody"], 4)
	require.NotEmpty(t, won["shared-houses"])
	for _, code := range won["neighbours"] {
		require.NotContains(t, h.files[audit.ResultPath("r1", "everybody")], code)
	}
	places := 0
	for _, code := range won["shared-houses"] {
		for _, a := range h.apps {
			if a.code == code {
				places += len(a.standing.Members)
			}
		}
	}
	require.LessOrEqual(t, places, 4, "no more people than places")
	require.Contains(t, string(h.files[audit.RosterPath("r1", "shared-houses")]), "\t1\t4\n",
		"a party of four")
}

// TestOneOrderForAllLists: who is on two lists has the same score on both.
func TestOneOrderForAllLists(t *testing.T) {
	h := housing(t, hooks{})
	scores := map[string]string{}
	for _, pool := range []string{"neighbours", "town", "everybody"} {
		for line := range strings.Lines(string(h.files[audit.ResultPath("r2", pool)])) {
			f := strings.Split(strings.TrimSpace(line), "\t")
			if s, again := scores[f[2]]; again {
				require.Equal(t, s, f[4])
			}
			scores[f[2]] = f[4]
		}
	}
	require.NotEmpty(t, scores)
}

// TestByPreference: the same office under rules of another mode.
func TestByPreference(t *testing.T) {
	h := housing(t, hooks{version: func(v *rules.Version) {
		*v = rules.Housing2026()
		v.NoticeSeconds, v.Mode, v.TwoOfficers = notice, draw.Preference, false
		v.Ladder, v.FamilyPoints = rules.Beijing2021().Ladder, rules.Beijing2021().FamilyPoints
		for i := range v.Pools {
			v.Pools[i].Order, v.Pools[i].SpillTo, v.Pools[i].Tickets = "", "", ""
		}
	}})
	h.verified(t)
	require.Contains(t, string(h.files[audit.AnnouncementPath("r1")]), `"mode": "preference"`)
	require.Contains(t, string(h.files[audit.RosterPath("r1", "everybody")]), "\t1\t2\n",
		"the second wish of somebody")
}

// housingCheats are what an office might do with modes and options.
func housingCheats() []cheat {
	drawn, announced, sealed := at("round-r1", round.Drawn{}), at("round-r1", round.Announced{}),
		at("round-r1", round.Sealed{})
	said := func(change func(a *round.Announced)) hooks {
		return hooks{announce: func(_ *history, a *round.Announced) { change(a) }}
	}
	result := func(change func(r *round.Result)) hooks {
		return hooks{drawn: func(d *round.Drawn) { change(&d.Results[1]) }}
	}
	return []cheat{
		{
			name: "mode_changed", code: fault.EventUncaused, ledger: housing, do: announced,
			hooks: said(func(a *round.Announced) { a.Mode = draw.Separate }),
		},
		{
			name: "mode_left_out", code: fault.EventUncaused, ledger: housing, do: announced,
			hooks: said(func(a *round.Announced) { a.Mode = "" }),
		},
		{
			name: "order_of_a_list_changed", code: fault.EventUncaused, ledger: housing,
			do: announced,
			hooks: hooks{
				document: func(b []byte) []byte {
					return []byte(strings.Replace(string(b), `"order": "ranking"`,
						`"order": "rankins"`,
						1))
				},
			},
		},
		{
			name: "party_made_smaller", code: fault.RosterWrong, ledger: housing, do: sealed,
			hooks: hooks{rosters: func(_ *history, r []draw.Roster) { shrink(r) }},
		},
		{
			name: "one_more_on_the_seats", code: fault.ResultWrong, ledger: housing, do: drawn,
			hooks: result(func(r *round.Result) { r.ReserveFrom++ }),
		},
		{
			name: "nobody_on_the_seats", code: fault.ResultWrong, ledger: housing, do: drawn,
			hooks: result(func(r *round.Result) { r.ReserveFrom = 1 }),
		},
		{
			name: "seats_passed_on_kept_quiet", code: fault.ResultWrong, ledger: housing, do: drawn,
			hooks: result(func(r *round.Result) { r.ReserveFrom = 0 }),
		},
		{
			name: "reserve_beyond_the_ranks", code: fault.ResultWrong, ledger: housing, do: drawn,
			hooks: result(func(r *round.Result) { r.ReserveFrom = r.Ranks + 2 }),
		},
	}
}

// shrink lets the first party take fewer places than it has members.
func shrink(rosters []draw.Roster) {
	for _, r := range rosters {
		for i, e := range r.Entries {
			if e.Size > 2 {
				r.Entries[i].Size--
				return
			}
		}
	}
}

// TestRoundKeepsItsRules: rules that come into force while a round is under way change
// nothing in it.
func TestRoundKeepsItsRules(t *testing.T) {
	h := small(t, 6)
	before := h.version
	digest := h.adopted
	v := rules.Beijing2021()
	v.Name, v.ValidFrom = "test-2027", opens+86400
	v.Ladder.DrawsPerStepUntil2020 = 1
	h.adopt(v)
	h.version, h.adopted = before, digest
	h.conduct("r1", 2, 2, nil)
	report := h.verified(t)
	require.Equal(t, before.Name, report.Rounds[0].Rules)
	require.EqualValues(t, 6, report.Rounds[0].Pools[0].Count)
	require.NotContains(t, string(h.files[audit.AnnouncementPath("r1")]), "test-2027")
}

package rules_test

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

func beijing() rules.Version { return rules.Beijing2021() }

func at(t testing.TB, s string) domain.Time {
	t.Helper()
	v, err := domain.ParseTime(s)
	require.NoError(t, err)
	return v
}

const registered domain.Time = 1400000000

// person has joined as many draws since 2021 as give this many steps.
func person(role rules.Role, steps int) rules.Member {
	return rules.Member{Role: role, DrawsSince2021: 2 * steps, RegisteredOn: registered}
}

func individual() rules.Standing {
	return rules.Standing{
		Applicant: domain.Individual,
		Members:   []rules.Member{person(rules.Main, 0)},
	}
}

func family(generations int, members ...rules.Member) rules.Standing {
	return rules.Standing{Applicant: domain.Family, Members: members, Generations: generations}
}

// table reads the rows of numbers of a section of docs/rules.md; a cell may hold
// none or several.
func table(t *testing.T, heading string) [][][]int {
	t.Helper()
	raw, err := os.ReadFile("../../docs/rules.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
	require.True(t, ok, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][][]int
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") ||
			strings.ContainsAny(line, "abcdefghijklmnopqrstuvwxyz-") {
			continue
		}
		var row [][]int
		for _, cell := range strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			var numbers []int
			for _, n := range strings.Fields(cell) {
				v, err := strconv.Atoi(n)
				require.NoError(t, err)
				numbers = append(numbers, v)
			}
			row = append(row, numbers)
		}
		rows = append(rows, row)
	}
	return rows
}

func TestLadder(t *testing.T) {
	l, rows := beijing().Ladder, table(t, "Ladder")
	require.Len(t, rows, 13)
	for _, row := range rows {
		require.Equal(t, row[2][0], l.Steps(row[0][0], row[1][0]), "%v", row)
	}
	require.Equal(t, 2, l.Steps(1, 1), "each part is rounded up for itself")
	require.Equal(t, 7, rules.Ladder{DrawsPerStepUntil2020: 1, DrawsPerStepSince2021: 3}.Steps(5,
		4), "another version, other steps")
}

func TestFamilyTotal(t *testing.T) {
	rows := table(t, "Family points")
	var totals []int
	for _, row := range rows {
		members := []rules.Member{person(rules.Main, row[0][0]-2)}
		for _, points := range row[1] {
			members = append(members, person(rules.Spouse, points-1))
		}
		for _, points := range row[2] {
			members = append(members, person(rules.Other, points-1))
		}
		s, total := family(row[3][0], members...), row[4][0]
		require.NoError(t, s.Check())
		require.Equal(t, total, beijing().Total(s, 2025, draw.PLD1), "%v", row)
		require.Equal(t, draw.Entry{Code: "c", Weight: uint32(total)},
			beijing().Entry("c", s, draw.PLD1, at(t, "2026-06-01T00:00:00Z")))
		totals = append(totals, total)
	}
	require.Equal(t, []int{126, 76, 30, 92, 6, 6, 14}, totals)
}

func TestFamilyTotalCountsFullYears(t *testing.T) {
	v := beijing()
	s := family(1, person(rules.Main, 0), person(rules.Spouse, 0), person(rules.Other, 0))
	require.Equal(t, 7, v.Total(s, 2025, draw.PLD1))

	waiting := family(1, slices.Clone(s.Members)...)
	waiting.Members[0].WaitingSince = at(t, "2023-01-01T00:00:00Z")
	waiting.Members[2].WaitingSince = at(t, "2023-01-01T00:00:01Z")
	require.Equal(t, 7+3*2+2, v.Total(waiting, 2025, draw.PLD1),
		"three full years of the main applicant, doubled, and two of the other")

	s.FamilySince = at(t, "2024-01-01T00:00:00Z")
	require.Equal(t, 7+2*2+2*2+2, v.Total(s, 2025, draw.PLD1),
		"two years as a family, for each member")

	v.FamilyPoints = rules.FamilyPoints{
		Main: 10, Other: 3, Step: 5, WaitingYear: 7, FamilyYear: 0,
		CoupleFactor: 1, MaxGenerations: 2,
	}
	require.Equal(t, (10+7*3+3+3+7*2)*2, v.Total(family(3, waiting.Members...), 2025, draw.PLD1),
		"another version: no doubling, at most two generations")
}

func TestEntry(t *testing.T) {
	v := beijing()
	asOf := at(t, "2026-06-01T00:00:00Z")
	since, waiting := at(t, "2014-11-02T00:00:00Z"), at(t, "2019-03-01T08:00:00Z")

	alone := individual()
	require.Equal(t, draw.Entry{Code: "c", Weight: 1}, v.Entry("c", alone, draw.PLD1, asOf),
		"a first-timer holds one ticket")
	alone.Members[0].DrawsSince2021 = 2
	require.Equal(t, draw.Entry{Code: "c", Weight: 1}, v.Entry("c", alone, draw.PLD1, asOf),
		"on the first step still one")
	alone.Members[0].DrawsUntil2020 = 7
	require.Equal(t, draw.Entry{Code: "c", Weight: 3}, v.Entry("c", alone, draw.PLD1, asOf))

	require.Equal(t, draw.Entry{Code: "c", Weight: 1, Since: registered},
		v.Entry("c", alone, draw.Queue, asOf), "without waiting, the registration counts")
	alone.Members[0].WaitingSince = waiting
	require.Equal(t, draw.Entry{Code: "c", Weight: 1, Since: waiting},
		v.Entry("c", alone, draw.Queue, asOf))
	require.Equal(t, draw.Entry{Code: "c", Weight: 3, Since: registered},
		v.Entry("c", alone, draw.Points, asOf))

	many := family(2, person(rules.Main, 0), person(rules.Spouse, 0), person(rules.Other, 0))
	many.Members[2].RegisteredOn = since + 1
	many.Members[1].RegisteredOn = since
	many.Members[0].RegisteredOn = since + 2
	require.Equal(t, draw.Entry{Code: "c", Weight: 14, Since: since},
		v.Entry("c", many, draw.Points, asOf), "the earliest registration of any member")
	require.Equal(t, draw.Entry{Code: "c", Weight: 14}, v.Entry("c", many, draw.PLD1, asOf))
	require.Equal(t, draw.Entry{Code: "c", Weight: 1, Since: since + 2},
		v.Entry("c", many, draw.Queue, asOf))

	many.FamilySince = at(t, "2024-01-01T00:00:00Z")
	require.Equal(t, uint32(14+2*10),
		v.Entry("c", many, draw.Points, at(t, "2026-12-31T23:59:59Z")).Weight,
		"years count up to the end of the year before")
	require.Equal(t, uint32(14+3*10),
		v.Entry("c", many, draw.Points, at(t, "2027-01-01T00:00:00Z")).Weight)

	v.FamilyPoints.Main = 100
	many.FamilySince, many.Members[0].DrawsSince2021 = 0, rules.MaxDrawsSince2021
	v.FamilyPoints.Step = 100
	require.Equal(t, uint32(draw.MaxWeight), v.Entry("c", many, draw.PLD1, asOf).Weight,
		"no more tickets than a roster may hold")
}

func TestAfterLosses(t *testing.T) {
	s := family(2, person(rules.Main, 1), person(rules.Spouse, 0))
	s.Members[1].DrawsUntil2020 = 4
	before := family(2, slices.Clone(s.Members)...)

	after := s.AfterLosses(3)
	require.Equal(t, []int{5, 3},
		[]int{after.Members[0].DrawsSince2021, after.Members[1].DrawsSince2021})
	require.Equal(t, 4, after.Members[1].DrawsUntil2020)
	require.Equal(t, before, s, "the receiver is as it was")
	after.Members[0].Role = "x"
	require.Equal(t, before, s, "and shares nothing with the answer")
	require.Equal(t, s, s.AfterLosses(0))
}

func TestStandingCheck(t *testing.T) {
	require.NoError(t, individual().Check())
	full := family(3, person(rules.Main, 0))
	for len(full.Members) < rules.MaxMembers {
		full.Members = append(full.Members, person(rules.Other, 0))
	}
	require.NoError(t, full.Check())

	mains := func(change func(*rules.Member)) rules.Standing {
		s := individual()
		change(&s.Members[0])
		return s
	}
	couple := func(change func(*rules.Standing)) rules.Standing {
		s := family(1, person(rules.Main, 0), person(rules.Spouse, 0))
		change(&s)
		return s
	}
	require.NoError(t, couple(func(*rules.Standing) {}).Check())
	for name, bad := range map[string]rules.Standing{
		"nobody": {Applicant: domain.Individual},
		"an individual of two": {
			Applicant: domain.Individual,
			Members:   []rules.Member{person(rules.Main, 0), person(rules.Other, 0)},
		},
		"with generations": {
			Applicant: domain.Individual, Members: individual().Members,
			Generations: 1,
		},
		"an individual, as a family": {
			Applicant: domain.Individual, Members: individual().Members,
			FamilySince: 1,
		},
		"a spouse alone":        mains(func(m *rules.Member) { m.Role = rules.Spouse }),
		"no role":               mains(func(m *rules.Member) { m.Role = "" }),
		"draws below zero":      mains(func(m *rules.Member) { m.DrawsUntil2020 = -1 }),
		"79 draws until 2020":   mains(func(m *rules.Member) { m.DrawsUntil2020 = 79 }),
		"since 2021 below zero": mains(func(m *rules.Member) { m.DrawsSince2021 = -1 }),
		"too many since 2021": mains(
			func(m *rules.Member) { m.DrawsSince2021 = rules.MaxDrawsSince2021 + 1 }),
		"never registered":       mains(func(m *rules.Member) { m.RegisteredOn = 0 }),
		"registered before 1970": mains(func(m *rules.Member) { m.RegisteredOn = -1 }),
		"registered in year 10000": mains(
			func(m *rules.Member) { m.RegisteredOn = domain.MaxTime + 1 }),
		"waiting before 1970": mains(func(m *rules.Member) { m.WaitingSince = -1 }),
		"waiting in year 10000": mains(
			func(m *rules.Member) { m.WaitingSince = domain.MaxTime + 1 }),
		"a family of one": family(1, person(rules.Main, 0)),
		"a family of 21": family(1,
			append(slices.Clone(full.Members), person(rules.Other, 0))...),
		"no generation":        couple(func(s *rules.Standing) { s.Generations = 0 }),
		"four generations":     couple(func(s *rules.Standing) { s.Generations = 4 }),
		"a family before 1970": couple(func(s *rules.Standing) { s.FamilySince = -1 }),
		"a family in year 10000": couple(
			func(s *rules.Standing) { s.FamilySince = domain.MaxTime + 1 }),
		"two main applicants": couple(
			func(s *rules.Standing) { s.Members[1].Role = rules.Main }),
		"the spouse first": family(1, person(rules.Spouse, 0), person(rules.Main, 0)),
		"a late spouse": family(1, person(rules.Main, 0), person(rules.Other, 0),
			person(rules.Spouse, 0)),
		"two spouses": family(1, person(rules.Main, 0), person(rules.Spouse, 0),
			person(rules.Spouse, 0)),
	} {
		require.Equal(t, "invalid_standing", fault.CodeOf(bad.Check()), name)
	}
	require.Equal(t, "unknown_kind",
		fault.CodeOf(rules.Standing{Applicant: "club", Members: individual().Members}.Check()))
}

// TestEveryCheckedStandingMakesAnEntry: whatever version and standing pass their
// checks, the entry is one that a roster may hold, and more losses never weigh less.
func TestEveryCheckedStandingMakesAnEntry(t *testing.T) {
	small, upTo := rapid.IntRange(0, 100), rapid.Int64Range(1, int64(domain.MaxTime))
	rapid.Check(t, func(t *rapid.T) {
		v := beijing()
		step := rapid.IntRange(1, rules.MaxDrawsSince2021)
		v.Ladder = rules.Ladder{
			DrawsPerStepUntil2020: step.Draw(t, "until"),
			DrawsPerStepSince2021: step.Draw(t, "since"),
		}
		v.FamilyPoints = rules.FamilyPoints{
			Main: max(1, small.Draw(t, "main")), Other: small.Draw(t, "other"),
			Step: small.Draw(t, "step"), WaitingYear: small.Draw(t, "waiting year"),
			FamilyYear: small.Draw(t, "family year"), CoupleFactor: max(1, small.Draw(t, "couple")),
			MaxGenerations: rapid.IntRange(1, 10).Draw(t, "most"),
		}
		s := rules.Standing{Applicant: domain.Individual}
		n := rapid.IntRange(1, rules.MaxMembers).Draw(t, "members")
		if n > 1 {
			s.Applicant, s.Generations, s.FamilySince = domain.Family,
				rapid.IntRange(1, 3).Draw(t, "generations"),
				domain.Time(upTo.Draw(t, "family since"))
		}
		couple := rapid.Bool().Draw(t, "couple")
		for i := range n {
			role := rules.Other
			if i == 0 {
				role = rules.Main
			} else if i == 1 && couple {
				role = rules.Spouse
			}
			s.Members = append(s.Members, rules.Member{
				Role: role, DrawsUntil2020: rapid.IntRange(0, rules.MaxDrawsUntil2020).Draw(t,
					"draws"), DrawsSince2021: rapid.IntRange(0, rules.MaxDrawsSince2021).Draw(t,
					"draws"),
				WaitingSince: domain.Time(upTo.Draw(t, "waiting")),
				RegisteredOn: domain.Time(upTo.Draw(t, "registered")),
			})
		}
		asOf := domain.Time(upTo.Draw(t, "as of"))
		require.NoError(t, v.Check())
		require.NoError(t, s.Check())
		method := rapid.SampledFrom([]draw.Method{draw.PLD1, draw.Points, draw.Queue}).Draw(t,
			"method")
		e := v.Entry("c", s, method, asOf)
		require.NoError(t, draw.Roster{Pool: "p", Method: method, Entries: []draw.Entry{e}}.Check())
		require.GreaterOrEqual(t, e.Weight, uint32(1))
		later := v.Entry("c", s.AfterLosses(rapid.IntRange(0, 50).Draw(t, "losses")), method, asOf)
		require.GreaterOrEqual(t, later.Weight, e.Weight)
		require.Equal(t, e.Since, later.Since)
	})
}

// TestWithoutLadderAndFamilyPoints: rules that have no use for them do not state them. Then
// past draws give nothing, and a version whose pools need family points is refused.
func TestWithoutLadderAndFamilyPoints(t *testing.T) {
	v, asOf := rules.Housing2026(), at(t, "2026-06-01T00:00:00Z")
	require.NoError(t, v.Check())
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "ladder")
	require.NotContains(t, string(raw), "family_points")
	experienced := rules.Standing{Applicant: domain.Individual, Members: []rules.Member{{
		Role: rules.Main, DrawsUntil2020: 78, DrawsSince2021: 9, RegisteredOn: registered,
	}}}
	p, ok := v.Pool("everybody")
	require.True(t, ok)
	require.EqualValues(t, 1, v.EntryIn(p, 0, "c", experienced, asOf).Weight)
	require.EqualValues(t, 1, v.Entry("c", experienced, draw.PLD1, asOf).Weight)
	require.Zero(t, v.Ladder.Steps(78, 9))

	v.Pools[3].Tickets = ""
	require.Equal(t, "invalid_rules", fault.CodeOf(v.Check()),
		"tickets of families follow from their points")
	v.Pools[3].Applicants = []domain.ApplicantKind{domain.Individual}
	v.Pools[3].Order, v.Pools[1].SpillTo = "", ""
	require.NoError(t, v.Check())
}

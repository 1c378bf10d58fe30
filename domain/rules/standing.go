package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Role is what a person is in an application.
type Role string

// The roles. The application of an individual or an organisation has one main member
// and no other.
const (
	Main   Role = "main"
	Spouse Role = "spouse"
	Other  Role = "other"
)

// Member holds the facts about one person that the rules count with. It names
// nobody.
type Member struct {
	Role           Role        `json:"role"`
	DrawsUntil2020 int         `json:"draws_until_2020"`
	DrawsSince2021 int         `json:"draws_since_2021"`
	WaitingSince   domain.Time `json:"waiting_since,omitzero"` // start of waiting for new energy
	RegisteredOn   domain.Time `json:"registered_on"`          // earliest registration
	Grounds        []Ground    `json:"grounds,omitzero"`       // ascending
}

// Standing is everything about an application that its weight, points or place in a
// queue follow from.
type Standing struct {
	Applicant   domain.ApplicantKind `json:"applicant"`
	Members     []Member             `json:"members"`
	Generations int                  `json:"generations,omitzero"`  // family only, 1 to 3
	FamilySince domain.Time          `json:"family_since,omitzero"` // first application as a family
	Scale       int                  `json:"scale,omitzero"`        // organisation only
	Choices     []string             `json:"choices,omitzero"`      // pools asked for by name, the most wanted first
}

// Bounds of a standing.
const (
	MaxMembers        = 20
	MaxDrawsUntil2020 = 78 // so many draws were held
	MaxDrawsSince2021 = 1000
	MaxChoices        = 20
)

// Check refuses a standing that is not one.
func (s Standing) Check() error {
	bad := func(format string, args ...any) error { return domain.Reject("invalid_standing", format, args...) }
	switch s.Applicant {
	case domain.Individual, domain.Organisation:
		if len(s.Members) != 1 || s.Generations != 0 || s.FamilySince != 0 {
			return bad("an individual or organisation is one member, without generations")
		}
	case domain.Family:
		if len(s.Members) < 2 || len(s.Members) > MaxMembers || s.Generations < 1 || s.Generations > 3 {
			return bad("a family has 2 to %d members of 1 to 3 generations", MaxMembers)
		}
	default:
		return domain.Reject("unknown_kind", "applicant kind %q", s.Applicant)
	}
	for i, m := range s.Members {
		switch {
		case i == 0 && m.Role != Main:
			return bad("the first member is the main applicant")
		case i > 0 && m.Role != Other && (m.Role != Spouse || i != 1):
			return bad("member %d: role %q out of place (main, then spouse if any, then others)", i+1, m.Role)
		case m.DrawsUntil2020 < 0 || m.DrawsUntil2020 > MaxDrawsUntil2020:
			return bad("member %d: draws until 2020 must be 0 to %d", i+1, MaxDrawsUntil2020)
		case m.DrawsSince2021 < 0 || m.DrawsSince2021 > MaxDrawsSince2021:
			return bad("member %d: draws since 2021 must be 0 to %d", i+1, MaxDrawsSince2021)
		case m.RegisteredOn <= 0 || m.RegisteredOn > domain.MaxTime || m.WaitingSince < 0 || m.WaitingSince > domain.MaxTime:
			return bad("member %d: a time is missing or out of range", i+1)
		case !distinct(m.Grounds, Ground.valid) || !slices.IsSorted(m.Grounds):
			return bad("member %d: grounds are unknown, twice or out of order", i+1)
		}
	}
	if s.Scale < 0 || s.Scale > MaxScale || s.Scale != 0 && s.Applicant != domain.Organisation {
		return bad("only an organisation has a scale, of 0 to %d", MaxScale)
	}
	if len(s.Choices) > MaxChoices || !distinct(s.Choices, ValidPool) {
		return bad("choices are up to %d names of pools, each once", MaxChoices)
	}
	if s.FamilySince < 0 || s.FamilySince > domain.MaxTime {
		return bad("family_since is out of range")
	}
	return nil
}

// distinct reports whether a list that may be left out, but not empty, holds valid
// values, each once.
func distinct[T comparable](list []T, valid func(T) bool) bool {
	for i, v := range list {
		if !valid(v) || slices.Contains(list[:i], v) {
			return false
		}
	}
	return list == nil || len(list) > 0
}

// ValidPool reports whether s may name a pool.
func ValidPool(s string) bool { return (draw.Roster{Pool: s, Method: draw.PLD1}).Check() == nil }

// Ladder turns past losses into steps; docs/rules.md has the source and the worked examples.
type Ladder struct {
	DrawsPerStepUntil2020 int `json:"draws_per_step_until_2020"`
	DrawsPerStepSince2021 int `json:"draws_per_step_since_2021"`
}

func (l Ladder) outOfRange() bool {
	return l.DrawsPerStepUntil2020 < 1 || l.DrawsPerStepUntil2020 > MaxDrawsSince2021 ||
		l.DrawsPerStepSince2021 < 1 || l.DrawsPerStepSince2021 > MaxDrawsSince2021
}

// Steps is the tier of a person who has taken part in so many draws without
// winning. A first-timer stands on no step.
func (l Ladder) Steps(until2020, since2021 int) int {
	return ceilDiv(until2020, l.DrawsPerStepUntil2020) + ceilDiv(since2021, l.DrawsPerStepSince2021)
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }

// FamilyPoints are the coefficients of a family's total; docs/rules.md has the worked examples.
type FamilyPoints struct {
	Main           int `json:"main"`            // base points of the main applicant
	Other          int `json:"other"`           // base points of every other member
	Step           int `json:"step"`            // for each step of the ladder
	WaitingYear    int `json:"waiting_year"`    // for each full year of waiting for new energy
	FamilyYear     int `json:"family_year"`     // for each full year of applying as a family
	CoupleFactor   int `json:"couple_factor"`   // multiplies main applicant and spouse, when there is a spouse
	MaxGenerations int `json:"max_generations"` // more count as so many
}

func (f FamilyPoints) outOfRange() bool {
	for _, n := range []int{f.Main, f.Other, f.Step, f.WaitingYear, f.FamilyYear, f.CoupleFactor} {
		if n < 0 || n > 100 {
			return true
		}
	}
	return f.Main < 1 || f.CoupleFactor < 1 || f.MaxGenerations < 1 || f.MaxGenerations > 10
}

// member counts one person's points at the end of the year, in pools of the method.
func (v Version) member(s Standing, m Member, endOfYear int, method draw.Method) int {
	f := v.FamilyPoints
	p := f.Other
	if m.Role == Main {
		p = f.Main
	}
	p += f.Step * (v.Ladder.Steps(m.DrawsUntil2020, m.DrawsSince2021) + v.extra(s.Applicant, m, method))
	p += f.WaitingYear * m.WaitingSince.FullYears(endOfYear)
	return p + f.FamilyYear*s.FamilySince.FullYears(endOfYear)
}

// Total is the points of a family, counted up to the end of the given year:
// ((main+spouse)*couple + others) * generations, or (main+others) * generations
// without a spouse. Some grounds count in pools of one method only.
func (v Version) Total(s Standing, endOfYear int, method draw.Method) int {
	main, spouse, others, couple := 0, 0, 0, false
	for _, m := range s.Members {
		p := v.member(s, m, endOfYear, method)
		switch m.Role {
		case Main:
			main = p
		case Spouse:
			spouse, couple = p, true
		case Other:
			others += p
		}
	}
	total := main + others
	if couple {
		total = (main+spouse)*v.FamilyPoints.CoupleFactor + others
	}
	return total * min(s.Generations, v.FamilyPoints.MaxGenerations)
}

// Entry is the line of an application in the roster of a pool at the moment asOf.
// Points of a family count full years up to the end of the year before.
//
//   - pld1: an individual has as many tickets as steps, a first-timer one; a family
//     as many as points; an organisation as many as its scale gives.
//   - points: ranked by points; ties by the earliest registration of any member.
//   - queue: ranked by the start of waiting, or of registration when none is given.
func (v Version) Entry(code string, s Standing, method draw.Method, asOf domain.Time) draw.Entry {
	e := draw.Entry{Code: code, Weight: 1}
	main := s.Members[0]
	switch method {
	case draw.Queue:
		e.Since = int64(main.WaitingSince)
		if e.Since == 0 {
			e.Since = int64(main.RegisteredOn)
		}
		return e
	case draw.Points:
		e.Since = int64(main.RegisteredOn)
		for _, m := range s.Members {
			e.Since = min(e.Since, int64(m.RegisteredOn))
		}
	}
	weight := 1
	switch s.Applicant {
	case domain.Family:
		weight = v.Total(s, asOf.Year()-1, method)
	case domain.Organisation:
		weight = v.OrganisationWeight(s.Scale)
	default:
		steps := v.Ladder.Steps(main.DrawsUntil2020, main.DrawsSince2021) + v.extra(s.Applicant, main, method)
		weight = max(1, steps)
	}
	e.Weight = uint32(min(weight, draw.MaxWeight))
	return e
}

// AfterLosses is the standing after so many more draws without a win: every
// member took part in each of them.
func (s Standing) AfterLosses(n int) Standing {
	if n == 0 {
		return s
	}
	members := make([]Member, len(s.Members))
	for i, m := range s.Members {
		m.DrawsSince2021 += n
		members[i] = m
	}
	s.Members = members
	return s
}

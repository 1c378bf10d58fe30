package rules

import (
	"cmp"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Entry returns the line of an application in the roster of a pool at the moment asOf.
func (v Version) Entry(code string, s Standing, m draw.Method, asOf domain.Time) draw.Entry {
	e := draw.Entry{Code: code, Weight: 1, Since: s.since(m.Since())}
	switch m.Weight() {
	case draw.WeightTickets, draw.WeightPoints:
		e.Weight = uint32(min(v.weight(s, m, asOf), draw.MaxWeight))
	case draw.WeightPriority:
		e.Weight = uint32(min(v.priority(s, m), draw.MaxWeight))
	case draw.WeightAlike:
	}
	return e
}

// weight returns the tickets or points of an application. An individual has as many as
// steps, but at least one; a family has its points, with full years up to the end of the
// year before; an organisation has what its scale gives.
func (v Version) weight(s Standing, method draw.Method, asOf domain.Time) int {
	switch s.Applicant {
	case domain.Family:
		return v.Total(s, asOf.Year()-1, method)
	case domain.Organisation:
		return v.OrganisationWeight(s.Scale)
	}
	return max(1, v.steps(s, s.Members[0], method))
}

// steps returns the steps of a member, by the ladder and by grounds, in pools of the method.
func (v Version) steps(s Standing, m Member, method draw.Method) int {
	return v.Ladder.Steps(m.DrawsUntil2020, m.DrawsSince2021) + v.extra(s.Applicant, m, method)
}

// priority returns the steps that the grounds of all members give.
func (v Version) priority(s Standing, method draw.Method) (steps int) {
	for _, m := range s.Members {
		steps += v.extra(s.Applicant, m, method)
	}
	return steps
}

// since returns the time that a method ranks by: the earliest registration of a member, or
// the start of waiting of the main applicant, or their registration if no waiting is given.
func (s Standing) since(what draw.Since) domain.Time {
	main := s.Members[0]
	switch what {
	case draw.SinceRegistration:
		first := main.RegisteredOn
		for _, m := range s.Members {
			first = min(first, m.RegisteredOn)
		}
		return first
	case draw.SinceWaiting:
		return cmp.Or(main.WaitingSince, main.RegisteredOn)
	}
	return 0
}

// Ladder turns past losses into steps; docs/rules.md has the source and the worked examples.
type Ladder struct {
	DrawsPerStepUntil2020 int `json:"draws_per_step_until_2020"`
	DrawsPerStepSince2021 int `json:"draws_per_step_since_2021"`
}

func (l Ladder) outOfRange() bool {
	bad := func(draws int) bool { return draws < 1 || draws > MaxDrawsSince2021 }
	return l != (Ladder{}) && (bad(l.DrawsPerStepUntil2020) || bad(l.DrawsPerStepSince2021))
}

// Steps returns the steps of a person who took part in so many draws without winning. A
// first-timer has none; without a ladder nobody has any.
func (l Ladder) Steps(until2020, since2021 int) int {
	if l == (Ladder{}) {
		return 0
	}
	return ceilDiv(until2020, l.DrawsPerStepUntil2020) + ceilDiv(since2021, l.DrawsPerStepSince2021)
}

func ceilDiv(n, d int) int { return (n + d - 1) / d }

// FamilyPoints are the coefficients of a family's total; docs/rules.md has the worked examples.
type FamilyPoints struct {
	Main        int `json:"main"`         // base points of the main applicant
	Other       int `json:"other"`        // base points of every other member
	Step        int `json:"step"`         // for each step of the ladder
	WaitingYear int `json:"waiting_year"` // for each full year of waiting for new energy
	FamilyYear  int `json:"family_year"`  // for each full year of applying as a family
	// CoupleFactor: multiplies main applicant and spouse, when there is a spouse
	CoupleFactor   int `json:"couple_factor"`
	MaxGenerations int `json:"max_generations"` // more count as so many
}

func (f FamilyPoints) outOfRange() bool {
	if f == (FamilyPoints{}) {
		return false
	}
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
	p += f.Step * v.steps(s, m, method)
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

package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// Pool says which applications compete for one quota, and by which method. The
// options at its end are left out where they say nothing.
type Pool struct {
	Name       string                 `json:"name"`
	Indicator  domain.IndicatorKind   `json:"indicator"`
	Applicants []domain.ApplicantKind `json:"applicants"`
	Method     draw.Method            `json:"method"`
	Entrance   Entrance               `json:"entrance,omitzero"`
	Tickets    Tickets                `json:"tickets,omitzero"`
	Group      Group                  `json:"group,omitzero"`
	// Order: order that all pools which name it share; without one, the pool's own
	Order string `json:"order,omitzero"`
	// later pool that gets the seats nobody took
	SpillTo string `json:"spill_to,omitzero"`
}

// Entrance says who of those that a pool takes is in it.
type Entrance string

// ByChoice: only applications that choose the pool. Without an entrance all whose
// kinds fit are in.
const ByChoice Entrance = "by_choice"

// Tickets says how many tickets an application has.
type Tickets string

// OneTicket: the same chance for all. Without it weights follow from the standing.
const OneTicket Tickets = "one"

// Group says how an application of several members is served.
type Group string

// AllOrNone: every member takes a seat, and either all of them get one or none does. Without
// it an application takes one seat.
const AllOrNone Group = "all_or_none"

// Takes reports whether an application of these kinds belongs to the pool.
func (p Pool) Takes(i domain.IndicatorKind, a domain.ApplicantKind) bool {
	return p.Indicator == i && slices.Contains(p.Applicants, a)
}

// weighs reports whether applicants of this kind have tickets or points in the pool that
// follow from their standing.
func (p Pool) weighs(a domain.ApplicantKind) bool {
	byStanding := p.Method.Weight() == draw.WeightTickets || p.Method.Weight() == draw.WeightPoints
	return slices.Contains(p.Applicants, a) && byStanding && p.Tickets != OneTicket
}

// plain reports whether the pool is drawn without options.
func (p Pool) plain() bool { return p.Group == "" && p.Order == "" && p.SpillTo == "" }

// DrawMode is how the pools are drawn together.
func (v Version) DrawMode() draw.Mode { return v.Mode.OrSeparate() }

// Plain reports whether every pool is ranked for itself, one seat for each rank: then
// seats and reserve follow from the announcement alone.
func (v Version) Plain() bool {
	option := func(p Pool) bool { return !p.plain() }
	return v.DrawMode() == draw.Separate && !slices.ContainsFunc(v.Pools, option)
}

// RequireChoices refuses a choice that is no pool of these rules, for such an application.
// Later rules may have other pools, so only a submission or an edit is checked.
func (v Version) RequireChoices(i domain.IndicatorKind, s Standing) error {
	for _, name := range s.Choices {
		if p, ok := v.Pool(name); !ok || p.Entrance != ByChoice || !p.Takes(i, s.Applicant) {
			return fault.New(fault.UnknownChoice,
				"the rules %s have no pool %q to choose for such an application", v.Name, name)
		}
	}
	return nil
}

// Wishes are the places, in the rules, of the pools that an application is in: first
// those it chooses, in its order, then the others in the order of the rules.
func (v Version) Wishes(i domain.IndicatorKind, s Standing) []int {
	var wishes []int
	for _, name := range s.Choices {
		for k, p := range v.Pools {
			if p.Name == name && p.Entrance == ByChoice && p.Takes(i, s.Applicant) {
				wishes = append(wishes, k)
			}
		}
	}
	for k, p := range v.Pools {
		if p.Entrance != ByChoice && p.Takes(i, s.Applicant) {
			wishes = append(wishes, k)
		}
	}
	return wishes
}

// EntryIn is the line of an application in the roster of the pool which is its
// wish number wish, counted from 0, at the moment asOf.
func (v Version) EntryIn(p Pool, wish int, code string, s Standing, asOf domain.Time) draw.Entry {
	e := v.Entry(code, s, p.Method, asOf)
	if p.Tickets == OneTicket {
		e.Weight = 1
	}
	if p.Group == AllOrNone && len(s.Members) > 1 {
		e.Size = uint32(len(s.Members))
	}
	if v.DrawMode() == draw.Preference && wish > 0 {
		e.Choice = uint32(wish + 1)
	}
	return e
}

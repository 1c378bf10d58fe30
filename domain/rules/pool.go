package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
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
	Order      string                 `json:"order,omitzero"`    // order that all pools which name it share; without one, the pool's own
	SpillTo    string                 `json:"spill_to,omitzero"` // later pool that gets the seats nobody took
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

// AllOrNone: every member takes a seat, and all of them get one or nobody. Without it
// an application takes one seat.
const AllOrNone Group = "all_or_none"

// Takes reports whether an application of these kinds belongs to the pool.
func (p Pool) Takes(i domain.IndicatorKind, a domain.ApplicantKind) bool {
	return p.Indicator == i && slices.Contains(p.Applicants, a)
}

// plain reports whether the pool is drawn without options.
func (p Pool) plain() bool { return p.Group == "" && p.Order == "" && p.SpillTo == "" }

// DrawMode is how the pools are drawn together.
func (v Version) DrawMode() draw.Mode {
	if v.Mode == "" {
		return draw.Separate
	}
	return v.Mode
}

// Plain reports whether every pool is ranked for itself, one seat for each rank: then
// seats and reserve follow from the announcement alone.
func (v Version) Plain() bool {
	return v.DrawMode() == draw.Separate && !slices.ContainsFunc(v.Pools, func(p Pool) bool { return !p.plain() })
}

// CheckChoices refuses a choice that no pool of these rules answers to, for such an application. Later rules may have
// others, so this is for whoever takes an application in, and not for its whole life.
func (v Version) CheckChoices(i domain.IndicatorKind, s Standing) error {
	for _, name := range s.Choices {
		if p, ok := v.Pool(name); !ok || p.Entrance != ByChoice || !p.Takes(i, s.Applicant) {
			return domain.Reject("unknown_choice", "the rules %s have no pool %q to choose for such an application", v.Name, name)
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

// checkPools refuses pools that cannot be drawn together.
func (v Version) checkPools() error {
	bad := func(format string, args ...any) error { return domain.Reject("invalid_rules", format, args...) }
	if v.Mode != "" && !v.Mode.Valid() {
		return bad("mode %q is none of separate, serial and preference", v.Mode)
	}
	if len(v.Pools) == 0 || len(v.Pools) > draw.MaxSize {
		return bad("1 to %d pools are needed", draw.MaxSize)
	}
	type kinds struct {
		i domain.IndicatorKind
		a domain.ApplicantKind
	}
	names, taken := map[string]bool{}, map[kinds]bool{}
	for n, p := range v.Pools {
		if err := (draw.Roster{Pool: p.Name, Method: draw.PLD1}).Check(); err != nil {
			return bad("pool name %q: %v", p.Name, err)
		}
		if names[p.Name] {
			return bad("pool %q twice", p.Name)
		}
		names[p.Name] = true
		if !p.Method.Ranks() {
			return bad("pool %q: method %q cannot hold a new draw", p.Name, p.Method)
		}
		if !p.Indicator.Valid() || len(p.Applicants) == 0 {
			return bad("pool %q needs a kind of indicator and of applicants", p.Name)
		}
		own := map[domain.ApplicantKind]bool{}
		for _, a := range p.Applicants {
			k := kinds{p.Indicator, a}
			if !a.Valid() || own[a] || taken[k] && v.DrawMode() == draw.Separate {
				return bad("pool %q: %q applicants are unknown or compete in two pools", p.Name, a)
			}
			own[a], taken[k] = true, true
		}
		if err := v.checkOptions(n); err != nil {
			return err
		}
	}
	return nil
}

// checkOptions checks the options of pool n.
func (v Version) checkOptions(n int) error {
	p := v.Pools[n]
	bad := func(format string, args ...any) error {
		return domain.Reject("invalid_rules", "pool %q: "+format, append([]any{p.Name}, args...)...)
	}
	switch {
	case p.Entrance != "" && p.Entrance != ByChoice:
		return bad("entrance %q is not by_choice", p.Entrance)
	case p.Tickets != "" && (p.Tickets != OneTicket || p.Method != draw.PLD1):
		return bad("tickets can only be \"one\", in a draw by lot")
	case p.Group != "" && p.Group != AllOrNone:
		return bad("group %q is not all_or_none", p.Group)
	}
	if p.Order != "" {
		if err := (draw.Roster{Pool: p.Order, Method: draw.PLD1}).Check(); err != nil {
			return bad("order %q: %v", p.Order, err)
		}
		for _, o := range v.Pools[:n] {
			if o.Order == p.Order && (o.Method != p.Method || o.Tickets != p.Tickets) {
				return bad("pools of one order have one method and the same tickets, unlike pool %q", o.Name)
			}
		}
	}
	target := func(o Pool) bool { return o.Name == p.SpillTo && o.Indicator == p.Indicator }
	if p.SpillTo != "" && !slices.ContainsFunc(v.Pools[n+1:], target) {
		return bad("spill_to %q is no later pool for the same kind of indicator", p.SpillTo)
	}
	if first := v.Pools[0]; v.DrawMode() == draw.Preference &&
		(p.Order != "" || p.SpillTo != "" || p.Method != first.Method || p.Tickets != first.Tickets) {
		return bad("by preference, all pools have one method and the same tickets, no order and no spill")
	}
	return nil
}

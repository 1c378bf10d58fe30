package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// checkPools refuses pools that cannot be drawn together.
func (v Version) checkPools() error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.InvalidRules, format, args...)
	}
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
		if !draw.ValidPool(p.Name) {
			return bad("pool name %q is not 1 to %d of 0-9 A-Z a-z . _ -", p.Name, draw.MaxPool)
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
		return fault.New(fault.InvalidRules, "pool %q: "+format, append([]any{p.Name}, args...)...)
	}
	switch {
	case p.Entrance != "" && p.Entrance != ByChoice:
		return bad("entrance %q is not by_choice", p.Entrance)
	case p.Tickets != "" && (p.Tickets != OneTicket || p.Method.Weight() != draw.WeightTickets):
		return bad("tickets can only be \"one\", in a draw by lot")
	case p.Group != "" && p.Group != AllOrNone:
		return bad("group %q is not all_or_none", p.Group)
	}
	if p.weighs(domain.Family) && v.FamilyPoints == (FamilyPoints{}) {
		return bad("families are ranked by their points, so family_points are needed")
	}
	if p.Order != "" {
		if !draw.ValidPool(p.Order) {
			return bad("order %q is not 1 to %d of 0-9 A-Z a-z . _ -", p.Order, draw.MaxPool)
		}
		for _, o := range v.Pools[:n] {
			if o.Order == p.Order && (o.Method != p.Method || o.Tickets != p.Tickets) {
				return bad("pools of one order have one method and the same tickets, "+
					"unlike pool %q",
					o.Name)
			}
		}
	}
	target := func(o Pool) bool { return o.Name == p.SpillTo && o.Indicator == p.Indicator }
	if p.SpillTo != "" && !slices.ContainsFunc(v.Pools[n+1:], target) {
		return bad("spill_to %q is no later pool for the same kind of indicator", p.SpillTo)
	}
	if first := v.Pools[0]; v.DrawMode() == draw.Preference &&
		(p.Order != "" || p.SpillTo != "" || p.Method != first.Method ||
			p.Tickets != first.Tickets) {
		return bad("by preference, all pools have one method and the same tickets, no order and " +
			"no spill")
	}
	return nil
}

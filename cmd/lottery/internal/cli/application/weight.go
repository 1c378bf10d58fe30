package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
)

// weight is what an application would weigh in a pool whose round closed now.
type weight struct {
	Pool   string      `json:"pool"`
	Method draw.Method `json:"method"`
	Weight uint32      `json:"weight"`         // tickets of a draw by lot, or points
	Since  domain.Time `json:"since,omitzero"` // what orders a queue, and equal points
	Choice uint32      `json:"choice,omitzero"`
	Size   uint32      `json:"size,omitzero"` // of a party that stays together
}

// weigh computes the steps of each member, and the weights in the pools that would take the
// application, with its losses counted.
func weigh(
	code string, s application.State, v rules.Version, losses int, at domain.Time,
) (steps []int, weights []weight) {
	standing := s.Standing.AfterLosses(losses)
	for _, m := range standing.Members {
		steps = append(steps, v.Ladder.Steps(m.DrawsUntil2020, m.DrawsSince2021))
	}
	if s.Phase != application.PhaseSubmitted && s.Phase != application.PhaseRejected &&
		s.Phase != application.PhaseApproved {
		return steps, nil
	}
	for wish, i := range v.Wishes(s.Indicator, standing) {
		p := v.Pools[i]
		e := v.EntryIn(p, wish, code, standing, at)
		weights = append(
			weights, weight{p.Name, p.Method, e.Weight, domain.Time(e.Since), e.Choice, e.Size},
		)
	}
	return steps, weights
}

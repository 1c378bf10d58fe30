package audit

import (
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// indicators are all that were awarded or promoted, by id.
type indicators map[string]*stream[indicator.State]

// state returns that of an indicator, the zero one if nothing is stored of it.
func (all indicators) state(id string) indicator.State {
	if i := all[id]; i != nil {
		return i.state
	}
	return indicator.State{}
}

// Selected returns the code on the rank that an indicator's id names, or "" when that is
// neither a seat of a published result nor promoted to one.
func (s *State) Selected(id string) string {
	name, pool, rank, err := indicator.ParseID(id)
	if err != nil {
		return ""
	}
	r := s.rounds[name]
	if r == nil || !r.published() {
		return ""
	}
	return r.seating[pool].holder(rank)
}

// vacancy returns how the seat of an indicator fell vacant, or "". code is the application on
// its rank.
func (s *State) vacancy(id, code string) rules.Vacancy {
	a := s.applications.find(code)
	ended := a != nil && a.state.Phase != application.PhaseApproved && a.state.Won != id
	return s.indicators.state(id).Vacancy(ended)
}

package indicator

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Promoted moves a rank of the reserve up to a seat that fell vacant. The application
// on the rank is then awarded the indicator as others are.
type Promoted struct {
	Vacated string `json:"vacated"` // id of the indicator whose seat it takes
}

// EventType is the stored name.
func (Promoted) EventType() string { return "indicator.promoted.v1" }
func (Promoted) isIndicator()      {}

// Promote asks to move the rank of this indicator up. All but Vacated is evidence.
type Promote struct {
	Vacated    string
	Rank, Next uint64          // of this indicator; the next of the reserve, or 0 at its end
	Vacancy    rules.Vacancy   // how Vacated's seat fell vacant, or ""
	Filled     bool            // another promotion took the seat already
	PromoteFor []rules.Vacancy // of the rules
}

func (Promote) isIndicatorCommand() {}

func decidePromote(s State, c Promote) ([]Event, error) {
	switch {
	case s.Vacated != "" && s.Vacated == c.Vacated:
		return nil, nil
	case s.Phase != "":
		return nil, domain.Reject("indicator_exists", "the rank holds a seat already")
	case c.Vacancy == "" || !slices.Contains(c.PromoteFor, c.Vacancy) || c.Filled:
		return nil, domain.Reject("not_vacant", "the seat of indicator %s is not there for the reserve", c.Vacated)
	case c.Next == 0 || c.Rank != c.Next:
		return nil, domain.Reject("not_next_in_reserve", "the next rank of the reserve is %d, not %d", c.Next, c.Rank)
	}
	return []Event{Promoted{c.Vacated}}, nil
}

// Vacancy is how the seat of this indicator fell vacant, or "". Ended says that the
// application on its rank had ended before it could be awarded.
func (s State) Vacancy(ended bool) rules.Vacancy {
	switch s.Phase {
	case "", PhasePromoted:
		if ended {
			return rules.VacantDeclined
		}
	case PhaseRevoked:
		return rules.VacantRevoked
	case PhaseForfeited:
		if s.Lapsed {
			return rules.VacantLapsed
		}
		return rules.VacantRefused
	}
	return ""
}

package indicator

import (
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// Evidence is what a decision about an indicator rests on beside its own stream.
type Evidence interface {
	At() domain.Time                             // of the decision; asked for last
	RulesOf(round string) (rules.Version, error) // that the round is held under
	Won(application string) (string, error)      // id of the indicator it won, or ""
	// Selected returns the code on the rank of an indicator of a published result, or "" if the
	// rank is neither among the seats nor promoted.
	Selected(id string) (string, error)
	// Reserve returns what is known of a seat that the rank of an indicator is to take.
	Reserve(id, vacated string) (Reserve, error)
}

// Complete adds to a command on the indicator with this id what it rests on, or refuses it for
// what other streams say.
func Complete(id string, cmd Command, e Evidence) (Command, error) {
	round, pool, rank, err := ParseID(id)
	if err != nil {
		return nil, err
	}
	var v rules.Version
	switch c := cmd.(type) {
	case Award:
		won, err := e.Won(c.Application)
		if err == nil && won != id {
			err = fault.New(fault.NotSelected,
				"application %s was not awarded this indicator", c.Application)
		}
		if err != nil {
			return nil, err
		}
		if c.Selected, err = e.Selected(id); err != nil {
			return nil, err
		}
		v, err = e.RulesOf(round)
		c.ConfirmSeconds, c.At = v.ConfirmSeconds, e.At()
		return c, err
	case Confirm:
		v, err = e.RulesOf(round)
		c.UseSeconds, c.At = v.UseSeconds, e.At()
		return c, err
	case Revoke:
		c.At = e.At()
		return c, nil
	case Use:
		c.At = e.At()
		return c, nil
	case Forfeit:
		if c.Reason == Lapsed {
			v, err = e.RulesOf(round)
		}
		c.Pool, c.Lapse, c.At = pool, v.Lapse, e.At()
		return c, err
	case Promote:
		c.Rank = rank
		if c.Reserve, err = e.Reserve(id, c.Vacated); err != nil || c.Reserve.Vacancy == "" {
			return c, err
		}
		v, err = e.RulesOf(round)
		c.PromoteFor = v.PromoteFor
		return c, err
	}
	return cmd, nil
}

package person

import (
	"lotteryledger/domain"

	"lotteryledger/domain/fault"
)

// Penalty is what a lapse costs the people of an application.
type Penalty struct {
	BarredUntil domain.Time // 0: nothing
	ResetLadder bool
}

// Evidence is what a decision about a person rests on beside their own stream.
type Evidence interface {
	At() domain.Time                           // of the decision; asked for last
	Holds(application string) (bool, error)    // it stands and the person is a member
	Lapse(application string) (Penalty, error) // of an application that the person is a member of
}

// Complete adds to a command what it rests on, or refuses it for what other streams say.
func Complete(cmd Command, e Evidence) (Command, error) {
	switch c := cmd.(type) {
	case Claim:
		c.At = e.At()
		return c, nil
	case Release:
		holds, err := e.Holds(c.Application)
		if err == nil && holds {
			err = fault.New(fault.PersonFree, "application %s still stands", c.Application)
		}
		return c, err
	case Bar:
		p, err := e.Lapse(c.Application)
		if err == nil && (p.BarredUntil == 0 || p != Penalty{c.Until, c.ResetLadder}) {
			err = fault.New(fault.NotLapsed,
				"the rules give no such penalty to the person for application %s", c.Application)
		}
		return c, err
	}
	return cmd, nil
}

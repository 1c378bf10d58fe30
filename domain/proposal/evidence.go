package proposal

import "lotteryledger/domain"

// Evidence is what a decision about a proposal rests on beside its own stream.
type Evidence interface {
	At() domain.Time               // of the decision; asked for last
	Officer() (string, error)      // who decides
	Signs() (bool, error)          // whether they do
	Kind(eventType string) Kind    // of events of the type
	ProposerSigned() (bool, error) // whether the officer of the open proposal did
	// ProposerLeft and ProposerHolds report whether that officer may be seen without the role
	// that the event needs, and with it. Both are true while a change of it is on its way.
	ProposerLeft() (bool, error)
	ProposerHolds() (bool, error)
}

// Complete adds to a command what it rests on.
func Complete(s State, cmd Command, e Evidence) (Command, error) {
	officer, err := e.Officer()
	if err != nil {
		return nil, err
	}
	signs, err := e.Signs()
	if err != nil {
		return nil, err
	}
	left, holds, keyless := false, false, false
	if s.Made.Officer != "" {
		signed, err := e.ProposerSigned()
		if err != nil {
			return nil, err
		}
		keyless = e.Kind(s.Made.Type).Keyless(signed, signs)
		if left, err = e.ProposerLeft(); err != nil {
			return nil, err
		}
		if holds, err = e.ProposerHolds(); err != nil {
			return nil, err
		}
	}
	switch c := cmd.(type) {
	case Make:
		c.Kind = e.Kind(c.Type)
		c.Officer, c.Unjoinable = officer, left || signs && keyless
		c.Keyless, c.At = c.Kind.Keys && !signs, e.At()
		return c, nil
	case Approve:
		c.Officer, c.Left, c.Keyless, c.At = officer, !holds, keyless, e.At()
		return c, nil
	case Withdraw:
		c.Officer, c.At = officer, e.At()
		return c, nil
	case Reject:
		c.Officer, c.At = officer, e.At()
		return c, nil
	}
	return cmd, nil
}

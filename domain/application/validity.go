package application

import (
	"lotteryledger/domain/fault"
)

// requireLimitedValidity refuses if the application is not approved, or is valid without
// end.
func requireLimitedValidity(s State) error {
	if err := requireActive(s); err != nil {
		return err
	}
	if s.Phase != PhaseApproved {
		return fault.New(fault.NotApproved, "the application is %s, not approved", s.Phase)
	}
	if s.ValidUntil == 0 {
		return fault.New(fault.ValidityUnlimited, "the validity of the application has no end")
	}
	return nil
}

func decideRenew(s State, c Renew) ([]Event, error) {
	if err := requireLimitedValidity(s); err != nil {
		return nil, err
	}
	if c.At >= s.ValidUntil {
		return nil, fault.New(fault.ValidityOver,
			"the application was valid until %s; it needs a new one", s.ValidUntil)
	}
	until := c.Rules.ValidUntil(s.Standing.Applicant, c.At)
	if until <= s.ValidUntil {
		return nil, nil
	}
	return []Event{Renewed{until}}, nil
}

func decideExpire(s State, c Expire) ([]Event, error) {
	if s.Phase == PhaseExpired {
		return nil, nil
	}
	if err := requireLimitedValidity(s); err != nil {
		return nil, err
	}
	switch {
	case c.At < s.ValidUntil:
		return nil, fault.New(fault.ApplicationValid,
			"the application is valid until %s", s.ValidUntil)
	case c.Drawing != "":
		return nil, fault.New(fault.ApplicationInDraw,
			"round %s may still select the application, or has", c.Drawing)
	}
	return []Event{Expired{}}, nil
}

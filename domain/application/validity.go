package application

import "lotteryledger/domain"

// requireLimitedValidity refuses if the application is not approved, or is valid without
// end.
func requireLimitedValidity(s State) error {
	if err := requireActive(s); err != nil {
		return err
	}
	if s.Phase != PhaseApproved {
		return domain.Reject("not_approved", "the application is %s, not approved", s.Phase)
	}
	if s.ValidUntil == 0 {
		return domain.Reject("validity_unlimited", "the validity of the application has no end")
	}
	return nil
}

func decideRenew(s State, c Renew) ([]Event, error) {
	if err := requireLimitedValidity(s); err != nil {
		return nil, err
	}
	if c.At >= s.ValidUntil {
		return nil, domain.Reject("validity_over", "the application was valid until %s; it needs a new one", s.ValidUntil)
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
		return nil, domain.Reject("application_valid", "the application is valid until %s", s.ValidUntil)
	case c.Drawing != "":
		return nil, domain.Reject("application_in_draw", "round %s may still select the application, or has", c.Drawing)
	}
	return []Event{Expired{}}, nil
}

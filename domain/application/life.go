package application

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// approved refuses what is asked of an application that is not approved, or whose
// validity has no end.
func approved(s State) error {
	if err := ended(s); err != nil {
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
	if err := approved(s); err != nil {
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
	if err := approved(s); err != nil {
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

func decideDisqualify(s State, c Disqualify) ([]Event, error) {
	if s.Phase == PhaseDisqualified && s.Review().Banned == c.Reason {
		return nil, nil
	}
	if err := ended(s); err != nil {
		return nil, err
	}
	if !slices.Contains(DisqualifyReasons, c.Reason) {
		return nil, domain.Reject("invalid_reason", "reason %q", c.Reason)
	}
	return []Event{Disqualified(c)}, nil
}

// decideCredit lets a credit change a standing as long as an edit may.
func decideCredit(s State, c Credit) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseApproved:
		return nil, domain.Reject("application_approved", "an approved application cannot be credited")
	case PhaseRejected:
		return nil, domain.Reject("application_rejected", "the application was rejected; it has to be edited first")
	}
	e := Credited(c)
	switch {
	case e.Member < 1 || e.Member > len(s.Standing.Members):
		return nil, domain.Reject("unknown_member", "the application has members 1 to %d", len(s.Standing.Members))
	case e.Evidence == domain.Digest{}:
		return nil, domain.Reject("invalid_evidence", "a credit names the SHA-256 of its evidence")
	case slices.Contains(s.Review().Credits, e):
		return nil, nil
	}
	if err := e.Apply(s.Standing).Check(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Apply is the standing with the credited draws in place of those stated before. A
// standing without such a member, which Decide refuses, is left as it is.
func (e Credited) Apply(s rules.Standing) rules.Standing {
	if e.Member < 1 || e.Member > len(s.Members) {
		return s
	}
	s.Members = slices.Clone(s.Members)
	m := &s.Members[e.Member-1]
	m.DrawsUntil2020, m.DrawsSince2021 = e.DrawsUntil2020, e.DrawsSince2021
	return s
}

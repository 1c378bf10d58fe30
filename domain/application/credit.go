package application

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// decideCredit lets a credit change a standing as long as an edit may.
func decideCredit(s State, c Credit) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseApproved:
		return nil, fault.New(fault.ApplicationApproved,
			"an approved application cannot be credited")
	case PhaseRejected:
		return nil, fault.New(fault.ApplicationRejected,
			"the application was rejected; it has to be edited first")
	}
	e := Credited(c)
	switch {
	case e.Member < 1 || e.Member > len(s.Standing.Members):
		return nil, fault.New(fault.UnknownMember,
			"the application has members 1 to %d", len(s.Standing.Members))
	case e.Evidence == domain.Digest{}:
		return nil, fault.New(fault.InvalidEvidence, "a credit names the SHA-256 of its evidence")
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

package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// Evidence is what a decision about an application rests on beside its own stream. The office
// reads it from its store, and a replay from the leaves before.
type Evidence interface {
	At() domain.Time                                            // of the decision; asked for last
	Officer() (string, error)                                   // who decides
	Departments(department string) ([]string, error)            // that they may speak for; none: every one
	RulesOf(round string) (rules.Version, error)                // that the round is held under
	Window(round string) (Window, error)                        // in which the round takes applications
	RejectedBy() (string, error)                                // officer, the last time; "" if nobody did
	RequireDraws(person domain.Digest, draws int) error         // refuses draws that a lapse has ended
	Reserved(domain.Digest, domain.IndicatorKind) (bool, error) // the person, for this application
	Registered(applicant string) (domain.ApplicantKind, error)  // "" if they are not
}

// Complete adds to a command what it rests on, or refuses it for what other streams say.
func Complete(s State, cmd Command, e Evidence) (Command, error) {
	if c, ok := cmd.(Submit); ok {
		return completeSubmit(c, e)
	}
	if s.Phase == "" {
		return cmd, nil // for Decide to refuse
	}
	var err error
	switch c := cmd.(type) {
	case Edit:
		return c, requireStanding(s.Round, s.Indicator, s.Persons, c.Standing, e)
	case Credit:
		return c, requireDraws(s.Persons, Credited(c).Apply(s.Standing), e)
	case Approve:
		c.Rules, err = e.RulesOf(s.Round)
		c.At = e.At()
		return c, err
	case Reject:
		c.Rules, err = e.RulesOf(s.Round)
		c.At = e.At()
		return c, err
	case RecordCheck:
		if c.Rules, err = e.RulesOf(s.Round); err == nil {
			c.Bound, err = e.Departments(c.Department)
		}
		return c, err
	case AskRecheck:
		c.Rules, err = e.RulesOf(s.Round)
		c.At = e.At()
		return c, err
	case AnswerRecheck:
		if c.By, err = e.Officer(); err == nil {
			c.RejectedBy, err = e.RejectedBy()
		}
		c.At = e.At()
		return c, err
	case Renew:
		c.Rules, err = e.RulesOf(s.Round)
		c.At = e.At()
		return c, err
	case Expire:
		c.At = e.At()
		return c, nil
	}
	return cmd, nil
}

func completeSubmit(c Submit, e Evidence) (Command, error) {
	kind, err := e.Registered(c.Applicant)
	if err != nil {
		return nil, err
	}
	if kind == "" || kind != c.Standing.Applicant {
		return nil, fault.New(fault.UnknownApplicant,
			"applicant %s is not registered as %s", c.Applicant, c.Standing.Applicant)
	}
	for i, person := range c.Persons {
		reserved, err := e.Reserved(person, c.Indicator)
		if err != nil {
			return nil, err
		}
		if !reserved {
			return nil, fault.New(fault.PersonFree,
				"member %d is not reserved for the application", i+1)
		}
	}
	if c.Window, err = e.Window(c.Round); err != nil {
		return nil, err
	}
	if !c.Window.Open {
		return c, nil // for Decide to refuse
	}
	return c, requireStanding(c.Round, c.Indicator, c.Persons, c.Standing, e)
}

// requireStanding refuses a standing that chooses pools which the rules do not have, or counts
// draws that a lapse has ended.
func requireStanding(
	round string, kind domain.IndicatorKind, persons []domain.Digest, s rules.Standing, e Evidence,
) error {
	if len(s.Choices) > 0 {
		v, err := e.RulesOf(round)
		if err == nil {
			err = v.RequireChoices(kind, s)
		}
		if err != nil {
			return err
		}
	}
	return requireDraws(persons, s, e)
}

func requireDraws(persons []domain.Digest, s rules.Standing, e Evidence) error {
	for i := range min(len(persons), len(s.Members)) {
		m := s.Members[i]
		if err := e.RequireDraws(persons[i], m.DrawsUntil2020+m.DrawsSince2021); err != nil {
			return err
		}
	}
	return nil
}

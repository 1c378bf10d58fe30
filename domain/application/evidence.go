package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// Evidence is what a decision about an application rests on beside its own stream. The office
// reads it from its store, and a replay from the leaves before.
type Evidence interface {
	// At returns the time of the decision. It is asked for last.
	At() domain.Time
	// Officer returns the author.
	Officer() (string, error)
	// Departments returns those that the author may speak for, as far as this one is concerned.
	// None means all.
	Departments(department string) ([]string, error)
	// RulesOf returns those that a round is held under.
	RulesOf(round string) (rules.Version, error)
	// Window returns that in which a round takes applications.
	Window(round string) (Window, error)
	// RejectedBy returns the officer who rejected the application last, or "".
	RejectedBy() (string, error)
	// RequireDraws refuses draws of a person that a lapse has ended.
	RequireDraws(person domain.Digest, draws int) error
	// Reserved reports whether the person is reserved for this application.
	Reserved(person domain.Digest, kind domain.IndicatorKind) (bool, error)
	// Selected returns the code on the rank of an indicator of a published result, or "" if the
	// rank is neither among the seats nor promoted.
	Selected(indicator string) (string, error)
	// Drawing returns a round that may still select the application, or has, or "".
	Drawing() (string, error)
	// Registered returns the kind of an applicant, or "".
	Registered(applicant string) (domain.ApplicantKind, error)
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
		c.Drawing, err = e.Drawing()
		c.At = e.At()
		return c, err
	case Award:
		c.Selected, err = e.Selected(c.Indicator)
		return c, err
	case Submit, Withdraw, Disqualify: // rest on nothing else
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

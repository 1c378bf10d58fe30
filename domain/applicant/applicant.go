// Package applicant is the register of who applies: a person or a family, known by
// a pseudonymous id and nothing else. What names the people stays with the office; the
// register holds a commitment to it, see package personal.
package applicant

import (
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of an applicant's stream: "applicant-" and the id.
const StreamPrefix = "applicant-"

// State of an applicant's stream.
type State struct {
	Kind       domain.ApplicantKind // "" before the registration
	Commitment domain.Digest        // to the personal record as it is now; zero when there is none
	Erased     bool
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Register:
		switch {
		case !c.Kind.Valid():
			return nil, fault.New(fault.UnknownKind, "applicant kind %q", c.Kind)
		case s.Erased:
			return nil, erased()
		case s.Kind == c.Kind:
			return nil, nil
		case s.Kind != "":
			return nil, fault.New(fault.ApplicantExists, "the applicant is registered as %s",
				s.Kind)
		}
		return []Event{Registered(c)}, nil
	case ChangeContact:
		switch {
		case c.Commitment == domain.Digest{}:
			return nil, fault.New(fault.InvalidCommitment, "there is no commitment to the record")
		case s.Kind == "":
			return nil, unknown()
		case s.Erased:
			return nil, erased()
		case s.Commitment == c.Commitment:
			return nil, nil
		}
		return []Event{ContactChanged(c)}, nil
	case Erase:
		switch {
		case s.Kind == "":
			return nil, unknown()
		case s.Erased:
			return nil, nil
		}
		return []Event{Erased{}}, nil
	}
	panic(fmt.Sprintf("applicant: no rule for %T", cmd))
}

func unknown() error {
	return fault.New(fault.UnknownApplicant, "no such applicant is registered")
}

func erased() error {
	return fault.New(fault.ApplicantErased, "the personal record of the applicant was erased")
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.Kind, s.Commitment = e.Kind, e.Commitment
	case ContactChanged:
		s.Commitment = e.Commitment
	case Erased:
		s.Commitment, s.Erased = domain.Digest{}, true
	}
	return s
}

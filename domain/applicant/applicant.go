// Package applicant is the register of who applies: a person or a family, known by
// a pseudonymous id and nothing else.
package applicant

import (
	"fmt"

	"lotteryledger/domain"
)

// Stream of an applicant: "applicant-" and the id.
const Stream = "applicant-"

// Event is what may be stored in an applicant's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isApplicant()
}

// Registered makes an applicant known.
type Registered struct {
	Kind domain.ApplicantKind `json:"kind"`
}

// EventType is the stored name.
func (Registered) EventType() string { return "applicant.registered.v1" }
func (Registered) isApplicant()      {}

// Command is what may be asked of an applicant's stream.
//
//sumtype:decl
type Command interface{ isApplicantCommand() }

// Register asks to make an applicant known.
type Register struct{ Kind domain.ApplicantKind }

func (Register) isApplicantCommand() {}

// State of an applicant's stream.
type State struct{ Kind domain.ApplicantKind }

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Register:
		switch {
		case !c.Kind.Valid():
			return nil, domain.Reject("unknown_kind", "applicant kind %q", c.Kind)
		case s.Kind == c.Kind:
			return nil, nil
		case s.Kind != "":
			return nil, domain.Reject("applicant_exists", "the applicant is registered as %s", s.Kind)
		}
		return []Event{Registered(c)}, nil
	}
	panic(fmt.Sprintf("applicant: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.Kind = e.Kind
	}
	return s
}

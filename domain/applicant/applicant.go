// Package applicant is the register of who applies: a person or a family, known by
// a pseudonymous id and nothing else. What names the people stays with the office; the
// register holds a commitment to it, see package personal.
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
	Kind       domain.ApplicantKind `json:"kind"`
	Commitment domain.Digest        `json:"commitment,omitzero"` // to the personal record; zero when none is kept
}

// ContactChanged puts another personal record in the place of the one before, if there was one.
type ContactChanged struct {
	Commitment domain.Digest `json:"commitment"` // to the new record
}

// Erased says that the office has destroyed the personal record and its key.
type Erased struct{}

// EventType is the stored name.
func (Registered) EventType() string { return "applicant.registered.v1" }

// EventType is the stored name.
func (ContactChanged) EventType() string { return "applicant.contact_changed.v1" }

// EventType is the stored name.
func (Erased) EventType() string { return "applicant.erased.v1" }

func (Registered) isApplicant()     {}
func (ContactChanged) isApplicant() {}
func (Erased) isApplicant()         {}

// Command is what may be asked of an applicant's stream.
//
//sumtype:decl
type Command interface{ isApplicantCommand() }

// Register asks to make an applicant known. One who is known stays as he is, whatever
// the commitment.
type Register struct {
	Kind       domain.ApplicantKind
	Commitment domain.Digest // zero when no personal record is kept
}

// ChangeContact asks to put another personal record in the place of the one before.
type ChangeContact struct{ Commitment domain.Digest }

// Erase asks to say that the personal record is destroyed. There is no way back.
type Erase struct{}

func (Register) isApplicantCommand()      {}
func (ChangeContact) isApplicantCommand() {}
func (Erase) isApplicantCommand()         {}

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
			return nil, domain.Reject("unknown_kind", "applicant kind %q", c.Kind)
		case s.Erased:
			return nil, erased()
		case s.Kind == c.Kind:
			return nil, nil
		case s.Kind != "":
			return nil, domain.Reject("applicant_exists", "the applicant is registered as %s", s.Kind)
		}
		return []Event{Registered(c)}, nil
	case ChangeContact:
		switch {
		case c.Commitment == domain.Digest{}:
			return nil, domain.Reject("invalid_commitment", "there is no commitment to the record")
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
	return domain.Reject("unknown_applicant", "no such applicant is registered")
}

func erased() error {
	return domain.Reject("applicant_erased", "the personal record of the applicant was erased")
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

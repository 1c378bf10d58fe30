package applicant

import "lotteryledger/domain"

// Command is what may be asked of an applicant's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isApplicantCommand()
}

// Register asks to make an applicant known. A known applicant does not change, whatever the
// commitment.
type Register struct {
	Kind       domain.ApplicantKind
	Commitment domain.Digest // zero when no personal record is kept
}

// ChangeContact asks to put another personal record in the place of the one before.
type ChangeContact struct{ Commitment domain.Digest }

// Erase asks to say that the personal record is destroyed. There is no way back.
type Erase struct{}

func (Register) Leads() string      { return TypeRegistered }
func (ChangeContact) Leads() string { return TypeContactChanged }
func (Erase) Leads() string         { return TypeErased }

func (Register) isApplicantCommand()      {}
func (ChangeContact) isApplicantCommand() {}
func (Erase) isApplicantCommand()         {}

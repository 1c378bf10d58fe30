package applicant

import "lotteryledger/domain"

// Event is what may be stored in an applicant's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isApplicant()
}

// Registered makes an applicant known.
type Registered struct {
	Kind domain.ApplicantKind `json:"kind"`
	// Commitment: to the personal record; zero when none is kept
	Commitment domain.Digest `json:"commitment,omitzero"`
}

// ContactChanged puts another personal record in the place of the one before, if there was one.
type ContactChanged struct {
	Commitment domain.Digest `json:"commitment"` // to the new record
}

// Erased says that the office has destroyed the personal record and its key.
type Erased struct{}

// The stored types.
const (
	TypeRegistered     = "applicant.registered.v1"
	TypeContactChanged = "applicant.contact_changed.v1"
	TypeErased         = "applicant.erased.v1"
)

func (Registered) EventType() string     { return TypeRegistered }
func (ContactChanged) EventType() string { return TypeContactChanged }
func (Erased) EventType() string         { return TypeErased }

func (Registered) isApplicant()     {}
func (ContactChanged) isApplicant() {}
func (Erased) isApplicant()         {}

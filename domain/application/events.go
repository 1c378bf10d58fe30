package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Event is what may be stored in an application's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isApplication()
}

// Submitted begins an application.
type Submitted struct {
	Applicant   string               `json:"applicant"` // id of the applicant's stream
	Indicator   domain.IndicatorKind `json:"indicator"`
	Round       string               `json:"round"` // whose window it came in
	SubmittedAt domain.Time          `json:"submitted_at"`
	Persons     []domain.Digest      `json:"persons"` // identity tags of the members, in their order
	Standing    rules.Standing       `json:"standing"`
}

// Edited replaces the standing and puts the application up for review again.
type Edited struct {
	Standing rules.Standing `json:"standing"`
}

// Approved admits the application to the rounds to come whose window ends while it is
// valid.
type Approved struct {
	ValidUntil domain.Time `json:"valid_until,omitzero"` // first moment at which it is not; without end when left out
}

// Rejected refuses it, for reasons from a closed list.
type Rejected struct {
	Reasons      []Reason    `json:"reasons"`
	RecheckUntil domain.Time `json:"recheck_until,omitzero"` // a recheck may be asked for before; never when left out
}

// Withdrawn ends it at the applicant's wish.
type Withdrawn struct{}

// Awarded ends it with an indicator; the person stays reserved.
type Awarded struct {
	Indicator string `json:"indicator"` // id of the indicator's stream
}

// EventType is the stored name.
func (Submitted) EventType() string { return "application.submitted.v1" }

// EventType is the stored name.
func (Edited) EventType() string { return "application.edited.v1" }

// EventType is the stored name.
func (Approved) EventType() string { return "application.approved.v1" }

// EventType is the stored name.
func (Rejected) EventType() string { return "application.rejected.v1" }

// EventType is the stored name.
func (Withdrawn) EventType() string { return "application.withdrawn.v1" }

// EventType is the stored name.
func (Awarded) EventType() string { return "application.awarded.v1" }

func (Submitted) isApplication() {}
func (Edited) isApplication()    {}
func (Approved) isApplication()  {}
func (Rejected) isApplication()  {}
func (Withdrawn) isApplication() {}
func (Awarded) isApplication()   {}

// Reason says why an application was rejected.
type Reason string

// The reasons for a rejection.
const (
	NotResident       Reason = "not_resident"
	NoLicence         Reason = "no_licence"
	OwnsCar           Reason = "owns_car"
	HoldsIndicator    Reason = "holds_indicator"
	DebtEnforcement   Reason = "debt_enforcement"
	InsuranceTax      Reason = "insurance_or_tax"
	KinshipUnproven   Reason = "kinship_unproven"
	DataMismatch      Reason = "data_mismatch"
	DocumentsMissing  Reason = "documents_missing"
	DeceasedApplicant Reason = "deceased"
)

// Reasons lists all reasons.
var Reasons = []Reason{
	NotResident, NoLicence, OwnsCar, HoldsIndicator, DebtEnforcement,
	InsuranceTax, KinshipUnproven, DataMismatch, DocumentsMissing, DeceasedApplicant,
}

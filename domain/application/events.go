package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Event is what may be stored in an application's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isApplication()
}

// Submitted begins an application.
type Submitted struct {
	Applicant   string               `json:"applicant"` // id of the applicant's stream
	Indicator   domain.IndicatorKind `json:"indicator"`
	Round       string               `json:"round"` // whose window it came in
	SubmittedAt domain.Time          `json:"submitted_at"`
	// identity tags of the members, in their order
	Persons  []domain.Digest `json:"persons"`
	Standing rules.Standing  `json:"standing"`
}

// Edited replaces the standing and puts the application up for review again.
type Edited struct {
	Standing rules.Standing `json:"standing"`
}

// Approved admits the application to the rounds to come whose window ends while it is
// valid.
type Approved struct {
	// ValidUntil: first moment at which it is not; without end when left out
	ValidUntil domain.Time `json:"valid_until,omitzero"`
}

// Rejected refuses it, for reasons from a closed list.
type Rejected struct {
	Reasons []Reason `json:"reasons"`
	// RecheckUntil: a recheck may be asked for before; never when left out
	RecheckUntil domain.Time `json:"recheck_until,omitzero"`
}

// Withdrawn ends it at the applicant's wish.
type Withdrawn struct{}

// Awarded ends it with an indicator; the person stays reserved.
type Awarded struct {
	Indicator string `json:"indicator"` // id of the indicator's stream
}

// CheckRecorded is what a department found about an item that the rules require. A
// later one about the same item takes its place; an edit takes all away.
type CheckRecorded struct {
	Department string   `json:"department"` // listed in the rules
	Item       string   `json:"item"`       // likewise
	Outcome    Outcome  `json:"outcome"`
	Reasons    []Reason `json:"reasons,omitzero"` // of a failure
}

// RecheckAsked is the applicant's wish to have the rejection looked at again.
type RecheckAsked struct {
	AnswerBy domain.Time `json:"answer_by"` // to be answered before
}

// RecheckAnswered upholds the rejection, or puts the application up for review again.
type RecheckAnswered struct {
	Answer Answer `json:"answer"`
}

// Renewed extends the validity.
type Renewed struct {
	ValidUntil domain.Time `json:"valid_until"` // as in Approved
}

// Expired ends what was not renewed while it was valid.
type Expired struct{}

// Disqualified ends it for a reason from a closed list.
type Disqualified struct {
	Reason DisqualifyReason `json:"reason"`
}

// Credited sets the draws of a member on evidence from an older system. From then on
// an edit does not change them.
type Credited struct {
	Member         int           `json:"member"` // from 1, the main applicant
	DrawsUntil2020 int           `json:"draws_until_2020"`
	DrawsSince2021 int           `json:"draws_since_2021"`
	Evidence       domain.Digest `json:"evidence"` // SHA-256 of a document that the office keeps
}

// The stored types.
const (
	TypeSubmitted       = "application.submitted.v1"
	TypeEdited          = "application.edited.v1"
	TypeApproved        = "application.approved.v1"
	TypeRejected        = "application.rejected.v1"
	TypeWithdrawn       = "application.withdrawn.v1"
	TypeAwarded         = "application.awarded.v1"
	TypeCheckRecorded   = "application.check_recorded.v1"
	TypeRecheckAsked    = "application.recheck_asked.v1"
	TypeRecheckAnswered = "application.recheck_answered.v1"
	TypeRenewed         = "application.renewed.v1"
	TypeExpired         = "application.expired.v1"
	TypeDisqualified    = "application.disqualified.v1"
	TypeCredited        = "application.credited.v1"
)

func (Submitted) EventType() string       { return TypeSubmitted }
func (Edited) EventType() string          { return TypeEdited }
func (Approved) EventType() string        { return TypeApproved }
func (Rejected) EventType() string        { return TypeRejected }
func (Withdrawn) EventType() string       { return TypeWithdrawn }
func (Awarded) EventType() string         { return TypeAwarded }
func (CheckRecorded) EventType() string   { return TypeCheckRecorded }
func (RecheckAsked) EventType() string    { return TypeRecheckAsked }
func (RecheckAnswered) EventType() string { return TypeRecheckAnswered }
func (Renewed) EventType() string         { return TypeRenewed }
func (Expired) EventType() string         { return TypeExpired }
func (Disqualified) EventType() string    { return TypeDisqualified }
func (Credited) EventType() string        { return TypeCredited }

func (Submitted) isApplication()       {}
func (Edited) isApplication()          {}
func (Approved) isApplication()        {}
func (Rejected) isApplication()        {}
func (Withdrawn) isApplication()       {}
func (Awarded) isApplication()         {}
func (CheckRecorded) isApplication()   {}
func (RecheckAsked) isApplication()    {}
func (RecheckAnswered) isApplication() {}
func (Renewed) isApplication()         {}
func (Expired) isApplication()         {}
func (Disqualified) isApplication()    {}
func (Credited) isApplication()        {}

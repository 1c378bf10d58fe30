package application

import "lotteryledger/domain"

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

// EventType is the stored name.
func (CheckRecorded) EventType() string { return "application.check_recorded.v1" }

// EventType is the stored name.
func (RecheckAsked) EventType() string { return "application.recheck_asked.v1" }

// EventType is the stored name.
func (RecheckAnswered) EventType() string { return "application.recheck_answered.v1" }

// EventType is the stored name.
func (Renewed) EventType() string { return "application.renewed.v1" }

// EventType is the stored name.
func (Expired) EventType() string { return "application.expired.v1" }

// EventType is the stored name.
func (Disqualified) EventType() string { return "application.disqualified.v1" }

// EventType is the stored name.
func (Credited) EventType() string { return "application.credited.v1" }

func (CheckRecorded) isApplication()   {}
func (RecheckAsked) isApplication()    {}
func (RecheckAnswered) isApplication() {}
func (Renewed) isApplication()         {}
func (Expired) isApplication()         {}
func (Disqualified) isApplication()    {}
func (Credited) isApplication()        {}

// Outcome of a check.
type Outcome string

// The outcomes.
const (
	Passed Outcome = "passed"
	Failed Outcome = "failed"
)

// Answer to a recheck.
type Answer string

// The answers.
const (
	Granted Answer = "granted" // up for review again
	Upheld  Answer = "upheld"  // stays rejected
)

// DisqualifyReason says why an application was disqualified.
type DisqualifyReason string

// The reasons for disqualifying.
const (
	FalseStatement    DisqualifyReason = "false_statement"
	Impersonation     DisqualifyReason = "impersonation"
	NoLongerEligible  DisqualifyReason = "no_longer_eligible"
	TradedIndicator   DisqualifyReason = "traded_indicator"
	UnderEnforcement  DisqualifyReason = "debt_enforcement"
	ApplicantDeceased DisqualifyReason = "deceased"
)

// DisqualifyReasons lists all reasons for disqualifying.
var DisqualifyReasons = []DisqualifyReason{
	FalseStatement, Impersonation, NoLongerEligible, TradedIndicator, UnderEnforcement, ApplicantDeceased,
}

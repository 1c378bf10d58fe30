package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Command is what may be asked of an application's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isApplicationCommand()
}

// Window is what the handler has read of the round: the evidence for [Submit].
type Window struct {
	Open          bool
	Opens, Closes domain.Time // [Opens, Closes)
}

// Submit asks to begin an application.
type Submit struct {
	Applicant   string
	Indicator   domain.IndicatorKind
	Round       string
	Window      Window
	SubmittedAt domain.Time
	Persons     []domain.Digest
	Standing    rules.Standing
}

// Edit asks to replace the standing.
type Edit struct{ Standing rules.Standing }

// Approve asks to admit the application. Rules are those of the round it was submitted
// for, like those of all commands here that carry rules.
type Approve struct {
	At    domain.Time
	Rules rules.Version
}

// Reject asks to refuse it; without reasons, for those of the checks that failed.
type Reject struct {
	At      domain.Time
	Rules   rules.Version
	Reasons []Reason
}

// Withdraw asks to end it.
type Withdraw struct{}

// Award asks to end it with an indicator. Selected is the evidence: the code on the
// rank that the indicator's id names, or "" when that is no seat of a published result.
type Award struct{ Code, Indicator, Selected string }

// RecordCheck reports what a department found about an item. Reasons are for a check
// that failed. Bound is evidence: the departments that the reviewer may speak for; none: every one.
type RecordCheck struct {
	Rules            rules.Version
	Bound            []string
	Department, Item string
	Outcome          Outcome
	Reasons          []Reason
}

// AskRecheck asks to look again at the rejection that stands.
type AskRecheck struct {
	At    domain.Time
	Rules rules.Version
}

// AnswerRecheck answers it. By is the officer who does, RejectedBy, the evidence, the
// one who rejected.
type AnswerRecheck struct {
	At             domain.Time
	By, RejectedBy string
	Answer         Answer
}

// Renew asks to extend the validity.
type Renew struct {
	At    domain.Time
	Rules rules.Version
}

// Expire asks to end an application that is no longer valid. Drawing is the evidence:
// a round that is not over and whose window ended while it was valid, or one
// in which it holds a seat; or "".
type Expire struct {
	At      domain.Time
	Drawing string
}

// Disqualify asks to end it against the applicant's wish.
type Disqualify struct{ Reason DisqualifyReason }

// Credit asks to set the draws that a member, counted from 1, took part in without a
// win, on evidence from an older system.
type Credit struct {
	Member         int
	DrawsUntil2020 int
	DrawsSince2021 int
	Evidence       domain.Digest
}

func (Submit) Leads() string        { return TypeSubmitted }
func (Edit) Leads() string          { return TypeEdited }
func (Approve) Leads() string       { return TypeApproved }
func (Reject) Leads() string        { return TypeRejected }
func (Withdraw) Leads() string      { return TypeWithdrawn }
func (Award) Leads() string         { return TypeAwarded }
func (RecordCheck) Leads() string   { return TypeCheckRecorded }
func (AskRecheck) Leads() string    { return TypeRecheckAsked }
func (AnswerRecheck) Leads() string { return TypeRecheckAnswered }
func (Renew) Leads() string         { return TypeRenewed }
func (Expire) Leads() string        { return TypeExpired }
func (Disqualify) Leads() string    { return TypeDisqualified }
func (Credit) Leads() string        { return TypeCredited }

func (Submit) isApplicationCommand()        {}
func (Edit) isApplicationCommand()          {}
func (Approve) isApplicationCommand()       {}
func (Reject) isApplicationCommand()        {}
func (Withdraw) isApplicationCommand()      {}
func (Award) isApplicationCommand()         {}
func (RecordCheck) isApplicationCommand()   {}
func (AskRecheck) isApplicationCommand()    {}
func (AnswerRecheck) isApplicationCommand() {}
func (Renew) isApplicationCommand()         {}
func (Expire) isApplicationCommand()        {}
func (Disqualify) isApplicationCommand()    {}
func (Credit) isApplicationCommand()        {}

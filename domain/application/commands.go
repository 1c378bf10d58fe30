package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Command is what may be asked of an application's stream.
//
//sumtype:decl
type Command interface{ isApplicationCommand() }

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

// Approve asks to admit the application.
type Approve struct{}

// Reject asks to refuse it.
type Reject struct{ Reasons []Reason }

// Withdraw asks to end it.
type Withdraw struct{}

// Award asks to end it with an indicator. Selected is the evidence: the code on the
// rank that the indicator's id names, or "" when that is no seat of a published result.
type Award struct{ Code, Indicator, Selected string }

func (Submit) isApplicationCommand()   {}
func (Edit) isApplicationCommand()     {}
func (Approve) isApplicationCommand()  {}
func (Reject) isApplicationCommand()   {}
func (Withdraw) isApplicationCommand() {}
func (Award) isApplicationCommand()    {}

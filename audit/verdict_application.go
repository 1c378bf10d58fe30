package audit

import (
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyApplication(d *Decoded, e application.Event) error {
	a := &l.application
	if !l.applications.load(d.StreamID, a, &l.room) {
		if _, err := identity.ParseCode(d.StreamID); err != nil {
			return d.fault(fault.InvalidID, "application code: %v", err)
		}
		*a = newApplication()
	}
	cmd, err := l.applicationCommand(d, a, e)
	if err != nil {
		return refusal(d, err)
	}
	after, err := decide(catalog.Applications, a.stream, d, e, cmd)
	if err != nil {
		return err
	}
	a.fold(after, d)
	l.applications.put(d.StreamID, a)
	if a.state.Phase == application.PhaseExpired {
		l.noteExpired(d.StreamID)
	}
	return nil
}

// applicationCommand returns the command behind an event of an application, with the evidence
// that the leaves before give.
func (l *Ledger) applicationCommand(
	d *Decoded, a *applicationRecord, e application.Event,
) (application.Command, error) {
	var cmd application.Command
	switch e := e.(type) {
	case application.Submitted:
		cmd = application.Submit{
			Applicant: e.Applicant, Indicator: e.Indicator, Round: e.Round,
			SubmittedAt: e.SubmittedAt, Persons: e.Persons, Standing: e.Standing,
		}
	case application.Edited:
		cmd = application.Edit(e)
	case application.CheckRecorded:
		cmd = application.RecordCheck{
			Department: e.Department, Item: e.Item, Outcome: e.Outcome, Reasons: e.Reasons,
		}
	case application.Approved:
		cmd = application.Approve{}
	case application.Rejected:
		if len(e.Reasons) == 0 { // none would mean those of the checks
			return nil, d.fault(fault.InvalidReason, "a rejection without reasons")
		}
		cmd = application.Reject{Reasons: e.Reasons}
	case application.RecheckAsked:
		cmd = application.AskRecheck{}
	case application.RecheckAnswered:
		cmd = application.AnswerRecheck{Answer: e.Answer}
	case application.Withdrawn:
		cmd = application.Withdraw{}
	case application.Renewed:
		cmd = application.Renew{}
	case application.Expired:
		cmd = application.Expire{}
	case application.Disqualified:
		cmd = application.Disqualify(e)
	case application.Credited:
		cmd = application.Credit(e)
	case application.Awarded:
		cmd = application.Award{Code: d.StreamID, Indicator: e.Indicator}
	}
	return application.Complete(a.state, cmd, l.evidence(d))
}

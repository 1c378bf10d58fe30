package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
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
		return err
	}
	after, err := decide(catalog.Applications, a.stream, d, e, cmd)
	if err != nil {
		return err
	}
	a.fold(after, d.Index, d.officer(), e)
	l.applications.put(d.StreamID, a)
	return nil
}

// applicationCommand returns the command behind an event of an application, with the evidence
// that the leaves before give.
func (l *Ledger) applicationCommand(
	d *Decoded, a *applicationRecord, e application.Event,
) (application.Command, error) {
	at := d.Meta.At
	switch e := e.(type) {
	case application.Submitted:
		if err := l.requirePeople(d, e); err != nil {
			return nil, err
		}
		return application.Submit{
			Applicant: e.Applicant, Indicator: e.Indicator, Round: e.Round,
			Window: l.window(e.Round, at), SubmittedAt: e.SubmittedAt,
			Persons: e.Persons, Standing: e.Standing,
		}, nil
	case application.Edited:
		return application.Edit(e), l.requireDraws(d, a.state.Persons, e.Standing)
	case application.CheckRecorded:
		return application.RecordCheck{
			Rules: l.Version(a.state.Round), Bound: l.departments(d, e.Department),
			Department: e.Department, Item: e.Item, Outcome: e.Outcome, Reasons: e.Reasons,
		}, nil
	case application.Approved:
		return application.Approve{At: at, Rules: l.Version(a.state.Round)}, nil
	case application.Rejected:
		if len(e.Reasons) == 0 { // none would mean those of the checks
			return nil, d.fault(fault.InvalidReason, "a rejection without reasons")
		}
		return application.Reject{At: at, Rules: l.Version(a.state.Round), Reasons: e.Reasons}, nil
	case application.RecheckAsked:
		return application.AskRecheck{At: at, Rules: l.Version(a.state.Round)}, nil
	case application.RecheckAnswered:
		return application.AnswerRecheck{
			At: at, By: d.officer(), RejectedBy: a.rejectedBy(),
			Answer: e.Answer,
		}, nil
	case application.Withdrawn:
		return application.Withdraw{}, nil
	case application.Renewed:
		return application.Renew{At: at, Rules: l.Version(a.state.Round)}, nil
	case application.Expired:
		return application.Expire{At: at, Drawing: l.Drawing(d.StreamID)}, nil
	case application.Disqualified:
		return application.Disqualify(e), nil
	case application.Credited:
		return application.Credit(e), l.requireDraws(d, a.state.Persons, e.Apply(a.state.Standing))
	case application.Awarded:
		return application.Award{
			Code: d.StreamID, Indicator: e.Indicator,
			Selected: l.Selected(e.Indicator),
		}, nil
	}
	return nil, d.fault(fault.EventUnknown, "%T", e)
}

// requirePeople checks the streams that a submission rests on.
func (l *Ledger) requirePeople(d *Decoded, e application.Submitted) error {
	id, ok := parseApplicant(e.Applicant)
	if !ok || l.applicants.get(id).state.Kind != e.Standing.Applicant {
		return d.fault(fault.UnknownApplicant, "applicant %s is not registered as %s", e.Applicant,
			e.Standing.Applicant)
	}
	for i, tag := range e.Persons {
		if !l.persons.holds(tag, e.Indicator, d.StreamID) {
			return d.fault(fault.PersonFree, "member %d is not reserved for the application", i+1)
		}
	}
	return l.requireDraws(d, e.Persons, e.Standing)
}

// requireDraws refuses draws of members whose ladder was reset.
func (l *Ledger) requireDraws(d *Decoded, persons []domain.Digest, s rules.Standing) error {
	if err := l.persons.requireDraws(persons, s); err != nil {
		return refusal(d, err)
	}
	return nil
}

// window returns that of a round, as the author of an event of this date may have seen it.
func (l *Ledger) window(id string, at domain.Time) application.Window {
	r := l.rounds[id]
	if r == nil || r.state.Phase == "" {
		return application.Window{}
	}
	return application.Window{
		Open:  r.open() || at <= r.closed+inFlight,
		Opens: r.state.Opened.Opens, Closes: r.state.Opened.Closes,
	}
}

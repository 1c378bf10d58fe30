package audit

import (
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
)

// past is what few applications need to have remembered.
type past struct {
	rejectedBy string    // officer, the last time
	renewals   []renewal // in the order of leaves
}

// remember makes room for the past of an application.
func (a *applicationOf) remember() *past {
	if a.past == nil {
		a.past = new(past)
	}
	return a.past
}

// renewal is a leaf that extended the validity of an application.
type renewal struct {
	leaf   int64
	before domain.Time // valid until, without it
}

// validUntil is the end of validity that the first n leaves say.
func (a *applicationOf) validUntil(n int64) domain.Time {
	if a.past != nil {
		for _, r := range a.past.renewals {
			if r.leaf >= n {
				return r.before
			}
		}
	}
	return a.state.ValidUntil
}

func (l *Ledger) applyApplication(d *Decoded, e application.Event) error {
	a, known := l.applications[d.StreamID]
	if !known {
		if _, err := identity.ParseCode(d.StreamID); err != nil {
			return d.fault("invalid_id", "application code: %v", err)
		}
		a = &applicationOf{from: never, until: never}
		l.applications[d.StreamID] = a
	}
	at, version := d.Meta.At, l.Version(a.state.Round)
	var cmd application.Command
	switch e := e.(type) {
	case application.Submitted:
		if err := l.submittedBy(d, e); err != nil {
			return err
		}
		cmd = application.Submit{
			Applicant: e.Applicant, Indicator: e.Indicator, Round: e.Round, Window: l.window(e.Round, at),
			SubmittedAt: e.SubmittedAt, Persons: e.Persons, Standing: e.Standing,
		}
	case application.Edited:
		if err := l.ladder(d, a.state.Persons, e.Standing); err != nil {
			return err
		}
		cmd = application.Edit(e)
	case application.CheckRecorded:
		cmd = application.RecordCheck{Rules: version, Bound: l.bound(d, e.Department), Department: e.Department, Item: e.Item, Outcome: e.Outcome, Reasons: e.Reasons}
	case application.Approved:
		cmd = application.Approve{At: at, Rules: version}
		a.from = d.Index
	case application.Rejected:
		if len(e.Reasons) == 0 { // none would mean those of the checks
			return d.fault("invalid_reason", "a rejection without reasons")
		}
		cmd = application.Reject{At: at, Rules: version, Reasons: e.Reasons}
		a.remember().rejectedBy = officerOfActor(d)
	case application.RecheckAsked:
		cmd = application.AskRecheck{At: at, Rules: version}
	case application.RecheckAnswered:
		cmd = application.AnswerRecheck{At: at, By: officerOfActor(d), RejectedBy: a.remember().rejectedBy, Answer: e.Answer}
	case application.Withdrawn:
		cmd = application.Withdraw{}
		a.until = min(a.until, d.Index)
	case application.Renewed:
		cmd = application.Renew{At: at, Rules: version}
		a.remember().renewals = append(a.remember().renewals, renewal{d.Index, a.state.ValidUntil})
	case application.Expired:
		cmd = application.Expire{At: at, Drawing: l.Drawing(d.StreamID)}
		a.until = min(a.until, d.Index)
	case application.Disqualified:
		cmd = application.Disqualify(e)
		a.until = min(a.until, d.Index)
	case application.Credited:
		if err := l.ladder(d, a.state.Persons, e.Apply(a.state.Standing)); err != nil {
			return err
		}
		cmd = application.Credit(e)
	case application.Awarded:
		a.until = min(a.until, d.Index) // a seat took it out before; a promotion does it now
		cmd = application.Award{Code: d.StreamID, Indicator: e.Indicator, Selected: l.Selected(e.Indicator)}
	}
	return decide(catalog.Applications, &a.slot, d, e, cmd)
}

// officerOfActor is the id of the officer who caused a leaf that [Ledger.allowed] let pass.
func officerOfActor(d *Decoded) string {
	id, _ := d.Meta.Officer()
	return id
}

// allowedApplicant checks that an applicant acts on his own application only, and may
// do so without an officer.
func (l *Ledger) allowedApplicant(d *Decoded, who string) error {
	if !applicant.May(d.Leaf.Type) {
		return d.fault("not_allowed", "%s needs an officer", d.Leaf.Type)
	}
	code := d.StreamID
	if e, ok := d.Event.(person.Released); ok {
		code = e.Application
	}
	if a := l.applications[code]; a == nil || a.state.Applicant != who {
		return d.fault("not_own", "application %s is not of applicant %s", code, who)
	}
	return l.signed(d, who, []officer.PublicKey{""}) // has no key
}

// free reports whether an application has ended so that its people may apply again.
func (l *Ledger) free(a application.State) bool {
	return a.Phase.Over() || a.Phase == application.PhaseAwarded && l.indicatorState(a.Won).Frees()
}

// releasedByReviewer reports whether a leaf gives free a person of an application that was
// disqualified, or of one whose award ended: the reviewer who did it does this too.
func (l *Ledger) releasedByReviewer(d *Decoded) bool {
	e, ok := d.Event.(person.Released)
	if !ok {
		return false
	}
	a := l.applications[e.Application]
	return a != nil && (a.state.Phase == application.PhaseDisqualified || a.state.Phase == application.PhaseAwarded)
}

// Drawing is a round that may still select the application, or "": one whose window
// ended while it was valid and that is not over, or one in which it holds a seat.
func (l *Ledger) Drawing(code string) string {
	a := l.applications[code]
	if a == nil || a.state.Phase != application.PhaseApproved {
		return ""
	}
	for id, r := range l.rounds {
		if a.until == r.lastLeaf { // that published it, with the application on a seat
			return id
		}
		if !r.over() && r.state.Phase != "" && r.state.Opened.Closes < a.state.ValidUntil {
			return id
		}
	}
	return ""
}

// over reports whether nothing more can be selected in the round.
func (r *roundOf) over() bool {
	return r.state.Phase == round.PhasePublished || r.state.Phase == round.PhaseSettled || r.state.Phase == round.PhaseVoided
}

// Due lists the approved applications that are no longer valid at the given moment, and that
// no round may still select, in ascending order of codes.
func (l *Ledger) Due(at domain.Time) []string {
	var due []string
	for code, a := range l.applications {
		if a.state.Phase == application.PhaseApproved && a.state.ValidUntil != 0 && a.state.ValidUntil <= at && l.Drawing(code) == "" {
			due = append(due, code)
		}
	}
	slices.Sort(due)
	return due
}

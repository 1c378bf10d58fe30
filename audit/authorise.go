package audit

import (
	"slices"

	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
)

// unkeyed is the one "key" of those who have none.
var unkeyed = []officer.PublicKey{""}

// requireAuthor checks that the author of an event may cause it, and has signed it if they have
// a key. An officer's decision may be stored up to inFlight after their dismissal.
func (l *Ledger) requireAuthor(d *Decoded) error {
	if d.Meta.Actor == catalog.ActorClock && len(l.officers) > 0 {
		return l.requireClock(d)
	}
	if who, ok := d.Meta.Applicant(); ok {
		return l.requireApplicant(d, who)
	}
	id, err := d.Meta.Officer()
	if err != nil {
		return refusal(d, err)
	}
	if len(l.officers) == 0 {
		return l.requireFounder(d, id)
	}
	role, err := l.roleFor(d)
	if err != nil {
		return err
	}
	keys := l.officers[id].keys(role, d.Meta.At, l.latest)
	if len(keys) == 0 && l.reviewerReleases(d) {
		keys = l.officers[id].keys(officer.Reviewer, d.Meta.At, l.latest)
	}
	if len(keys) == 0 {
		return d.fault(fault.NotAllowed, "officer %s does not hold the role %s", id, role)
	}
	return l.requireSigned(d, id, keys)
}

func (l *Ledger) requireFounder(d *Decoded, id string) error {
	e, ok := d.Event.(officer.Appointed)
	if !ok || id != d.StreamID || !slices.Contains(e.Roles, officer.Administrator) {
		return d.fault(fault.Founder,
			"a ledger begins with an officer who appoints himself administrator")
	}
	return l.requireSigned(d, id, []officer.PublicKey{e.Key})
}

// requireClock checks that an event is one that falls due by itself. Whether it was due is for
// the rules of its stream, which are given the date of the event.
func (l *Ledger) requireClock(d *Decoded) error {
	may := d.Type.Clock
	switch e := d.Event.(type) {
	case indicator.Revoked:
		may = may && e.Reason == indicator.NotConfirmed
	case indicator.Forfeited:
		may = may && e.Reason == indicator.Lapsed
	case indicator.Awarded:
		may = may && l.indicators.state(d.StreamID).Vacated != ""
	case person.Released:
		a := l.applications.find(e.Application)
		may = may && a != nil &&
			(a.state.Phase == application.PhaseExpired || a.state.Phase == application.PhaseAwarded)
	case application.Awarded:
		may = may && l.indicators.state(e.Indicator).Vacated != ""
	}
	if !may {
		return d.fault(fault.NotAllowed, "the clock may not cause this %s", d.Leaf.Type)
	}
	return l.requireSigned(d, "the clock", unkeyed)
}

// requireApplicant checks that an applicant acts on an application of their own, and may do so
// without an officer.
func (l *Ledger) requireApplicant(d *Decoded, who string) error {
	if !d.Type.Applicant {
		return d.fault(fault.NotAllowed, "%s needs an officer", d.Leaf.Type)
	}
	code := d.StreamID
	if e, ok := d.Event.(person.Released); ok {
		code = e.Application
	}
	if a := l.applications.find(code); a == nil || a.state.Applicant != who {
		return d.fault(fault.NotOwn, "application %s is not of applicant %s", code, who)
	}
	return l.requireSigned(d, who, unkeyed)
}

// roleFor returns the role that the author of a leaf has to hold. A proposal needs that of what
// is proposed.
func (l *Ledger) roleFor(d *Decoded) (officer.Role, error) {
	kind := d.Leaf.Type
	switch e := d.Event.(type) {
	case proposal.Made:
		kind = e.Type
	case proposal.Approved:
		kind = find(l.proposals, d.StreamID).state.Made.Type
	}
	t := catalog.Public.Find(kind)
	if t == nil || t.Role == "" || d.Prefix == proposal.StreamPrefix && !t.TwoOfficers {
		return "", d.fault(fault.NotAllowed, "no officer may cause %s", d.Leaf.Type)
	}
	return t.Role, nil
}

// reviewerReleases reports whether a leaf gives free a person of an application that was
// disqualified, or of one whose award ended. The reviewer who ended it may do this too.
func (l *Ledger) reviewerReleases(d *Decoded) bool {
	e, ok := d.Event.(person.Released)
	if !ok {
		return false
	}
	a := l.applications.find(e.Application)
	if a == nil {
		return false
	}
	return a.state.Phase == application.PhaseDisqualified || a.state.Phase == application.PhaseAwarded
}

// departments returns those that the author of a check may speak for: the ones of the term that
// covers this department, or of the latest term if none does. None means all.
func (l *Ledger) departments(d *Decoded, department string) (bound []string) {
	for t := range l.officers[d.officer()].terms(officer.Reviewer, d.Meta.At, l.latest) {
		bound = t.Departments
		if len(bound) == 0 || slices.Contains(bound, department) {
			return bound
		}
	}
	return bound
}

// requireSecond checks that two officers agreed on an event that needs two.
func (l *Ledger) requireSecond(d *Decoded) error {
	if !d.Type.TwoOfficers || !l.needsTwo(d) {
		return nil
	}
	p := l.proposals[proposal.ID(d.Leaf.Stream, d.Leaf.Revision, d.Leaf.Type,
		digestOf(d.Leaf.Data))]
	switch {
	case p == nil || p.state.Approved == "":
		return d.fault(fault.ProposalMissing, "nobody has proposed this and another officer approved it")
	case d.Meta.At > p.state.Made.Expires+inFlight, l.latest > p.state.Made.Expires+2*inFlight:
		return d.fault(fault.ProposalExpired, "it could be done until %s", p.state.Made.Expires)
	}
	return nil
}

// needsTwo reports whether two officers have to agree on an event of a type that may need it:
// if the rules of the round say so, and elsewhere if there are two administrators with a key.
func (l *Ledger) needsTwo(d *Decoded) bool {
	if d.Prefix == round.StreamPrefix {
		return l.Version(d.StreamID).TwoOfficers
	}
	return l.officers.watching(d.Meta.At, l.latest) >= 2
}

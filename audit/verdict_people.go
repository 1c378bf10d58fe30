package audit

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/person"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyApplicant(d *Decoded, e applicant.Event) error {
	if !domain.ValidApplicant(d.StreamID) {
		return d.fault(fault.InvalidID, "an applicant id is 32 lower-case hex digits")
	}
	var cmd applicant.Command
	switch e := e.(type) {
	case applicant.Registered:
		cmd = applicant.Register(e)
	case applicant.ContactChanged:
		cmd = applicant.ChangeContact(e)
	case applicant.Erased:
		cmd = applicant.Erase{}
	}
	a := find(l.applicants, d.StreamID)
	after, err := decide(catalog.Applicants, *a, d, e, cmd)
	if err != nil {
		return err
	}
	*a = after
	l.applicants[d.StreamID] = a
	return nil
}

func (l *Ledger) applyPerson(d *Decoded, e person.Event) error {
	tag, err := domain.ParseDigest(d.StreamID)
	if err != nil {
		return d.fault(fault.InvalidID, "an identity tag is 64 lower-case hex digits")
	}
	var cmd person.Command
	switch e := e.(type) {
	case person.Claimed:
		if _, err := identity.ParseCode(e.Application); err != nil {
			return d.fault(fault.InvalidID, "application code: %v", err)
		}
		cmd = person.Claim{Kind: e.Kind, Application: e.Application, At: d.Meta.At}
	case person.Released:
		a := l.applications[e.Application]
		if a != nil && !l.free(a.state) && slices.Contains(a.state.Persons, tag) {
			return d.fault(fault.PersonFree, "application %s still stands", e.Application)
		}
		cmd = person.Release(e)
	case person.Barred:
		if err := l.requireLapse(d, tag, e); err != nil {
			return err
		}
		cmd = person.Bar(e)
	}
	p := find(l.persons, tag)
	after, err := decide(catalog.Persons, *p, d, e, cmd)
	if err != nil {
		return err
	}
	*p = after
	l.persons[tag] = p
	return nil
}

// requireLapse checks that a person is barred for just the lapse that the ledger holds.
func (l *Ledger) requireLapse(d *Decoded, tag domain.Digest, e person.Barred) error {
	a := l.applications[e.Application]
	if a == nil || !slices.Contains(a.state.Persons, tag) {
		return d.fault(fault.NotLapsed, "the person is not in application %s", e.Application)
	}
	i := l.indicators.state(a.state.Won)
	if i.BarredUntil == 0 || i.BarredUntil != e.Until || i.ResetLadder != e.ResetLadder {
		return d.fault(fault.NotLapsed, "the rules give no such penalty to application %s",
			e.Application)
	}
	return nil
}

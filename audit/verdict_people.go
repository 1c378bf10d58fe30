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
	id, ok := parseApplicant(d.StreamID)
	if !ok {
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
	after, err := decide(catalog.Applicants, l.applicants.get(id), d, e, cmd)
	if err != nil {
		return err
	}
	l.applicants.put(id, after)
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
		a := l.applications.find(e.Application)
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
	after, err := decide(catalog.Persons, l.persons.get(tag), d, e, cmd)
	if err != nil {
		return err
	}
	l.persons.put(tag, after)
	return nil
}

// requireLapse checks that a person is barred for just the lapse that the ledger holds.
func (l *Ledger) requireLapse(d *Decoded, tag domain.Digest, e person.Barred) error {
	a := l.applications.find(e.Application)
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

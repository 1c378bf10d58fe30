package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
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
	code := ""
	switch e := e.(type) {
	case person.Claimed:
		code = e.Application
		if _, err := identity.ParseCode(e.Application); err != nil {
			return d.fault(fault.InvalidID, "application code: %v", err)
		}
		cmd = person.Claim{Kind: e.Kind, Application: e.Application}
	case person.Released:
		cmd, code = person.Release(e), e.Application
	case person.Barred:
		cmd, code = person.Bar(e), e.Application
	}
	if cmd, err = person.Complete(cmd, l.evidence(d)); err != nil {
		return refusal(d, err)
	}
	after, err := decide(catalog.Persons, l.persons.get(tag), d, e, cmd)
	if err != nil {
		return err
	}
	l.persons.put(tag, after)
	if l.applications.phase(code) == application.PhaseExpired {
		l.noteExpired(code)
	}
	if barred, ok := e.(person.Barred); ok && barred.ResetLadder {
		l.persons.reset(tag, d.Meta.At)
	}
	return nil
}

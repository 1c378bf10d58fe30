package office

import (
	"context"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// known is what a decision in one stream rests on, read from the store when it is asked for. It
// lives as long as one attempt. It is the evidence of every aggregate, and [catalog.Known].
type known struct {
	ctx    context.Context
	office *Office
	by     Author
	stream string
	state  any                 // of the stream
	newest eventstore.Recorded // of the stream
	ledger Published           // nil if the command rests on none
	at     domain.Time         // 0 until it is asked for
}

var (
	_ catalog.Known        = &known{}
	_ application.Evidence = &known{}
	_ indicator.Evidence   = &known{}
	_ officer.Evidence     = &known{}
	_ person.Evidence      = &known{}
	_ proposal.Evidence    = &known{}
	_ quota.Evidence       = &known{}
	_ round.Evidence       = &known{}
)

// requireAuthor refuses an event, or without one a type, that the author may not cause, or
// could not sign.
func (k *known) requireAuthor(eventType string, e catalog.Event) error {
	t := eventstore.TypeOf(eventType)
	d := catalog.Deed{Actor: k.by.Actor, Stream: k.stream, Type: t, Event: e}
	if t == nil {
		return authorError{fault.New(fault.NotAllowed, "nobody may cause %s", eventType)}
	}
	keys, err := k.authorise(d)
	if err == nil && (e != nil || k.office.anybody.Load()) { // a founder's key is in the event
		err = k.office.Signers.Require(k.by.Actor, keys[0])
	}
	switch fault.CodeOf(err) {
	case "", fault.NotOwn:
		return err
	}
	return authorError{err}
}

// authorise is [catalog.Authorise], which the office asks for applicants on applications only.
// Elsewhere they are nobody.
func (k *known) authorise(d catalog.Deed) ([]officer.PublicKey, error) {
	applicant := strings.HasPrefix(k.by.Actor, catalog.ActorApplicant)
	if applicant && !d.Type.Applicant && !strings.HasPrefix(k.stream, application.StreamPrefix) {
		_, err := k.Officer()
		return nil, err
	}
	return catalog.Authorise(d, k)
}

// At returns the time of the decision.
func (k *known) At() domain.Time {
	if k.at == 0 {
		k.at = k.office.Now()
	}
	return k.at
}

// Officer returns the id of the author.
func (k *known) Officer() (string, error) { return catalog.OfficerOf(k.by.Actor) }

// author returns the officer who is the author.
func (k *known) author() (officer.State, error) {
	id, err := k.Officer()
	if err != nil {
		return officer.State{}, err
	}
	return k.officer(id)
}

// officer returns the state of the author, which is read once.
func (k *known) officer(id string) (officer.State, error) {
	if k.by.seen == nil {
		k.by.seen = &seen{}
	}
	if k.by.seen.id == id {
		return k.by.seen.state, nil
	}
	s, err := k.office.LoadOfficer(k.ctx, id)
	if err == nil {
		*k.by.seen = seen{id, s}
	}
	return s, err
}

// Signs reports whether the author has a key.
func (k *known) Signs() (bool, error) {
	s, err := k.author()
	return s.Key != "", err
}

// Departments returns those that the author may speak for.
func (k *known) Departments(string) ([]string, error) {
	s, err := k.author()
	return s.Departments, err
}

// Founded reports whether the ledger has an event.
func (k *known) Founded() (bool, error) { return k.office.founded(k.ctx) }

// Keys returns the key of an officer who holds the role.
func (k *known) Keys(id string, role officer.Role) ([]officer.PublicKey, error) {
	s, err := k.officer(id)
	if err != nil || !s.Has(role) {
		return nil, err
	}
	return []officer.PublicKey{s.Key}, nil
}

// Application returns the state of an application.
func (k *known) Application(code string) (application.State, error) {
	if s, ok := k.state.(application.State); ok && k.stream == application.StreamPrefix+code {
		return s, nil
	}
	return k.office.LoadApplication(k.ctx, code)
}

// indicator returns the state of an indicator.
func (k *known) indicator(id string) (indicator.State, error) {
	if s, ok := k.state.(indicator.State); ok && k.stream == indicator.StreamPrefix+id {
		return s, nil
	}
	return k.office.LoadIndicator(k.ctx, id)
}

// Promoted reports whether the indicator is that of a promoted rank.
func (k *known) Promoted(id string) (bool, error) {
	s, err := k.indicator(id)
	return s.Vacated != "", err
}

// Won returns the indicator that an application won.
func (k *known) Won(code string) (string, error) {
	a, err := k.Application(code)
	return a.Won, err
}

// Rules returns those of the round that the stream is of.
func (k *known) Rules() (rules.Version, error) {
	return k.RulesOf(k.round())
}

// round returns the round that the stream is of.
func (k *known) round() string { return strings.TrimPrefix(k.stream, round.StreamPrefix) }

// RulesOf returns those of a round.
func (k *known) RulesOf(id string) (rules.Version, error) { return k.office.RulesOf(k.ctx, id) }

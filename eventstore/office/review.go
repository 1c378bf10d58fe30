package office

import (
	"context"
	"fmt"
	"math"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// Application issues a command on an application; sample is an event of the type it
// leads to, for the role it needs. An applicant may issue those of [catalog.Type.Applicant], on
// his own application. Times, rules and officers that the command rests on are
// put into it.
func (o *Office) Application(ctx context.Context, meta catalog.Meta, code string, sample application.Event, cmd application.Command) error {
	if _, err := identity.ParseCode(code); err != nil {
		return fault.New(fault.InvalidID, "application code: %v", err)
	}
	if _, himself := meta.Applicant(); himself {
		if !catalog.Public.Find(sample.EventType()).Applicant {
			return fault.New(fault.NotAllowed, "%s needs an officer", sample.EventType())
		}
	} else if err := eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()); err != nil {
		return err
	}
	return o.Carry(ctx, meta, code, sample, cmd)
}

// Carry carries out a command on an application whose officer the caller has seen to
// with [eventstore.RequireRole], once for as many commands as it brings.
func (o *Office) Carry(ctx context.Context, meta catalog.Meta, code string, sample application.Event, cmd application.Command) error {
	stream := application.StreamPrefix + code
	_, err := eventstore.Of(catalog.Applications).HandleWith(ctx, o.Store, stream, meta, sample, func(l eventstore.Loaded[application.State]) (application.Command, error) {
		if l.State.Phase == "" {
			return cmd, nil // refused, whatever it is
		}
		if who, himself := meta.Applicant(); himself && who != l.State.Applicant {
			return nil, fault.New(fault.NotOwn, "an applicant acts on an application of his own only")
		}
		if err := o.ladder(ctx, meta, l.State, cmd); err != nil {
			return nil, err
		}
		return o.complete(ctx, meta, stream, l.State, cmd)
	})
	return err
}

// complete puts into a command what it rests on: the time, the rules of the round that
// the application was submitted for, and who has rejected it.
func (o *Office) complete(ctx context.Context, meta catalog.Meta, stream string, s application.State, cmd application.Command) (application.Command, error) {
	var err error
	round := s.Round
	switch c := cmd.(type) {
	case application.Approve:
		c.At = meta.At
		c.Rules, err = o.RulesOf(ctx, round)
		return c, err
	case application.Reject:
		c.At = meta.At
		c.Rules, err = o.RulesOf(ctx, round)
		return c, err
	case application.RecordCheck:
		if c.Rules, err = o.RulesOf(ctx, round); err == nil {
			c.Bound, err = o.bound(ctx, meta)
		}
		return c, err
	case application.AskRecheck:
		c.At = meta.At
		c.Rules, err = o.RulesOf(ctx, round)
		return c, err
	case application.AnswerRecheck:
		c.At = meta.At
		if c.By, err = meta.Officer(); err == nil {
			c.RejectedBy, err = o.rejectedBy(ctx, stream)
		}
		return c, err
	case application.Renew:
		c.At = meta.At
		c.Rules, err = o.RulesOf(ctx, round)
		return c, err
	case application.Edit:
		v, err := o.RulesOf(ctx, round)
		if err == nil {
			err = v.RequireChoices(s.Indicator, c.Standing)
		}
		return c, err
	case application.Submit, application.Withdraw, application.Award, application.Expire, application.Disqualify, application.Credit:
		return c, nil
	}
	return nil, fmt.Errorf("no evidence is known for %T", cmd)
}

// bound are the departments that the officer may speak for.
func (o *Office) bound(ctx context.Context, meta catalog.Meta) ([]string, error) {
	id, err := meta.Officer()
	if err != nil {
		return nil, err
	}
	l, err := eventstore.Of(catalog.Officers).Load(ctx, o.Store, officer.StreamPrefix+id, meta)
	if err == nil && !l.State.Has(officer.Reviewer) { // any more: the caller has seen to it before
		err = fault.New(fault.NotAllowed, "officer %s is no reviewer", id)
	}
	return l.State.Departments, err
}

// rejectedBy is the officer who rejected an application last, or "".
func (o *Office) rejectedBy(ctx context.Context, stream string) (string, error) {
	newestFirst := eventstore.Range{From: math.MaxUint64, Backwards: true}
	for r, err := range o.Store.Read(ctx, stream, newestFirst) {
		if err != nil {
			return "", fmt.Errorf("looking for the rejection in %s: %w", stream, err)
		}
		if r.Type != (application.Rejected{}).EventType() {
			continue
		}
		m, err := catalog.ParseMeta(r.Meta)
		if err != nil {
			return "", fmt.Errorf("reading %s at revision %d: %w", stream, r.Revision, err)
		}
		return m.Officer()
	}
	return "", nil
}

package office

import (
	"context"
	"fmt"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
)

// rerun looks up what is known of a round that another one is to stand for. Of two rounds
// opened for it within the same moment the replay refuses the second.
func (o *Office) rerun(ctx context.Context, id, voided string) (is bool, by string, err error) {
	s, err := o.LoadRound(ctx, voided)
	if err != nil {
		return false, "", err
	}
	for stream, err := range o.Store.Streams(ctx, round.StreamPrefix) {
		if err != nil {
			return false, "", fmt.Errorf("looking for reruns of round %s: %w", voided, err)
		}
		if stream == round.StreamPrefix+id {
			continue
		}
		first := eventstore.Range{Limit: 1}
		for e, err := range eventsOf[round.Event](ctx, o.Store, stream, first) {
			if err != nil {
				return false, "", fmt.Errorf("looking for reruns of round %s: %w", voided, err)
			}
			if opened, ok := e.event.(round.Opened); ok && opened.Reruns == voided {
				by = stream[len(round.StreamPrefix):]
			}
		}
	}
	return s.Phase == round.PhaseVoided, by, nil
}

// VoidRound ends a round without effect.
func (o *Office) VoidRound(ctx context.Context, meta catalog.Meta, id string, reason round.VoidReason) error {
	v, err := o.RulesOf(ctx, id)
	if err != nil {
		return err
	}
	return o.Round(ctx, meta, id, round.Voided{}, round.Void{At: meta.At, Reason: reason, CeremonyMargin: v.CeremonyMargin(), Abort: v.Abort()})
}

// Lapse ends an indicator that was not used in time, with the penalty of the rules.
func (o *Office) Lapse(ctx context.Context, meta catalog.Meta, id string) error {
	name, pool, _, err := indicator.ParseID(id)
	if err != nil {
		return err
	}
	v, err := o.RulesOf(ctx, name)
	if err != nil {
		return err
	}
	return o.EndIndicator(ctx, meta, id, indicator.Forfeited{}, indicator.Forfeit{At: meta.At, Reason: indicator.Lapsed, Pool: pool, Lapse: v.Lapse})
}

// EndIndicator carries out a command that revokes or forfeits an indicator, and gives the
// people of its application free, or bars them for the time of the penalty. Repeated after a
// crash it goes on where it was.
func (o *Office) EndIndicator(ctx context.Context, meta catalog.Meta, id string, sample indicator.Event, cmd indicator.Command) error {
	if err := o.Indicator(ctx, meta, id, sample, cmd); err != nil {
		return err
	}
	l, err := eventstore.Of(catalog.Indicators).Load(ctx, o.Store, indicator.StreamPrefix+id, meta)
	if err != nil {
		return err
	}
	code := l.State.Application
	a, err := o.LoadApplication(ctx, code)
	if err != nil {
		return err
	}
	if l.State.Frees() {
		return o.release(ctx, meta, code, a.Indicator, a.Persons)
	}
	if err := eventstore.RequireRole(ctx, o.Store, meta, person.Barred{}.EventType()); err != nil {
		return err
	}
	bar := person.Bar{Kind: a.Indicator, Application: code, Until: l.State.BarredUntil, ResetLadder: l.State.ResetLadder}
	for _, tag := range a.Persons {
		if err := o.person(ctx, meta, "bar "+code, tag, bar); err != nil {
			return err
		}
	}
	return nil
}

// Promote moves a rank of the reserve up to a seat that fell vacant. The evidence in cmd is
// worked out from the ledger. It cannot be stale unnoticed: whatever was promoted since
// stands in the stream of the very rank that cmd takes for the next.
func (o *Office) Promote(ctx context.Context, meta catalog.Meta, id string, cmd indicator.Promote) error {
	return o.Indicator(ctx, meta, id, indicator.Promoted{}, cmd)
}

// ladder refuses to change the standing of an application to draws that a lapse has ended.
func (o *Office) ladder(ctx context.Context, meta catalog.Meta, a application.State, cmd application.Command) error {
	after := a.Standing
	if c, is := cmd.(application.Edit); is {
		after = c.Standing
	} else if c, is := cmd.(application.Credit); is {
		after = application.Credited(c).Apply(after)
	} else {
		return nil
	}
	for i, tag := range a.Persons {
		l, err := eventstore.Of(catalog.Persons).Load(ctx, o.Store, person.StreamPrefix+tag.String(), meta)
		if err != nil {
			return err
		}
		if err := checkDraws(l.State, after, i); err != nil {
			return err
		}
	}
	return nil
}

// checkDraws refuses draws of the i-th member that a lapse has ended.
func checkDraws(p person.State, s rules.Standing, i int) error {
	if i >= len(s.Members) {
		return nil // for the rules of the application to refuse
	}
	return p.RequireDraws(s.Members[i].DrawsUntil2020 + s.Members[i].DrawsSince2021)
}

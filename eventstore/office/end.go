package office

import (
	"context"

	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
)

// EndApplication carries out a command that ends an application, and gives its persons free: a
// withdrawal, a disqualification or an expiry. Repeated after a crash it goes on where it was.
//
// An expiry rests on the published ledger. Without one, l is nil.
func (o *Office) EndApplication(
	ctx context.Context, by Author, code string, cmd application.Command, l Published,
) error {
	if _, err := o.Execute(ctx, by, Application(code, cmd).On(l)); err != nil {
		return err
	}
	s, err := o.LoadApplication(ctx, code)
	if err != nil || !s.Phase.Over() {
		return err
	}
	return o.release(ctx, by, code, s.Indicator, s.Persons)
}

// Award gives the indicator of a rank to the application that holds it by the published result:
// first the application ends, so that it cannot be withdrawn any more, then the indicator begins.
func (o *Office) Award(ctx context.Context, by Author, id string, l Published) error {
	return o.award(ctx, by, id, l.Selected(id), l)
}

func (o *Office) award(ctx context.Context, by Author, id, code string, l Published) error {
	name, _, _, err := indicator.ParseID(id)
	if err != nil {
		return err
	}
	if _, err := o.RulesOf(ctx, name); err != nil {
		return err
	}
	end := application.Award{Code: code, Indicator: id}
	if _, err := o.Execute(ctx, by, Application(code, end).On(l)); err != nil {
		return err
	}
	_, err = o.Execute(ctx, by, Indicator(id, indicator.Award{Application: code}).On(l))
	return err
}

// EndIndicator carries out a command that revokes or forfeits an indicator. It gives the people
// of its application free, or bars them for the time of the penalty. Repeated after a crash it
// goes on where it was.
func (o *Office) EndIndicator(
	ctx context.Context, by Author, id string, cmd indicator.Command,
) error {
	if _, err := o.Execute(ctx, by, Indicator(id, cmd)); err != nil {
		return err
	}
	s, err := o.LoadIndicator(ctx, id)
	if err != nil {
		return err
	}
	a, err := o.LoadApplication(ctx, s.Application)
	switch {
	case err != nil:
		return err
	case s.Frees():
		return o.release(ctx, by, s.Application, a.Indicator, a.Persons)
	case s.BarredUntil == 0:
		return nil
	}
	bar := person.Bar{
		Kind: a.Indicator, Application: s.Application,
		Until: s.BarredUntil, ResetLadder: s.ResetLadder,
	}
	for _, tag := range a.Persons {
		if _, err := personOf(tag, "bar "+s.Application, bar).execute(ctx, o, by); err != nil {
			return err
		}
	}
	return nil
}

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
// An expiry names a round that may still select the application, as the published ledger has it,
// or none. Whoever replays the ledger works it out again.
func (o *Office) EndApplication(
	ctx context.Context, by Author, code string, cmd application.Command,
) error {
	if _, err := o.Execute(ctx, by, Application(code, cmd)); err != nil {
		return err
	}
	s, err := o.LoadApplication(ctx, code)
	if err != nil || !s.Phase.Over() {
		return err
	}
	return o.release(ctx, by, code, s.Indicator, s.Persons)
}

// Award gives the indicator of a rank to the application that holds it: first the application
// ends, so that it cannot be withdrawn any more, then the indicator begins. The caller has worked
// out from the published result that selected is the code on the rank. Whoever replays the ledger
// does it again.
func (o *Office) Award(ctx context.Context, by Author, id, selected string) error {
	name, _, _, err := indicator.ParseID(id)
	if err != nil {
		return err
	}
	if _, err := o.RulesOf(ctx, name); err != nil {
		return err
	}
	end := application.Award{Code: selected, Indicator: id, Selected: selected}
	if _, err := o.Execute(ctx, by, Application(selected, end)); err != nil {
		return err
	}
	begin := indicator.Award{Application: selected, Selected: selected}
	_, err = o.Execute(ctx, by, Indicator(id, begin))
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

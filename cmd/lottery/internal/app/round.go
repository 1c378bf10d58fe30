package app

import (
	"context"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// Round returns a round that was opened.
func (a *App) Round(ctx context.Context, id string) (round.State, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return round.State{}, err
	}
	r, err := o.LoadRound(ctx, id)
	if err == nil && r.Phase == "" {
		err = fault.New(fault.UnknownRound, "no round %q was opened", id)
	}
	return r, err
}

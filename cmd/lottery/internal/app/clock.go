package app

import (
	"context"

	"lotteryledger/cmd/internal/clock"
)

// Clock returns a clock that shares the ledger of the publisher. It notes refusals in the log.
func (a *App) Clock(ctx context.Context) (*clock.Clock, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	p, err := a.Publisher(ctx)
	if err != nil {
		return nil, err
	}
	c := clock.New(o, p.CatchUp, a.Stored, func(kind, id, code string) {
		a.Log.Info().Str("duty", kind).Str("id", id).Str("code", code).Msg("refused")
	})
	c.Alone = a.Alone
	return c, nil
}

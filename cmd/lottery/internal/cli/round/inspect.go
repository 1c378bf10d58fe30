package round

import (
	"context"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain"
	"lotteryledger/projections/pool"
)

// inspect looks for what would go wrong later.
func inspect(ctx context.Context, a *app.App, id string, drawTime domain.Time) (inspected, error) {
	r := inspected{Round: id, Findings: []finding{}}
	s, err := a.Round(ctx, id)
	if err != nil {
		return r, err
	}
	r.Phase = s.Phase
	o, err := a.Office(ctx)
	if err != nil {
		return r, err
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return r, err
	}
	at, err := db.Position(ctx, pool.Name)
	if err != nil {
		return r, err
	}
	found, err := o.CheckRound(ctx, id, drawTime, pool.Of(db).Candidates(ctx, at.Leaves))
	for _, f := range found {
		r.Findings = append(r.Findings, finding{
			Code: f.Code, Pool: f.Pool, Year: f.Year, Count: f.Count, Time: f.Time,
			Near: suggest.Nearest(f.Pools, f.Pool),
		})
	}
	return r, err
}

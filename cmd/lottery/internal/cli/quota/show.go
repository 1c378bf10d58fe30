package quota

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/projections/results"
)

type pool struct {
	Pool    string `json:"pool"`
	Seats   int64  `json:"seats"`
	Taken   uint64 `json:"taken"` // by rounds
	Left    int64  `json:"left"`
	Changes int    `json:"changes"`
	Unused  uint64 `json:"unused"` // to be returned to the year
}

type shown struct {
	Year  int    `json:"year"`
	Pools []pool `json:"pools"`
}

// Text writes what each pool has.
func (r shown) Text(p *cli.Page) {
	p.Line("quota.year", r.Year)
	for _, q := range r.Pools {
		text := p.Say("quota.pool", q.Pool, q.Seats, q.Taken, q.Left, q.Changes)
		if q.Unused > 0 {
			text += p.Say("quota.unused", q.Unused)
		}
		p.Print(text)
	}
}

func showCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "show YEAR", Short: "Print what a year has, and what its rounds have taken",
		Example: `  lottery quota show 2026`,
	}, func(ctx context.Context, args []string) (shown, error) {
		year, err := parseYear(args[0])
		if err != nil {
			return shown{}, err
		}
		return show(ctx, a, year)
	})
}

// show reads what the year has from its stream, and what its rounds have taken from the tables.
// Both cost the same however large the ledger is.
func show(ctx context.Context, a *app.App, year int) (shown, error) {
	r := shown{Year: year}
	o, err := a.Office(ctx)
	if err != nil {
		return r, err
	}
	state, err := o.LoadQuota(ctx, year)
	if err != nil {
		return r, err
	}
	if len(state.Pools) == 0 {
		return r, fault.New(fault.UnknownQuota, "no quota is set for %d", year)
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return r, err
	}
	made, err := results.Of(db).Quota(ctx, year)
	if err != nil {
		return r, err
	}
	for _, name := range slices.Sorted(maps.Keys(state.Pools)) {
		p, of := state.Pools[name], made[name]
		r.Pools = append(r.Pools, pool{
			Pool: name, Seats: p.Seats, Taken: of.Taken, Left: p.Seats - int64(of.Taken),
			Changes: len(p.Changes), Unused: of.Unused - min(of.Unused, state.Returned(name)),
		})
	}
	return r, nil
}

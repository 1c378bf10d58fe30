package quota

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
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

// show reads the store as it is now.
func show(ctx context.Context, a *app.App, year int) (shown, error) {
	r := shown{Year: year}
	p, err := a.Publisher(ctx)
	if err != nil {
		return r, err
	}
	l, err := p.CatchUp(ctx)
	if err != nil {
		return r, err
	}
	state := l.Quota(year)
	if len(state.Pools) == 0 {
		return r, fault.New(fault.UnknownQuota, "no quota is set for %d", year)
	}
	for _, name := range slices.Sorted(maps.Keys(state.Pools)) {
		p, taken := state.Pools[name], l.QuotaUsed(year, name)
		r.Pools = append(r.Pools, pool{
			Pool: name, Seats: p.Seats, Taken: taken, Left: p.Seats - int64(taken),
			Changes: len(p.Changes), Unused: l.QuotaUnused(year, name),
		})
	}
	return r, nil
}

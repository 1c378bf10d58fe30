package quota

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/quota"
	"lotteryledger/eventstore/office"
)

type set struct {
	Year    int    `json:"year"`
	Pool    string `json:"pool"`
	Seats   uint64 `json:"seats"`
	Unknown bool   `json:"unknown_pool,omitempty"` // no adopted rules have such a pool
	cli.Done
}

// Text says what the pool has now, and warns of a name that no rules know.
func (r *set) Text(p *cli.Page) {
	p.Line("quota.set", r.Pool, r.Seats, r.Year)
	if r.Unknown {
		p.Line("quota.unknown_pool", r.Pool)
	}
}

func setCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "set YEAR POOL=SEATS", Short: "Say how many seats a pool has in a year",
		Example: `  lottery --officer chief quota set 2026 ordinary=10000`,
	}, func(ctx context.Context, args []string) (*set, error) {
		year, err := parseYear(args[0])
		if err != nil {
			return nil, err
		}
		given := strings.Join(args[1:], "=")
		pool, seats, ok := cli.ParseSeats(given)
		if !ok {
			return nil, app.Usage("%q is not POOL=SEATS", given)
		}
		return setSeats(ctx, a, year, pool, seats)
	})
	two := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 3 { // POOL SEATS, as it was written before
			return nil
		}
		return two(c, args)
	}
	return c
}

func setSeats(ctx context.Context, a *app.App, year int, pool string, seats uint64) (*set, error) {
	cmd := quota.SetSeats{Pool: pool, Seats: seats}
	if err := a.Execute(ctx, office.Quota(year, cmd)); err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	known, err := o.KnowsPool(ctx, pool)
	return &set{Year: year, Pool: pool, Seats: seats, Unknown: !known}, err
}

package quota

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/quota"
)

type carried struct {
	Year     int    `json:"year"`
	Pool     string `json:"pool"`
	Seats    uint64 `json:"seats"`
	FromYear int    `json:"from_year"`
	FromPool string `json:"from_pool"`
	cli.Done
}

// Text says which pool gives seats to which.
func (r *carried) Text(p *cli.Page) {
	p.Line("quota.carried", r.Seats, r.FromPool, r.FromYear, r.Pool, r.Year)
}

func carryOverCommand(a *app.App) *cobra.Command {
	var from string
	var amount uint64
	c := cli.New(a, &cobra.Command{
		Use:     "carry-over YEAR POOL --from YEAR:POOL --seats N",
		Short:   "Give a year seats that an earlier one has left",
		Example: `  lottery --officer chief quota carry-over 2027 ordinary --from 2026:ordinary --seats 12`,
	}, func(ctx context.Context, args []string) (*carried, error) {
		year, err := parseYear(args[0])
		if err != nil {
			return nil, err
		}
		before, pool, _ := strings.Cut(from, ":")
		fromYear, err := parseYear(before)
		if err != nil || pool == "" {
			return nil, app.Usage("--from: %q is not YEAR:POOL", from)
		}
		return carryOver(ctx, a,
			quota.CarryOver{
				Year: year, Pool: args[1], Amount: amount, FromYear: fromYear,
				FromPool: pool,
			})
	})
	c.Flags().StringVar(&from, "from", "", "YEAR:POOL that gives them")
	c.Flags().Uint64Var(&amount, "seats", 0, "how many")
	return c
}

func carryOver(ctx context.Context, a *app.App, cmd quota.CarryOver) (*carried, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	r := &carried{
		Year: cmd.Year, Pool: cmd.Pool, Seats: cmd.Amount, FromYear: cmd.FromYear,
		FromPool: cmd.FromPool,
	}
	return r, o.CarryOver(ctx, by, &l.State, cmd)
}

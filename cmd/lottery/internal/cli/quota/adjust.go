package quota

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/quota"
)

type adjustOptions struct {
	reason string
	amount int64
}

type adjusted struct {
	Year   int          `json:"year"`
	Pool   string       `json:"pool"`
	Amount int64        `json:"amount"`
	Reason quota.Reason `json:"reason"`
	cli.Done
}

// Text says by how much the seats change.
func (r *adjusted) Text(p *cli.Page) {
	p.Line("quota.adjusted", r.Pool, r.Year, r.Amount, r.Reason)
}

func adjustCommand(a *app.App) *cobra.Command {
	var o adjustOptions
	c := cli.New(a, &cobra.Command{
		Use:   "adjust YEAR POOL --by N --reason REASON",
		Short: "Add seats to a year, or take them away",
		Example: `  lottery --officer chief quota adjust 2026 ordinary --by -100 --reason policy
  lottery --officer chief quota adjust 2026 ordinary --by 2 --reason returned`,
	}, func(ctx context.Context, args []string) (*adjusted, error) {
		year, err := parseYear(args[0])
		if err != nil {
			return nil, err
		}
		return adjust(ctx, a, year, args[1], o)
	})
	c.Flags().Int64Var(&o.amount, "by", 0, "seats more, or with a minus fewer")
	c.Flags().StringVar(&o.reason, "reason", "", "why")
	cli.OneOf(c, "reason", quota.Reasons)
	return c
}

// adjust rests on what the rounds have taken, which the public ledger says.
func adjust(
	ctx context.Context, a *app.App, year int, pool string, o adjustOptions,
) (*adjusted, error) {
	bureau, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	cmd := quota.Adjust{Pool: pool, Amount: o.amount, Reason: quota.Reason(o.reason)}
	r := &adjusted{Year: year, Pool: pool, Amount: o.amount, Reason: cmd.Reason}
	return r, bureau.AdjustQuota(ctx, by, year, &l.State, cmd)
}

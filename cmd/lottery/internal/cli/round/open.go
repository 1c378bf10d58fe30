package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

type openOptions struct{ rules, opens, closes, reruns string }

type opened struct {
	Round  string      `json:"round"`
	Rules  string      `json:"rules"`
	Opens  domain.Time `json:"opens"`
	Closes domain.Time `json:"closes"`
	cli.Done
}

// Text says when the round takes applications.
func (r *opened) Text(p *cli.Page) { p.Line("round.opened", r.Round, r.Opens, r.Closes) }

func openCommand(a *app.App) *cobra.Command {
	var o openOptions
	c := cli.New(a, &cobra.Command{
		Use:   "open ID --rules NAME --opens TIME --closes TIME",
		Short: "Begin a round under a version of the rules",
		Example: `  lottery --officer con round open 2026-2 --rules beijing-2021 \
    --opens 2026-08-01T00:00:00+08:00 --closes 2026-10-09T00:00:00+08:00
  lottery --officer con --timezone Asia/Shanghai round open 2026-2 --rules beijing-2021 \
    --opens 2026-08-01 --closes 2026-10-09`,
	}, func(ctx context.Context, args []string) (*opened, error) {
		return open(ctx, a, args[0], o)
	})
	f := c.Flags()
	f.StringVar(&o.rules, "rules", "", "name of the adopted rules")
	f.StringVar(&o.opens, "opens", "", "start of the window")
	f.StringVar(&o.closes, "closes", "", "end of the window")
	f.StringVar(&o.reruns, "reruns", "", "the voided round that this one stands for")
	cli.CompleteFlag(c, a, "rules", cli.Rules)
	cli.CompleteFlag(c, a, "reruns", cli.Rounds)
	return c
}

func open(ctx context.Context, a *app.App, id string, o openOptions) (*opened, error) {
	from, err := cli.ParseTime(a, "opens", o.opens)
	if err != nil {
		return nil, err
	}
	to, err := cli.ParseTime(a, "closes", o.closes)
	if err != nil {
		return nil, err
	}
	return &opened{Round: id, Rules: o.rules, Opens: from, Closes: to},
		a.Execute(
			ctx,
			office.Round(id, round.Open{Rules: o.rules, Opens: from, Closes: to, Reruns: o.reruns}),
		)
}

package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

type promoted struct {
	Round    string `json:"round"`
	Promoted int    `json:"promoted"`
	cli.Done
}

// Text counts the ranks that moved up.
func (r *promoted) Text(p *cli.Page) { p.Line("indicator.promoted", r.Promoted, r.Round) }

func promoteCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use:     "promote ROUND",
		Short:   "Move the reserve up to the seats that fell vacant, and award them",
		Example: `  lottery --officer con indicator promote 2026-2`,
	}, func(ctx context.Context, args []string) (*promoted, error) {
		return promote(ctx, a, args[0])
	})
	return cli.CompleteFirst(c, a, cli.Rounds)
}

func promote(ctx context.Context, a *app.App, id string) (*promoted, error) {
	_, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := a.Round(ctx, id); err != nil {
		return nil, err
	}
	c, err := a.Clock(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.Promote(ctx, by, id); err != nil {
		return nil, err
	}
	return &promoted{
		Round: id, Promoted: c.Issued["promote"], Done: cli.Done{Idle: true},
	}, a.Publish(ctx)
}

package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
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
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	state, err := a.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := o.RequireAuthor(ctx, by, indicator.TypePromoted); err != nil {
		return nil, err
	}
	r := &promoted{Round: id}
	switch state.Phase {
	case round.PhaseSettled:
		return r, a.Publish(ctx) // nothing moves any more
	case round.PhasePublished:
	default:
		return nil, fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	c, err := a.Clock(ctx)
	if err != nil {
		return nil, err
	}
	err = c.Promote(
		ctx, id, func(kind, id string) office.Author { return by.Part("%s %s", kind, id) },
	)
	if err != nil {
		return nil, err
	}
	r.Promoted = c.Issued["promote"]
	return r, a.Publish(ctx)
}

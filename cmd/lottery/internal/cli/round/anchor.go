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

type anchorOptions struct{ kind, claimed string }

type anchored struct {
	Round    string           `json:"round"`
	Kind     round.AnchorKind `json:"kind"`
	Evidence domain.Digest    `json:"evidence"`
	cli.Done
}

// Text says what was noted, and to keep the file.
func (r *anchored) Text(p *cli.Page) { p.Line("round.anchored", r.Round, r.Kind, r.Evidence) }

func anchorCommand(a *app.App) *cobra.Command {
	var o anchorOptions
	c := cli.New(a, &cobra.Command{
		Use:     "anchor ID FILE --kind KIND --claimed-at TIME",
		Short:   "Note evidence that the announcement was seen outside",
		Example: `  lottery --officer con round anchor 2026-2 paper.pdf --kind newspaper --claimed-at 2026-12-20T06:00:00+08:00`,
	}, func(ctx context.Context, args []string) (*anchored, error) {
		return anchor(ctx, a, args[0], args[1], o)
	})
	c.Flags().StringVar(&o.kind, "kind", "", "of the evidence")
	c.Flags().StringVar(&o.claimed, "claimed-at", "", "the time that the evidence states")
	cli.OneOf(c, "kind", round.AnchorKinds)
	return cli.CompleteFirst(c, a, cli.Rounds)
}

func anchor(ctx context.Context, a *app.App, id, file string, o anchorOptions) (*anchored, error) {
	at, err := cli.ParseTime(a, "claimed-at", o.claimed)
	if err != nil {
		return nil, err
	}
	evidence, err := a.DigestOf(ctx, file)
	if err != nil {
		return nil, err
	}
	_, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	state, err := a.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &anchored{Round: id, Kind: round.AnchorKind(o.kind), Evidence: evidence}
	return r, a.ExecuteAs(ctx, by, office.Round(id, round.Anchor{Anchored: round.Anchored{
		Kind: r.Kind, Document: state.Announced.Document, Evidence: evidence, ClaimedAt: at,
	}}))
}

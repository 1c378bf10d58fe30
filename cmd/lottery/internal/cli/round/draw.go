package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// Drawn is a round whose results are recorded.
type Drawn struct {
	Round string      `json:"round"`
	Pools []poolRanks `json:"pools,omitempty"`
	cli.Done
}

type poolRanks struct {
	Pool  string `json:"pool"`
	Ranks int    `json:"ranks"`
}

// Text counts the ranks of each pool.
func (r *Drawn) Text(p *cli.Page) {
	if r.Pools == nil {
		p.Line("round.drawn_before", r.Round)
		return
	}
	text := p.Say("round.drawn", r.Round)
	for i, q := range r.Pools {
		if i > 0 {
			text += p.Text("comma")
		}
		text += p.Say("round.ranks", q.Pool, q.Ranks)
	}
	p.Print(text)
}

func drawCommand(a *app.App) *cobra.Command {
	return cli.Anew(a, step(a, &cobra.Command{
		Use: "draw ID", Short: "Compute and record the results",
		Example: `  lottery --officer con round draw 2026-2`,
	}, Draw))
}

// Draw computes the results from the published ledger and records them.
func Draw(ctx context.Context, a *app.App, by office.Author, id string) (*Drawn, error) {
	r, err := a.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Phase == round.PhasePublished || r.Phase == round.PhaseSettled {
		return &Drawn{Round: id}, a.Publish(ctx)
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	results, err := o.Draw(ctx, by, id, &l.State)
	if err != nil {
		return nil, err
	}
	drawn := &Drawn{Round: id, Pools: []poolRanks{}}
	for _, p := range results {
		drawn.Pools = append(drawn.Pools, poolRanks{p.Pool, len(p.Ranks)})
	}
	return drawn, a.Publish(ctx)
}

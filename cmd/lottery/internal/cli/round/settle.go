package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

type settled struct {
	Round string             `json:"round"`
	Pools []round.Settlement `json:"pools,omitempty"`
	cli.Done
}

// Text counts what was used and what comes back in each pool.
func (r *settled) Text(p *cli.Page) {
	if r.Pools == nil {
		p.Line("round.settled_before", r.Round)
		return
	}
	text := p.Say("round.settled", r.Round)
	for i, q := range r.Pools {
		if i > 0 {
			text += p.Text("comma")
		}
		text += p.Say("round.used", q.Pool, q.Used, q.Returned)
	}
	p.Print(text)
}

func settleCommand(a *app.App) *cobra.Command {
	return step(a, &cobra.Command{
		Use: "settle ID", Short: "Close a round of which nothing is open any more",
		Example: `  lottery --officer con round settle 2026-2`,
	}, settle)
}

// settle closes a round with the figures that the published ledger gives.
func settle(ctx context.Context, a *app.App, by office.Author, id string) (*settled, error) {
	r, err := a.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Phase == round.PhaseSettled {
		return &settled{Round: id}, a.Publish(ctx)
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	pools, _ := l.Settlement(id)
	if err := a.ExecuteAs(ctx, by, office.Round(id, round.Settle{}).On(l)); err != nil {
		return nil, err
	}
	return &settled{Round: id, Pools: pools}, a.Publish(ctx)
}

package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/office"
)

// Awarded is what the awards of a round led to.
type Awarded struct {
	Round    string `json:"round"`
	Awarded  int    `json:"awarded"`
	Declined int    `json:"declined"` // applications that had ended before
	cli.Done
}

// Text counts the awards.
func (r *Awarded) Text(p *cli.Page) {
	p.Line("indicator.awarded", r.Awarded, r.Round)
	if r.Declined > 0 {
		p.Line("indicator.declined", r.Declined)
	}
}

func awardCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "award ROUND", Short: "Award an indicator for every seat of a published round",
		Example: `  lottery --officer con indicator award 2026-2`,
	}, func(ctx context.Context, args []string) (*Awarded, error) {
		_, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return Award(ctx, a, by, args[0])
	})
	return cli.CompleteFirst(c, a, cli.Rounds)
}

// Award awards an indicator for every seat of a published round.
func Award(ctx context.Context, a *app.App, by office.Author, id string) (*Awarded, error) {
	if _, err := a.Round(ctx, id); err != nil {
		return nil, err
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	bar := progress.New(a.Err, "awarding")
	defer bar.Done()
	r := &Awarded{Round: id}
	r.Awarded, r.Declined,
		err = o.AwardRound(ctx, by, id, &l.State,
		func(done, all int) { bar.Set(int64(done), int64(all)) })
	if err != nil {
		return nil, err
	}
	return r, a.Publish(ctx)
}

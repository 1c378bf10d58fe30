package indicator

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
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
	state, selected := l.Round(id)
	if state.Phase != round.PhasePublished && state.Phase != round.PhaseSettled {
		return nil, fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	r := &Awarded{Round: id}
	if r.Awarded, r.Declined, err = award(ctx, a, by, id, selected); err != nil {
		return nil, err
	}
	return r, a.Publish(ctx)
}

// ended are the refusals of an application that ended between draw and award: it gets none.
var ended = []string{
	fault.ApplicationWithdrawn, fault.ApplicationAwarded, fault.ApplicationDisqualified,
	fault.ApplicationExpired,
}

// award awards the seats of every pool, many at once.
func award(
	ctx context.Context, a *app.App, by office.Author, id string, selected map[string][]string,
) (awarded, declined int, err error) {
	o, err := a.Office(ctx)
	if err != nil {
		return 0, 0, err
	}
	all := 0
	for _, codes := range selected {
		all += len(codes)
	}
	bar := progress.New(a.Err, "awarding")
	defer bar.Done()
	var ok, gone atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for _, pool := range slices.Sorted(maps.Keys(selected)) {
		for i, code := range selected[pool] {
			g.Go(func() error {
				name := indicator.ID(id, pool, uint64(i)+1)
				err := o.Award(ctx, by.Part("award %s", name), name, code)
				switch {
				case err == nil:
					ok.Add(1)
				case slices.Contains(ended, fault.CodeOf(err)):
					gone.Add(1)
					err = nil
				}
				bar.Set(ok.Load()+gone.Load(), int64(all))
				return err
			})
		}
	}
	err = g.Wait()
	return int(ok.Load()), int(gone.Load()), err
}

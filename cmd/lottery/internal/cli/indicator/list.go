package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/projections/results"
)

var phases = []indicator.Phase{
	indicator.PhasePromoted, indicator.PhaseAwarded, indicator.PhaseConfirmed,
	indicator.PhaseRevoked,
	indicator.PhaseUsed, indicator.PhaseForfeited,
}

type listOptions struct {
	cli.Paging
	round, phase string
}

type listed struct {
	Indicator   string          `json:"indicator"`
	Phase       indicator.Phase `json:"phase"`
	Application string          `json:"application"`
	UseBy       domain.Time     `json:"use_by,omitzero"`
}

type list struct {
	Indicators []listed `json:"indicators"`
	Next       string   `json:"next,omitempty"`
}

// Text writes the indicators in columns.
func (l list) Text(p *cli.Page) {
	p.Line("indicator.list", len(l.Indicators))
	var rows [][]string
	for _, i := range l.Indicators {
		row := []string{
			"  " + i.Indicator, words.Name(p.Words, "indicator_phase", i.Phase), i.Application,
		}
		if i.Phase == indicator.PhaseConfirmed {
			row = append(row, p.Say("indicator.until", i.UseBy))
		}
		rows = append(rows, row)
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o listOptions
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print indicators in the order of round, pool and rank",
		Example: `  lottery indicator list --round 2026-2 --phase awarded`,
	}, func(ctx context.Context, _ []string) (list, error) { return listChosen(ctx, a, o) })
	o.Flags(c)
	c.Flags().StringVar(&o.round, "round", "", "only those of it")
	c.Flags().StringVar(&o.phase, "phase", "", "only those in it")
	cli.OneOf(c, "phase", phases)
	cli.CompleteFlag(c, a, "round", cli.Rounds)
	return c
}

func listChosen(ctx context.Context, a *app.App, o listOptions) (list, error) {
	if err := cli.CheckChoices(phases, "phase", o.phase); err != nil {
		return list{}, err
	}
	if o.round != "" {
		if _, err := a.Round(ctx, o.round); err != nil {
			return list{}, err
		}
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return list{}, err
	}
	all := results.Of(db).Indicators(ctx, o.round, indicator.Phase(o.phase))
	page, next, err := cli.Take(o.Paging, all, func(i results.Indicator) string { return i.ID })
	l := list{Indicators: []listed{}, Next: next}
	for _, i := range page {
		l.Indicators = append(l.Indicators, listed{i.ID, i.Phase, i.Code, i.UseBy})
	}
	return l, err
}

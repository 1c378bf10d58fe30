package round

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

var phases = []round.Phase{
	round.PhaseOpened, round.PhaseClosed, round.PhaseSealed, round.PhaseAnnounced,
	round.PhaseSeeded, round.PhaseDrawn,
	round.PhasePublished, round.PhaseSettled, round.PhaseVoided,
}

type listOptions struct {
	cli.Paging
	phase, rules string
}

type listed struct {
	Round    string      `json:"round"`
	Phase    round.Phase `json:"phase"`
	Rules    string      `json:"rules"`
	Opens    domain.Time `json:"opens"`
	Closes   domain.Time `json:"closes"`
	DrawTime domain.Time `json:"draw_time,omitzero"`
}

type list struct {
	Rounds []listed `json:"rounds"`
	Next   string   `json:"next,omitempty"`
}

// Text writes the rounds in columns.
func (l list) Text(p *cli.Page) {
	p.Line("round.list", len(l.Rounds))
	var rows [][]string
	for _, r := range l.Rounds {
		row := []string{
			"  " + r.Round, words.Name(p.Words, "round_phase", r.Phase), r.Rules, p.Say(
				"round.window", r.Opens, r.Closes,
			),
		}
		if r.DrawTime != 0 {
			row = append(row, p.Say("round.draw_at", r.DrawTime))
		}
		rows = append(rows, row)
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o listOptions
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print all rounds, the oldest window first",
		Example: `  lottery round list
  lottery round list --phase published --rules beijing-2021`,
	}, func(ctx context.Context, _ []string) (list, error) { return listChosen(ctx, a, o) })
	o.Flags(c)
	c.Flags().StringVar(&o.phase, "phase", "", "only those in it")
	c.Flags().StringVar(&o.rules, "rules", "", "only those under them")
	cli.OneOf(c, "phase", phases)
	cli.CompleteFlag(c, a, "rules", cli.Rules)
	return c
}

func listChosen(ctx context.Context, a *app.App, o listOptions) (list, error) {
	if err := cli.CheckChoices(phases, "phase", o.phase); err != nil {
		return list{}, err
	}
	if o.rules != "" {
		known, err := a.Names(ctx, cli.Rules)
		if err != nil {
			return list{}, err
		}
		if !slices.Contains(known, o.rules) {
			return list{}, fault.New(fault.UnknownRules, "no rules %q were adopted", o.rules)
		}
	}
	ids, err := a.Names(ctx, round.StreamPrefix)
	if err != nil {
		return list{}, err
	}
	var rounds []listed
	for _, id := range ids {
		s, err := a.Round(ctx, id)
		if err != nil {
			return list{}, err
		}
		if (o.phase == "" || s.Phase == round.Phase(o.phase)) &&
			(o.rules == "" || s.Opened.Rules == o.rules) {
			rounds = append(rounds, listed{
				id, s.Phase, s.Opened.Rules, s.Opened.Opens, s.Opened.Closes, s.Announced.DrawTime,
			})
		}
	}
	slices.SortStableFunc(rounds, func(a, b listed) int { return int(a.Opens - b.Opens) })
	all := cli.Each(rounds, func(r listed) (listed, error) { return r, nil })
	page, next, err := cli.Take(o.Paging, all, func(r listed) string { return r.Round })
	return list{append([]listed{}, page...), next}, err
}

package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

type shown struct {
	Indicator   string          `json:"indicator"`
	Phase       indicator.Phase `json:"phase"`
	Application string          `json:"application"` // "" before the award of a promoted rank
	Vacated     string          `json:"vacated,omitempty"`
	Vacancy     rules.Vacancy   `json:"vacancy,omitempty"` // how it ended unused
	ConfirmBy   domain.Time     `json:"confirm_by,omitzero"`
	UseBy       domain.Time     `json:"use_by,omitzero"`
	BarredUntil domain.Time     `json:"barred_until,omitzero"`
	ResetLadder *bool           `json:"reset_ladder,omitempty"`
}

// Text writes the indicator in one line.
func (r shown) Text(p *cli.Page) {
	text := p.Say("indicator.is", r.Indicator, p.Right(r.Phase, r.Vacancy))
	if r.Application != "" {
		text += p.Say("indicator.of", r.Application)
	}
	if r.Vacated != "" {
		text += p.Say("indicator.vacated", r.Vacated)
	}
	if r.Phase == indicator.PhaseAwarded && r.ConfirmBy != 0 {
		text += p.Say("confirm_by", r.ConfirmBy)
	}
	if r.Phase == indicator.PhaseConfirmed && r.UseBy != 0 {
		text += p.Say("use_by", r.UseBy)
	}
	p.Print(text)
}

func showCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Print an indicator",
		Example: `  lottery indicator show 2026-2.ordinary.1`,
	}, func(ctx context.Context, args []string) (shown, error) {
		s, err := load(ctx, a, args[0])
		if err != nil {
			return shown{}, err
		}
		if s.Phase == "" {
			return shown{}, fault.New(
				fault.UnknownIndicator, "indicator %q was not awarded", args[0],
			)
		}
		r := shown{
			Indicator: args[0], Phase: s.Phase, Application: s.Application, Vacated: s.Vacated,
			Vacancy:   s.Vacancy(false),
			ConfirmBy: s.ConfirmBy, UseBy: s.UseBy, BarredUntil: s.BarredUntil,
		}
		if s.BarredUntil != 0 {
			r.ResetLadder = &s.ResetLadder
		}
		return r, nil
	})
}

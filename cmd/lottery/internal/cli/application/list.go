package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/projections/pool"
)

// The values that filters take.
var (
	phases = []application.Phase{
		application.PhaseSubmitted, application.PhaseApproved, application.PhaseRejected,
		application.PhaseWithdrawn,
		application.PhaseAwarded, application.PhaseExpired, application.PhaseDisqualified,
	}
	indicators = []domain.IndicatorKind{domain.Ordinary, domain.NewEnergy, domain.Dwelling}
	applicants = []domain.ApplicantKind{domain.Individual, domain.Family, domain.Organisation}
)

type listOptions struct {
	cli.Paging
	phase, round, indicator, applicant string
}

type listed struct {
	Application string               `json:"application"`
	Phase       application.Phase    `json:"phase"`
	Round       string               `json:"round"`
	Kind        domain.IndicatorKind `json:"indicator_kind"`
	Applicant   domain.ApplicantKind `json:"applicant_kind"`
	SubmittedAt domain.Time          `json:"submitted_at"`
	Losses      int                  `json:"losses"`
	Indicator   string               `json:"indicator,omitempty"`
}

type list struct {
	Applications []listed `json:"applications"`
	Next         string   `json:"next,omitempty"`
}

// Text writes the applications in columns.
func (l list) Text(p *cli.Page) {
	p.Line("application.list", len(l.Applications))
	var rows [][]string
	for _, a := range l.Applications {
		rows = append(rows, []string{
			"  " + a.Application, words.Name(p.Words, "application_phase", a.Phase), a.Round,
			words.Name(p.Words, "indicator_kind", a.Kind), words.Name(
				p.Words, "applicant_kind", a.Applicant,
			),
			p.Time(a.SubmittedAt), a.Indicator,
		})
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o listOptions
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print applications in the order of their codes",
		Example: `  lottery application list --round 2026-2 --phase submitted
  lottery application list --limit 1000 --after 1127603891625 --json`,
	}, func(ctx context.Context, _ []string) (list, error) { return listChosen(ctx, a, o) })
	o.Flags(c)
	f := c.Flags()
	f.StringVar(&o.phase, "phase", "", "only those in it")
	f.StringVar(&o.round, "round", "", "only those submitted for it")
	f.StringVar(&o.indicator, "indicator", "", "only those for this kind of indicator")
	f.StringVar(&o.applicant, "applicant-kind", "", "only those of this kind of applicant")
	cli.OneOf(c, "phase", phases)
	cli.OneOf(c, "indicator", indicators)
	cli.OneOf(c, "applicant-kind", applicants)
	cli.CompleteFlag(c, a, "round", cli.Rounds)
	return c
}

func listChosen(ctx context.Context, a *app.App, o listOptions) (list, error) {
	l := list{Applications: []listed{}}
	for _, err := range []error{
		cli.CheckChoices(phases, "phase", o.phase),
		cli.CheckChoices(indicators, "indicator", o.indicator),
		cli.CheckChoices(applicants, "applicant-kind", o.applicant),
	} {
		if err != nil {
			return l, err
		}
	}
	if o.round != "" {
		if _, err := a.Round(ctx, o.round); err != nil {
			return l, err
		}
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return l, err
	}
	chosen := pool.Filter{
		Phase: application.Phase(o.phase), Round: o.round, Indicator: domain.IndicatorKind(
			o.indicator,
		),
		ApplicantKind: domain.ApplicantKind(o.applicant), After: o.After,
	}
	p := pool.Of(db)
	for code, err := range p.Codes(ctx, chosen) {
		if err != nil {
			return l, err
		}
		if n := len(l.Applications); n > 0 && n == o.Limit {
			l.Next = l.Applications[n-1].Application
			break
		}
		row, _, err := p.Find(ctx, code)
		if err != nil {
			return l, err
		}
		l.Applications = append(l.Applications, listed{
			code, row.Phase, row.Round, row.Indicator, row.Standing.Applicant, row.SubmittedAt,
			row.Losses, row.Won,
		})
	}
	return l, nil
}

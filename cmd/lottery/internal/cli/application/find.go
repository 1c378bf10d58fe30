package application

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/office"
)

type found struct {
	Application string               `json:"application"`
	Indicator   domain.IndicatorKind `json:"indicator"`
	Round       string               `json:"round"`
	Phase       application.Phase    `json:"phase"`
	Applicant   string               `json:"applicant"`
}

type finding struct {
	Applications []found `json:"applications"`
	*cli.Done    `json:",omitempty"`
}

// Text writes a line for each application. A dry run shows none.
func (f finding) Text(p *cli.Page) {
	if f.Done != nil {
		p.Line("application.would_find")
		return
	}
	p.Line("application.found", len(f.Applications))
	for _, a := range f.Applications {
		p.Line("application.found_one", a.Application,
			words.Name(p.Words, "indicator_kind", a.Indicator), a.Round,
			words.Name(p.Words, "application_phase", a.Phase))
	}
}

// findCommand reads the number from the input: others see the arguments of a program.
func findCommand(a *app.App) *cobra.Command {
	var why string
	c := cli.New(a, &cobra.Command{
		Use:   "find --reason REASON",
		Short: "List the applications of a person or an organisation; the look is noted",
		Long: "find reads an identity number, or the code of an organisation, from its input " +
			"and lists the applications.",
		Example: `  lottery --officer carl application find --reason applicant_request < number`,
	}, func(ctx context.Context, _ []string) (finding, error) {
		return find(ctx, a, access.Reason(why))
	})
	c.Flags().StringVar(&why, "reason", "", "why")
	cli.OneOf(c, "reason", access.Reasons)
	return c
}

func find(ctx context.Context, a *app.App, why access.Reason) (finding, error) {
	f := finding{Applications: []found{}}
	raw, err := a.ReadFile(ctx, "-", 100)
	if err != nil {
		return f, fmt.Errorf("reading the input: %w", err)
	}
	o, by, err := a.Command(ctx)
	if err != nil {
		return f, err
	}
	tag, err := tagOf(o, strings.TrimSpace(string(raw)))
	if err != nil {
		return f, err
	}
	list, err := o.Find(ctx, by, tag, why)
	if a.Trial != nil {
		return finding{Done: &cli.Done{}}, err
	}
	for _, one := range list {
		f.Applications = append(
			f.Applications, found{one.Code, one.Indicator, one.Round, one.Phase, one.Applicant},
		)
	}
	return f, err
}

// tagOf returns the tag of the person with the number, which no error repeats.
func tagOf(o *office.Office, number string) (domain.Digest, error) {
	if code, err := identity.ParseOrganisation(number); err == nil {
		return o.OrganisationTag(code), nil
	}
	n, err := identity.Parse(number)
	if err != nil {
		return domain.Digest{}, fault.New(
			fault.InvalidID, "the input is not the code of an organisation, and: %v", err,
		)
	}
	return o.Tag(n), nil
}

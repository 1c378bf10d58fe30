package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
)

type disqualified struct {
	Application string                       `json:"application"`
	Reason      application.DisqualifyReason `json:"reason"`
	cli.Done
}

// Text says why the application ended.
func (r *disqualified) Text(p *cli.Page) {
	p.Line("application.disqualified", r.Application, words.Name(p.Words, "ban", r.Reason))
}

func disqualifyCommand(a *app.App) *cobra.Command {
	var reason string
	c := cli.New(a, &cobra.Command{
		Use:     "disqualify CODE --reason REASON",
		Short:   "End an application against the applicant's wish",
		Example: `  lottery --officer rex application disqualify 1127603891625 --reason impersonation`,
	}, func(ctx context.Context, args []string) (*disqualified, error) {
		o, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		r := &disqualified{Application: args[0], Reason: application.DisqualifyReason(reason)}
		return r, cli.Mistyped(args[0],
			o.EndApplication(ctx, by, args[0], application.Disqualify{Reason: r.Reason}, nil))
	})
	c.Flags().StringVar(&reason, "reason", "", "why")
	cli.OneOf(c, "reason", application.DisqualifyReasons)
	return c
}

package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

type renewed struct {
	Application string      `json:"application"`
	ValidUntil  domain.Time `json:"valid_until"`
	cli.Done
}

// Text says until when the application is valid.
func (r *renewed) Text(p *cli.Page) { p.Line("application.renewed", r.Application, r.ValidUntil) }

func renewCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "renew CODE", Short: "Extend the validity of an approved application",
		Example: `  lottery --officer reg application renew 1127603891625`,
	}, func(ctx context.Context, args []string) (*renewed, error) {
		s, err := issue(ctx, a, args[0], application.Renew{})
		return &renewed{Application: args[0], ValidUntil: s.ValidUntil}, err
	})
}

package officer

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
)

type dismissed struct {
	Officer string `json:"officer"`
	cli.Done
}

// Text says that the officer is dismissed.
func (r *dismissed) Text(p *cli.Page) { p.Line("officer.dismissed", r.Officer) }

func dismissCommand(a *app.App) *cobra.Command {
	var last bool
	c := cli.New(a, &cobra.Command{
		Use: "dismiss ID", Short: "End all roles of an officer",
		Example: `  lottery --officer chief officer dismiss rex`,
	}, func(ctx context.Context, args []string) (*dismissed, error) {
		if !last {
			if err := requireOther(ctx, a, args[0]); err != nil {
				return nil, err
			}
		}
		return &dismissed{Officer: args[0]}, issue(ctx, a, args[0], officer.Dismiss{})
	})
	lastFlag(c, &last)
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Officers))
}

package notice

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/office"
)

type withdrawn struct {
	Notice string `json:"notice"`
	cli.Done
}

// Text says that the notice is withdrawn.
func (r *withdrawn) Text(p *cli.Page) { p.Line("notice.withdraw", r.Notice) }

func withdrawCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "withdraw ID", Short: "End a notice",
		Example: `  lottery --officer chief notice withdraw works`,
	}, func(ctx context.Context, args []string) (*withdrawn, error) {
		return &withdrawn{Notice: args[0]}, a.Execute(
			ctx, office.Notice(args[0], notice.Withdraw{}),
		)
	})
	return cli.CompleteFirst(c, a, cli.Notices)
}

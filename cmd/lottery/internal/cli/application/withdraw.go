package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
)

func withdrawCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "withdraw CODE", Short: "End an application at the applicant's wish",
		Example: `  lottery --officer reg application withdraw 1127603891625`,
	}, func(ctx context.Context, args []string) (*changed, error) {
		o, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return &changed{Application: args[0], key: "withdrawn"}, cli.Mistyped(args[0],
			o.EndApplication(ctx, by, args[0], application.Withdraw{}, nil))
	})
}

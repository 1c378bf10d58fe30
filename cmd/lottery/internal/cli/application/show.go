package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

func showCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "show CODE", Short: "Print an application with its facts, its weight and its history",
		Example: `  lottery application show 1127603891625 --lang zh --timezone Asia/Shanghai`,
	}, func(ctx context.Context, args []string) (about, error) {
		return look(ctx, a, args[0], true)
	})
}

func queryCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "query CODE",
		Short: "What an applicant asks: where the application stands, what it won, what to do " +
			"next",
		Example: `  lottery application query 1127603891625 --lang zh`,
	}, func(ctx context.Context, args []string) (about, error) {
		return look(ctx, a, args[0], false)
	})
}

package rules

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
)

func showCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "show NAME", Short: "Print an adopted version",
		Example: `  lottery rules show beijing-2021`,
	}, func(ctx context.Context, args []string) (version, error) {
		v, ok, err := load(ctx, a, args[0])
		if err == nil && !ok {
			err = fault.New(fault.UnknownRules, "rules %q are not adopted", args[0])
		}
		return version{v}, err
	})
	return cli.CompleteFirst(c, a, cli.Rules)
}

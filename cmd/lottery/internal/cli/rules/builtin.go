package rules

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/rules"
)

func builtinCommand(a *app.App) *cobra.Command {
	var names []string
	for _, v := range rules.BuiltIn() {
		names = append(names, v.Name)
	}
	c := cli.New(a, &cobra.Command{
		Use: "builtin [NAME]", Short: "Print rules that come with the program",
		Long: "builtin prints rules that come with the program, to be adopted as they are or " +
			"changed: " +
			strings.Join(names, ", ") + ".",
		Example: `  lottery rules builtin > rules.json
  lottery rules builtin housing-2026`,
	}, func(_ context.Context, args []string) (version, error) {
		name := rules.Beijing2021().Name
		if len(args) > 0 {
			name = args[0]
		}
		for _, v := range rules.BuiltIn() {
			if v.Name == name {
				return version{v}, nil
			}
		}
		return version{}, app.Usage("%q is none of %s", name, strings.Join(names, ", "))
	})
	c.ValidArgs = names
	return c
}

package officer

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
)

func changeCommand(a *app.App) *cobra.Command {
	var o assignment
	var last bool
	var named func(flag string) bool
	c := cli.New(a, &cobra.Command{
		Use: "change ID", Short: "Exchange the roles of an officer, and the departments",
		Long: "change exchanges the roles of an officer. Their departments stay unless " +
			"--department names others; --department '' binds them to none.",
		Example: `  lottery --officer chief officer change rex --role reviewer,registrar`,
	}, func(ctx context.Context, args []string) (*inOffice, error) {
		s, _, err := load(ctx, a, args[0])
		if err != nil {
			return nil, err
		}
		r := &inOffice{Officer: args[0], Roles: o.inOrder(), Departments: o.sorted()}
		if !named("department") && slices.Contains(r.Roles, officer.Reviewer) {
			r.Departments = s.Departments
		}
		if !slices.Contains(r.Roles, officer.Administrator) && !last {
			if err := requireOther(ctx, a, args[0]); err != nil {
				return nil, err
			}
		}
		cmd := officer.ChangeRoles{Roles: r.Roles, Departments: r.Departments}
		return r, issue(ctx, a, args[0], cmd)
	})
	o.flags(c)
	named = c.Flags().Changed
	lastFlag(c, &last)
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Officers))
}

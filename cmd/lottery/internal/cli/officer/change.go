package officer

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
)

func changeCommand(a *app.App) *cobra.Command {
	var o assignment
	c := cli.New(a, &cobra.Command{
		Use: "change ID", Short: "Exchange the roles of an officer, and the departments",
		Example: `  lottery --officer chief officer change rex --role reviewer,registrar`,
	}, func(ctx context.Context, args []string) (*inOffice, error) {
		r := &inOffice{Officer: args[0], Roles: o.inOrder(), Departments: o.sorted()}
		cmd := officer.ChangeRoles{Roles: r.Roles, Departments: r.Departments}
		return r, issue(ctx, a, args[0], cmd)
	})
	o.flags(c)
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Officers))
}

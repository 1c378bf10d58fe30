// Package proposal holds the commands about what takes two officers.
package proposal

import (
	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use: "proposal", Short: "What takes two officers and waits for the second",
	},
		listCommand(a), showCommand(a), approveCommand(a), rejectCommand(a), withdrawCommand(a))
}

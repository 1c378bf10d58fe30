// Package ledger holds the commands about the public ledger.
package ledger

import (
	"encoding/hex"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/projections/publisher"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "ledger", Short: "The public ledger"},
		initCommand(a), publishCommand(a), statusCommand(a), keyCommand(a))
}

// root is the root of the tree in the form that lottery-verify prints.
func root(at publisher.Published) string { return hex.EncodeToString(at.Root[:]) }

// Package quota holds the commands about how many seats the pools have in a year.
package quota

import (
	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/quota"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "quota", Short: "How many seats the pools have in a year"},
		setCommand(a), adjustCommand(a), carryOverCommand(a), showCommand(a))
}

func parseYear(text string) (int, error) {
	year, err := quota.ParseYear(text)
	if err != nil {
		return 0, app.Usage("%q is no year", text)
	}
	return year, nil
}

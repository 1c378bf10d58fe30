package cli

import (
	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
)

// Anew adds the flag of a command that may take two officers.
func Anew(a *app.App, c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&a.Anew, "anew", false,
		"if it takes two officers: propose it although another proposal for the same step waits")
	return c
}

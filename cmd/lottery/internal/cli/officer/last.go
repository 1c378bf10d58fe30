package officer

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/fault"
)

// lastFlag adds the flag by which the last administrator leaves.
func lastFlag(c *cobra.Command, to *bool) {
	c.Flags().BoolVar(to, "last", false,
		"even if nobody is administrator afterwards: then nobody can appoint or dismiss any more")
}

// requireOther refuses to leave a ledger without administrator.
func requireOther(ctx context.Context, a *app.App, id string) error {
	o, err := a.Office(ctx)
	if err != nil {
		return err
	}
	if err = o.RequireOtherAdministrator(ctx, id); fault.CodeOf(err) == fault.LastAdministrator {
		return fmt.Errorf("%w, or give --last", err)
	}
	return err
}

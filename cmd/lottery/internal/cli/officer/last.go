package officer

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
)

// lastFlag adds the flag by which the last administrator leaves.
func lastFlag(c *cobra.Command, to *bool) {
	c.Flags().BoolVar(to, "last", false,
		"even if nobody is administrator afterwards: then nobody can appoint or dismiss any more")
}

// requireOther refuses to leave a ledger without administrator: nobody could become one again.
// The rules allow it, so that a replay does; the office asks whether it is meant.
func requireOther(ctx context.Context, a *app.App, id string) error {
	s, _, err := load(ctx, a, id)
	if err != nil || !s.Has(officer.Administrator) {
		return err
	}
	ids, err := a.Names(ctx, cli.Officers)
	if err != nil {
		return err
	}
	for _, other := range ids {
		if other == id {
			continue
		}
		s, _, err := load(ctx, a, other)
		if err != nil || s.Has(officer.Administrator) {
			return err
		}
	}
	return fault.New(fault.LastAdministrator,
		"%s is the only administrator: afterwards nobody could appoint or dismiss anybody; "+
			"appoint another one before, or give --last", id)
}

// Package officer holds the commands about officers: who may issue commands.
package officer

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "officer", Short: "Who may issue commands"},
		appointCommand(a), changeCommand(a), rekeyCommand(a), dismissCommand(a), keyCommand(a),
		listCommand(a), showCommand(a))
}

// issue carries out a command on an officer. The founder of a ledger, who has no other key
// yet, takes the one at hand to office.
func issue(ctx context.Context, a *app.App, id string, cmd officer.Command) error {
	if _, err := a.Office(ctx); err != nil { // which finds the key
		return err
	}
	if c, ok := cmd.(officer.Appoint); ok && c.Key == "" && id == a.Officer {
		c.Key = a.SignsWith
		cmd = c
	}
	return a.Execute(ctx, office.Officer(id, cmd))
}

// load returns an officer and whether there ever was one with this id.
func load(ctx context.Context, a *app.App, id string) (officer.State, bool, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return officer.State{}, false, err
	}
	l, err := eventstore.Of(catalog.Officers).Load(
		ctx, store, officer.StreamPrefix+id, catalog.Meta{},
	)
	return l.State, l.Last != eventstore.NoStream, err
}

// assignment is what an officer is given.
type assignment struct {
	roles, departments []string
}

func (o *assignment) flags(c *cobra.Command) {
	c.Flags().StringSliceVar(&o.roles, "role", nil, "several with commas")
	c.Flags().StringSliceVar(&o.departments, "department", nil,
		"whose checks a reviewer records; several with commas (default: every department)")
	cli.OneOf(c, "role", officer.Roles)
}

// inOrder returns the roles in their one order; unknown ones come last, for the rules to refuse.
func (o assignment) inOrder() []officer.Role {
	given := make([]officer.Role, len(o.roles))
	for i, n := range o.roles {
		given[i] = officer.Role(n)
	}
	place := func(r officer.Role) int {
		if i := slices.Index(officer.Roles, r); i >= 0 {
			return i
		}
		return len(officer.Roles)
	}
	slices.SortStableFunc(given, func(a, b officer.Role) int { return place(a) - place(b) })
	return given
}

// sorted returns the departments in their one order, or nil without any.
func (o assignment) sorted() []string {
	if len(o.departments) == 0 {
		return nil
	}
	sorted := slices.Clone(o.departments)
	slices.Sort(sorted)
	return sorted
}

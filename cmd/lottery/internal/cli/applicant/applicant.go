// Package applicant holds the commands about the people behind applications, and about who
// looked at their data.
package applicant

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "applicant", Short: "The people behind applications"},
		showCommand(a), receiptCommand(a), contactCommand(a), eraseCommand(a))
}

// subject is the applicant whom a command is about.
type subject struct {
	id     string
	office *office.Office // with its vault
	by     office.Author
}

// find opens the vault for a command on an applicant, who is named by id or by the code of an
// application.
func find(ctx context.Context, a *app.App, name string) (subject, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return subject{}, err
	}
	s := subject{name, o, by}
	if _, err := identity.ParseCode(name); err == nil {
		state, err := o.LoadApplication(ctx, name)
		if err != nil {
			return s, err
		}
		if state.Phase == "" {
			return s, fault.New(fault.UnknownApplication, "no application %s was submitted", name)
		}
		s.id = state.Applicant
	} else if !domain.ValidApplicant(name) {
		// The name is not repeated: it may be that of a person.
		return s, fault.New(
			fault.InvalidID,
			"an applicant is named by an application code or an id of 32 lower-case hex digits",
		)
	}
	return s, a.Vault(ctx)
}

// look notes a look at an applicant's record and returns the record. A dry run gets none.
func look(
	ctx context.Context, a *app.App, name, why string, kind access.Kind,
) (subject, vault.Entry, error) {
	s, err := find(ctx, a, name)
	if err != nil {
		return s, vault.Entry{}, err
	}
	e, err := s.office.Look(
		ctx, s.by, access.Look{Applicant: s.id, Reason: access.Reason(why), Record: kind},
	)
	return s, e, err
}

// addReason adds the flag --reason of a look.
func addReason(c *cobra.Command, why *string) {
	c.Flags().StringVar(why, "reason", "", "why")
	cli.OneOf(c, "reason", access.Reasons)
}

// Package proposal holds the commands about what takes two officers.
package proposal

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use: "proposal", Short: "What takes two officers and waits for the second",
	},
		listCommand(a), showCommand(a))
}

func showCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Print a proposal",
		Example: `  lottery proposal show 5db31e79f0c94c36a05b7a2d53c4e1f8`,
	}, func(ctx context.Context, args []string) (cli.Proposal, error) {
		return show(ctx, a, args[0])
	})
}

func show(ctx context.Context, a *app.App, id string) (cli.Proposal, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return cli.Proposal{}, err
	}
	l, err := eventstore.Of(catalog.Proposals).Load(
		ctx, store, proposal.StreamPrefix+id, catalog.Meta{},
	)
	if err == nil && l.Last == eventstore.NoStream {
		err = fault.New(fault.UnknownProposal, "no proposal %q", id)
	}
	return cli.ProposalOf(id, l.State), err
}

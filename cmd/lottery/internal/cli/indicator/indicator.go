// Package indicator holds the commands about what winners hold.
package indicator

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use: "indicator", Short: "What winners hold: award, confirm, use",
	},
		awardCommand(a), confirmCommand(a), revokeCommand(a), useCommand(a), forfeitCommand(a),
		promoteCommand(a), listCommand(a), showCommand(a))
}

// load folds an indicator.
func load(ctx context.Context, a *app.App, id string) (indicator.State, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return indicator.State{}, err
	}
	l, err := eventstore.Of(catalog.Indicators).Load(
		ctx, store, indicator.StreamPrefix+id, catalog.Meta{},
	)
	return l.State, err
}

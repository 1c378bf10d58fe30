// Package notice holds the commands about what the office tells the public.
package notice

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:   "notice",
		Short: "What the office tells the public: policies, questions and answers, planned works",
	},
		bringCommand(a, publishing), bringCommand(a, replacing), withdrawCommand(a), listCommand(a),
		showCommand(a))
}

// load folds a notice.
func load(ctx context.Context, a *app.App, id string) (eventstore.Loaded[notice.State], error) {
	store, err := a.Store(ctx)
	if err != nil {
		return eventstore.Loaded[notice.State]{}, err
	}
	return eventstore.Of(catalog.Notices).Load(ctx, store, notice.StreamPrefix+id, catalog.Meta{})
}

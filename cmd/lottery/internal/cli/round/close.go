package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

func closeCommand(a *app.App) *cobra.Command {
	return step(a, &cobra.Command{
		Use: "close ID", Short: "End the taking of applications",
		Example: `  lottery --officer con round close 2026-2`,
	}, Close)
}

// Close ends the taking of applications.
func Close(ctx context.Context, a *app.App, by office.Author, id string) (*changed, error) {
	return &changed{Round: id, key: "closed"}, a.ExecuteAs(ctx, by, office.Round(id, round.Close{}))
}

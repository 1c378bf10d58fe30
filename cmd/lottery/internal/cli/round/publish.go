package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

func publishCommand(a *app.App) *cobra.Command {
	return cli.Anew(a, step(a, &cobra.Command{
		Use: "publish ID", Short: "End the draw and publish the results",
		Example: `  lottery --officer con round publish 2026-2`,
	}, Publish))
}

// Publish ends the draw and publishes the results.
func Publish(ctx context.Context, a *app.App, by office.Author, id string) (*changed, error) {
	if err := a.ExecuteAs(ctx, by, office.Round(id, round.Publish{})); err != nil {
		return nil, err
	}
	return &changed{Round: id, key: "published"}, a.Publish(ctx)
}

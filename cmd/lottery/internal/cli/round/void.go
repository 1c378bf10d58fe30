package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

type voided struct {
	Round  string           `json:"round"`
	Reason round.VoidReason `json:"reason"`
	cli.Done
}

// Text says why the round ended.
func (r *voided) Text(p *cli.Page) { p.Line("round.voided", r.Round, r.Reason) }

func voidCommand(a *app.App) *cobra.Command {
	var reason string
	c := cli.New(a, &cobra.Command{
		Use: "void ID --reason REASON", Short: "End a round without effect",
		Example: `  lottery --officer con round void 2026-2 --reason ceremony_late`,
	}, func(ctx context.Context, args []string) (*voided, error) {
		r := &voided{Round: args[0], Reason: round.VoidReason(reason)}
		return r, a.Execute(ctx, office.Round(args[0], round.Void{Reason: r.Reason}))
	})
	c.Flags().StringVar(&reason, "reason", "", "why")
	cli.OneOf(c, "reason", round.VoidReasons)
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Rounds))
}

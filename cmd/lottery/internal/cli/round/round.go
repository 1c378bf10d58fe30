// Package round holds the commands about rounds: one cycle from its opening to its settlement.
package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/office"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:   "round",
		Short: "One cycle: open, close, seal, announce, beacon, draw, publish, settle",
	},
		listCommand(a), showCommand(a), checkCommand(a),
		openCommand(a), closeCommand(a), sealCommand(a), announceCommand(a, announcing),
		announceCommand(a, superseding),
		anchorCommand(a), ceremonyCommand(a), beaconCommand(a), drawCommand(a), publishCommand(a),
		settleCommand(a),
		voidCommand(a))
}

// step makes a command that needs nothing but the round.
func step[R cli.Result](
	a *app.App, c *cobra.Command,
	do func(ctx context.Context, a *app.App, by office.Author, id string) (R, error),
) *cobra.Command {
	c = cli.New(a, c, func(ctx context.Context, args []string) (r R, err error) {
		_, by, err := a.Command(ctx)
		if err != nil {
			return r, err
		}
		return do(ctx, a, by, args[0])
	})
	return cli.CompleteFirst(c, a, cli.Rounds)
}

// changed is a round that a command has changed.
type changed struct {
	Round string `json:"round"`
	cli.Done
	key string
}

// Text says what became of the round.
func (r *changed) Text(p *cli.Page) { p.Line("round."+r.key, r.Round) }

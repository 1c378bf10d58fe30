// Package clock holds the commands about what falls due by itself.
package clock

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "clock", Short: "What falls due by itself"}, runCommand(a))
}

// ran is how often the clock did what was due, by the kinds of duties.
type ran struct {
	Close   int `json:"close"`
	Revoke  int `json:"revoke"`
	Lapse   int `json:"lapse"`
	Promote int `json:"promote"`
	Award   int `json:"award"`
	Expire  int `json:"expire"`
	Settle  int `json:"settle"`
	*cli.Done
}

// Text counts what was done. A clock that ran until it was stopped says nothing.
func (r ran) Text(p *cli.Page) {
	if r.Done == nil {
		p.Line("clock.stopped")
		return
	}
	p.Line("clock.ran", r.Close, r.Revoke, r.Lapse, r.Promote, r.Award, r.Expire, r.Settle)
}

func runCommand(a *app.App) *cobra.Command {
	var once bool
	var every time.Duration
	c := cli.New(a, &cobra.Command{
		Use: "run",
		Short: "Issue the commands that fall due: close, revoke, lapse, promote, award, expire, " +
			"settle",
		Example: `  lottery clock run --once
  lottery clock run --every 1m`,
	}, func(ctx context.Context, _ []string) (ran, error) {
		if !once && !a.DryRun {
			return ran{}, Run(ctx, a, every)
		}
		return pass(ctx, a)
	})
	c.Flags().BoolVar(&once, "once", false, "do what is due now, and end")
	cli.Period(c.Flags(), &every, "every", 10*time.Second, cli.LeastPause,
		"time between two looks at what is due")
	return c
}

// pass does what is due now.
func pass(ctx context.Context, a *app.App) (ran, error) {
	c, err := a.Clock(ctx)
	if err != nil {
		return ran{}, err
	}
	if err := c.Pass(ctx); err != nil {
		return ran{}, err
	}
	n := c.Issued
	return ran{
		n["close"], n["revoke"], n["lapse"], n["promote"], n["award"], n["expire"], n["settle"],
		&cli.Done{Idle: true},
	}, a.Publish(ctx)
}

// Run does what is due, now and then, until the context ends, and publishes what it stored.
func Run(ctx context.Context, a *app.App, every time.Duration) error {
	c, err := a.Clock(ctx)
	if err != nil {
		return err
	}
	return cli.Repeat(ctx, a, every, func(ctx context.Context) error {
		stored := a.Stored()
		err := c.Pass(ctx)
		if err == nil && a.Stored() > stored {
			err = a.Publish(ctx)
		}
		return err
	})
}

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/clock"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/projections/publisher"
)

type serveOptions struct {
	listening
	every time.Duration
	clock bool
}

// serving is what 'serve' prints once it is ready.
type serving struct {
	Store  string `json:"store,omitempty"`
	Public string `json:"public,omitempty"`
	PID    int    `json:"pid,omitempty"`
	DryRun bool   `json:"dry_run,omitempty"`
	folder string
	every  time.Duration
}

// Text says where the store is served and where the ledger is published.
func (r serving) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("serve.would", r.folder)
		return
	}
	p.Line("serve.store", r.Store)
	p.Line("serve.public", r.Public, r.every)
}

// ServeCommand runs store, read models and publisher.
func ServeCommand(a *app.App) *cobra.Command {
	var o serveOptions
	c := cli.Running(a, &cobra.Command{
		Use: "serve", Short: "Run store, read models and publisher until stopped",
		Example: `  lottery serve
  lottery serve --clock --listen 0.0.0.0:2113 --advertise store.example --tls-cert cert.pem --tls-key key.pem --users users`,
	}, func(ctx context.Context, begun func(serving) error) error {
		err := serve(ctx, a, o, begun)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // stopped while it began
		}
		return err
	})
	o.flags(c)
	cli.Period(
		c.Flags(), &o.every, "publish-every", 10*time.Second, cli.LeastPause,
		"time between two checkpoints of the public ledger",
	)
	c.Flags().BoolVar(
		&o.clock, "clock", false,
		"also issue the commands that fall due, as 'lottery clock run' does",
	)
	return c
}

func serve(ctx context.Context, a *app.App, o serveOptions, begun func(serving) error) error {
	if a.DryRun {
		return begun(serving{DryRun: true, folder: a.Data})
	}
	security, err := o.secured()
	if err != nil {
		return err
	}
	if security != nil && a.Flags.Store != "" {
		return app.Usage("--tls-cert is for the embedded store, and --store names another one")
	}
	a.Serves = &embedded.Options{Listen: o.at, Security: security}
	store, err := a.Store(ctx)
	if err != nil {
		return err
	}
	models, err := a.ReadModels(ctx)
	if err != nil {
		return err
	}
	histories, err := a.Timelines(ctx)
	if err != nil {
		return err
	}
	ready := serving{Store: a.Address, Public: a.Path("public"), PID: os.Getpid(), every: o.every}
	if err := begun(ready); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return models.Follow(ctx, store) })
	g.Go(func() error { return histories.Follow(ctx, store) })
	var publishing error // others may end first, with the context
	g.Go(func() error {
		publishing = publishForever(ctx, a, o.every, o.clock)
		return publishing
	})
	if a.Server != nil {
		g.Go(func() error {
			select {
			case <-ctx.Done():
				return nil
			case <-a.Server.Failed():
				return a.Server.Err()
			}
		})
	}
	err = g.Wait()
	if err == nil || errors.Is(err, context.Canceled) {
		err = publishing
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Err, "stopped")
	return nil
}

// publishForever publishes now and then; the lock in the store makes it harmless that commands
// publish, too. With a clock it first does what is due; both share one ledger. An event that the
// rules forbid ends both, and nothing else.
func publishForever(ctx context.Context, a *app.App, every time.Duration, withClock bool) error {
	var c *clock.Clock
	if withClock {
		var err error
		if c, err = a.Clock(ctx); err != nil {
			return err
		}
	}
	err := cli.Repeat(ctx, a, every, func(ctx context.Context) error {
		var failed error
		if c != nil {
			failed = c.Pass(ctx)
		}
		if errors.Is(failed, publisher.ErrForbidden) { // publishing says so, too
			failed = nil
		}
		return errors.Join(failed, a.Publish(ctx))
	})
	if !errors.Is(err, publisher.ErrForbidden) {
		return err
	}
	a.Log.Error().Err(err).Msg("the publication has stopped")
	fmt.Fprintf(a.Err, "lottery: the publication has stopped: %v\n", err)
	<-ctx.Done()
	return err
}

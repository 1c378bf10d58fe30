package store

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

type status struct {
	embedded.Status
	where string
}

// Text says what the store holds, and whether it can be written.
func (r status) Text(p *cli.Page) {
	state := p.Text("store.idle")
	switch {
	case !r.Writable:
		state = p.Say("store.unwritable", r.Cause)
	case r.Served:
		state = p.Text("store.served")
	}
	where := r.where
	if where == "" {
		where = p.Text("store.server")
	}
	p.Line("store.status", where, r.Events, r.Streams, r.Last, r.DiskBytes, r.Layout, state)
}

func statusCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "status", Short: "What the event store holds, and whether it can be written",
		Example: `  lottery store status
  lottery store status --store 'esdb://127.0.0.1:2113?tls=false'`,
	}, func(ctx context.Context, _ []string) (r status, err error) {
		err = either(ctx, a, func(f embedded.Folder) (err error) {
			if r.Status, err = f.Status(); err == nil {
				r.where = f.Dir
			}
			return err
		}, func(server embedded.Remote) (err error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			r.Status, err = server.Status(ctx)
			return err
		})
		return r, err
	})
}

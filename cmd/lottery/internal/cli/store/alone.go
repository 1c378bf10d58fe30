package store

import (
	"context"
	"errors"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

// served is a store that is being served, or was.
type served struct {
	Store  string `json:"store,omitempty"`
	DryRun bool   `json:"dry_run,omitempty"`
	folder string
}

// Text says where the store is served.
func (r served) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("store.would_serve", r.folder)
		return
	}
	p.Line("store.serving", r.folder, r.Store)
}

func serveCommand(a *app.App) *cobra.Command {
	var l listening
	c := cli.Running(a, &cobra.Command{
		Use: "serve", Short: "Run the embedded event store alone, until stopped",
		Example: `  lottery store serve --data store --listen 127.0.0.1:2113`,
	}, func(ctx context.Context, begun func(served) error) error {
		return serveAlone(ctx, a, l, begun)
	})
	l.flags(c)
	return c
}

func serveAlone(ctx context.Context, a *app.App, l listening, begun func(served) error) error {
	if a.DryRun {
		return begun(served{DryRun: true, folder: a.Data})
	}
	if a.HasLedger() {
		return app.Usage(
			"%s is the data folder of a ledger; its store is --data %s", a.Data, a.Path("store"),
		)
	}
	security, err := l.secured()
	if err != nil {
		return err
	}
	log := zerolog.New(a.Err).With().Timestamp().Logger()
	folder := storeaccess.Folder{Data: a.Data, Dir: a.Data}
	server, err := app.ServeStore(folder, embedded.Options{Listen: l.at, Security: security}, log)
	if err != nil {
		return err
	}
	if err := begun(served{Store: server.ConnectionString(), folder: a.Data}); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case <-ctx.Done():
	case <-server.Failed():
		err = server.Err()
	}
	return errors.Join(err, server.Close())
}

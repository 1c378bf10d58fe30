// Package store holds the commands that run and look after the event store.
package store

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "store", Short: "The embedded event store"},
		serveCommand(a), userCommand(a), statusCommand(a), checkCommand(a), backupCommand(a),
		restoreCommand(a), moveCommand(a))
}

// folder is the folder of the embedded store: --data itself, as for 'store serve', or that of
// the ledger which lives in --data.
func folder(a *app.App) embedded.Folder {
	if a.HasLedger() {
		return embedded.Folder{Dir: a.Path("store")}
	}
	return embedded.Folder{Dir: a.Data}
}

// either works with the folder of the embedded store. If a server has it open, or if --store
// names one, it works with the server.
func either(
	ctx context.Context, a *app.App, local func(embedded.Folder) error,
	remote func(embedded.Remote) error,
) error {
	if err := app.CheckStoreAddress(a.Flags.Store); err != nil {
		return err
	}
	var conn *grpc.ClientConn
	var err error
	if a.Flags.Store != "" {
		conn, err = esdb.Dial(a.Flags.Store)
	} else {
		f := folder(a)
		access := storeaccess.Folder{Data: a.Data, Dir: f.Dir}
		conn, err = access.Dial(ctx, func() error { return local(f) })
	}
	if conn == nil || err != nil {
		return err
	}
	return errors.Join(remote(embedded.Remote{Conn: conn}), conn.Close())
}

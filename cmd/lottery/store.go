package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// storeFolder is the folder of the embedded store: --data itself, as for 'store serve',
// or that of the ledger which lives in --data.
func (o *options) storeFolder() embedded.Folder {
	if _, err := os.Stat(o.path("private", "identity.key")); err == nil {
		return embedded.Folder{Dir: o.path("store")}
	}
	return embedded.Folder{Dir: o.data}
}

// either works with the folder of the embedded store. If a server has it open, or if --store
// names one, it works with the server.
func (o *options) either(
	ctx context.Context, local func(embedded.Folder) error, remote func(embedded.Remote) error,
) error {
	if err := checkStoreAddress(o.storeAt); err != nil {
		return err
	}
	var conn *grpc.ClientConn
	var err error
	if o.storeAt != "" {
		conn, err = esdb.Dial(o.storeAt)
	} else {
		folder := o.storeFolder()
		access := storeaccess.Folder{Data: o.data, Dir: folder.Dir}
		conn, err = access.Dial(ctx, func() error { return local(folder) })
	}
	if conn == nil || err != nil {
		return err
	}
	return errors.Join(remote(embedded.Remote{Conn: conn}), conn.Close())
}

func (o *options) storeStatusCommand() *cobra.Command {
	return leaf("status", "what the event store holds, and whether it can be written", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		var st embedded.Status
		where := "the server"
		err := o.either(ctx, func(f embedded.Folder) (err error) {
			if st, err = f.Status(); err == nil {
				where = f.Dir
			}
			return err
		}, func(r embedded.Remote) (err error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			st, err = r.Status(ctx)
			return err
		})
		if err != nil {
			return err
		}
		state := "not open; can be written"
		switch {
		case !st.Writable:
			state = "cannot be written: " + st.Cause
		case st.Served:
			state = "being served; can be written"
		}
		return o.print(st, "%s: %d events in %d streams, the last at position %d; %d bytes on disk, layout %s; %s",
			where, st.Events, st.Streams, st.Last, st.DiskBytes, st.Layout, state)
	})
}

func (o *options) storeCheckCommand() *cobra.Command {
	var limit int
	c := leaf("check", "read the whole store and verify it", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if o.storeAt != "" {
			return usage("check reads a folder that no server has open: --data DIR, or restore a backup of the server and check that")
		}
		if limit < 1 {
			return usage("--faults: at least 1")
		}
		folder := o.storeFolder()
		bar := progress.New(o.stderr, "checking (bytes)")
		found, err := folder.Check(ctx, limit, bar.Set)
		bar.Done()
		if errors.Is(err, embedded.ErrInUse) {
			err = fmt.Errorf("%w (stop the server first, or check a backup that was restored elsewhere)", err)
		}
		if err != nil {
			return err
		}
		said := fmt.Sprintf("%s: %d events in %d streams, up to position %d", folder.Dir, found.Events, found.Streams, found.Tail)
		if found.Found == 0 {
			return o.print(found, "%s; every checksum is right and nothing is missing", said)
		}
		if o.json {
			err = o.print(found, "")
		} else {
			for _, f := range found.Findings {
				if err == nil {
					_, err = fmt.Fprintln(o.stdout, f)
				}
			}
		}
		return errors.Join(err, damagedStore{fmt.Errorf("%s; faults: %d", said, found.Found)})
	})
	c.Flags().IntVar(&limit, "faults", 20, "how many faults to list")
	return c
}

// damagedStore is what a check has found; its details are printed already.
type damagedStore struct{ error }

func (damagedStore) Is(target error) bool { return target == embedded.ErrDamaged }

func (o *options) storeBackupCommand() *cobra.Command {
	var to string
	c := leaf("backup", "copy all events to a new file, while the store is in use", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if to == "" {
			return usage("backup needs --to FILE")
		}
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true}, "dry run: %s would be written", to)
		}
		bar := progress.New(o.stderr, "backing up (bytes)")
		defer bar.Done()
		var b embedded.Backup
		err := o.either(ctx, func(f embedded.Folder) (err error) {
			b, err = f.Backup(ctx, to, bar.Set)
			return err
		}, func(r embedded.Remote) (err error) {
			b, err = r.Backup(ctx, nil, to, bar.Set)
			return err
		})
		if err != nil {
			return err
		}
		return o.printBackup(to, b, "%s holds %d events in %d bytes, SHA-256 %s", to, b.Events, b.Tail, b.SHA256)
	})
	c.Flags().StringVar(&to, "to", "", "file to write; it must not exist")
	return c
}

func (o *options) printBackup(file string, b embedded.Backup, format string, args ...any) error {
	return o.print(map[string]any{"file": file, "events": b.Events, "tail": b.Tail, "sha256": b.SHA256}, format, args...)
}

func (o *options) storeRestoreCommand() *cobra.Command {
	var from string
	c := leaf("restore", "make a store out of a backup; with --dry-run, verify the backup only", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if from == "" {
			return usage("restore needs --from FILE")
		}
		if o.storeAt != "" {
			return usage("restore makes a folder: --data DIR")
		}
		bar := progress.New(o.stderr, "restoring (bytes)")
		defer bar.Done()
		if o.dryRun {
			b, err := embedded.VerifyBackup(ctx, nil, from, bar.Set)
			if err != nil {
				return err
			}
			return o.printBackup(from, b, "dry run: %s is whole; it holds %d events, SHA-256 %s", from, b.Events, b.SHA256)
		}
		folder := o.storeFolder()
		b, err := folder.Restore(ctx, from, bar.Set)
		if err != nil {
			return err
		}
		return o.printBackup(from, b, "%s holds the %d events of %s, at the positions that they had", folder.Dir, b.Events, from)
	})
	c.Flags().StringVar(&from, "from", "", "the backup")
	return c
}

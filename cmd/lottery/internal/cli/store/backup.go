package store

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

// backup is a file with all events.
type backup struct {
	File   string `json:"file,omitempty"`
	Events uint64 `json:"events,omitempty"`
	Tail   uint64 `json:"tail,omitempty"` // bytes
	SHA256 string `json:"sha256,omitempty"`
	DryRun bool   `json:"dry_run,omitempty"`
	key    string
	folder string // that was restored
}

// Text says what the file holds.
func (r backup) Text(p *cli.Page) {
	switch r.key {
	case "restored":
		p.Line("store.restored", r.folder, r.Events, r.File)
	case "tried":
		p.Line("would_write", r.File)
	case "verified":
		p.Line("store.verified", r.File, r.Events, r.SHA256)
	default:
		p.Line("store.backup", r.File, r.Events, r.Tail, r.SHA256)
	}
}

func backupOf(file, key string, b embedded.Backup) backup {
	return backup{File: file, Events: b.Events, Tail: b.Tail, SHA256: b.SHA256, key: key}
}

func backupCommand(a *app.App) *cobra.Command {
	var to string
	c := cli.New(a, &cobra.Command{
		Use: "backup --to FILE", Short: "Copy all events to a new file, while the store is in use",
		Example: `  lottery store backup --to backups/2026-07-25.lotstore`,
	}, func(ctx context.Context, _ []string) (backup, error) { return back(ctx, a, to) })
	c.Flags().StringVar(&to, "to", "", "file to write; it must not exist")
	return c
}

func back(ctx context.Context, a *app.App, to string) (backup, error) {
	if to == "" {
		return backup{}, app.Usage("backup needs --to FILE")
	}
	if a.DryRun {
		return backup{File: to, DryRun: true, key: "tried"}, nil
	}
	bar := progress.New(a.Err, "backing up (bytes)")
	defer bar.Done()
	var b embedded.Backup
	err := either(ctx, a, func(f embedded.Folder) (err error) {
		b, err = f.Backup(ctx, to, bar.Set)
		return err
	}, func(r embedded.Remote) (err error) {
		b, err = r.Backup(ctx, nil, to, bar.Set)
		return err
	})
	return backupOf(to, "made", b), err
}

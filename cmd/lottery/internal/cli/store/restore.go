package store

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

func restoreCommand(a *app.App) *cobra.Command {
	var from string
	c := cli.New(a, &cobra.Command{
		Use:   "restore --from FILE",
		Short: "Make a store out of a backup; with --dry-run, verify the backup only",
		Example: `  lottery store restore --from backups/2026-07-25.lotstore --dry-run
  lottery store restore --from backups/2026-07-25.lotstore --data rehearsal`,
	}, func(ctx context.Context, _ []string) (backup, error) { return restore(ctx, a, from) })
	c.Flags().StringVar(&from, "from", "", "the backup")
	return c
}

func restore(ctx context.Context, a *app.App, from string) (backup, error) {
	if from == "" {
		return backup{}, app.Usage("restore needs --from FILE")
	}
	if a.Flags.Store != "" {
		return backup{}, app.Usage("restore makes a folder: --data DIR")
	}
	bar := progress.New(a.Err, "restoring (bytes)")
	defer bar.Done()
	if a.DryRun {
		b, err := embedded.VerifyBackup(ctx, nil, from, bar.Set)
		return backupOf(from, "verified", b), err
	}
	f := folder(a)
	b, err := f.Restore(ctx, from, bar.Set)
	r := backupOf(from, "restored", b)
	r.folder = f.Dir
	return r, err
}

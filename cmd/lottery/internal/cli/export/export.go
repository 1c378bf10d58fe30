// Package export holds the commands that write read models to files.
package export

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/projections"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "export", Short: "Write read models to CSV files"},
		tableCommand(a, applications), tableCommand(a, ranks), tableCommand(a, indicators),
		messagesCommand(a))
}

// written is a file of rows.
type written struct {
	File   string `json:"file"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Text names the file.
func (r written) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("export.tried", r.File)
		return
	}
	p.Line("export.written", r.File)
}

// table is a file that is written from the read models.
type table struct {
	name, short string
	rows        func(context.Context, *projections.DB, *csv.Writer) error
}

func tableCommand(a *app.App, t table) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: t.name + " FILE.csv", Short: t.short,
		Example: "  lottery export " + t.name + " " + t.name + ".csv",
	}, func(ctx context.Context, args []string) (written, error) {
		db, err := a.ReadModels(ctx)
		if err != nil {
			return written{}, err
		}
		r := written{File: args[0], DryRun: a.Trial != nil}
		if r.DryRun {
			return r, nil
		}
		return r, write(args[0], 0o644, func(w *csv.Writer) error { return t.rows(ctx, db, w) })
	})
}

// write writes a file of rows, whole or not at all.
func write(name string, mode fs.FileMode, rows func(*csv.Writer) error) error {
	err := durable.Replace(name, mode, func(f io.Writer) error {
		w := csv.NewWriter(f)
		err := rows(w)
		w.Flush()
		return errors.Join(err, w.Error())
	})
	if err != nil {
		return fmt.Errorf("writing the file %s: %w", name, err)
	}
	return nil
}

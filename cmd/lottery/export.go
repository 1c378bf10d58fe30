package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
)

func (o *options) exportCommand() *cobra.Command {
	return group("export", "write read models to CSV files",
		leaf("pool FILE.csv", "every application, its phase and losses", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.export(ctx, args[0], exportPool)
		}),
		leaf("results FILE.csv", "every rank of every round", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.export(ctx, args[0], exportResults)
		}),
		leaf("indicators FILE.csv", "every indicator and what became of it", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.export(ctx, args[0], exportIndicators)
		}),
		o.messagesCommand(),
	)
}

// export writes a file of rows from the read models.
func (o *options) export(ctx context.Context, name string, rows func(context.Context, *projections.DB, *csv.Writer) error) error {
	return o.with(ctx, func(ctx context.Context, s *session) (err error) {
		db, err := s.readModels(ctx)
		if err != nil {
			return err
		}
		return s.exportFile(name, 0o644, func(w *csv.Writer) error { return rows(ctx, db, w) }, func(map[string]any) string { return "" })
	})
}

// exportFile writes a file of rows, whole or not at all. Afterwards said tells what is in it, in
// words and in the object that programs get.
func (s *session) exportFile(name string, mode fs.FileMode, rows func(*csv.Writer) error, said func(object map[string]any) string) error {
	if s.trial != nil {
		return s.print(map[string]any{"dry_run": true, "file": name}, "dry run, nothing changed; %s would be written", name)
	}
	if err := durable.Replace(name, mode, func(f io.Writer) error {
		w := csv.NewWriter(f)
		err := rows(w)
		w.Flush()
		return errors.Join(err, w.Error())
	}); err != nil {
		return fmt.Errorf("writing the file %s: %w", name, err)
	}
	object := map[string]any{"file": name}
	text := said(object)
	return s.print(object, "%s is written%s", name, text)
}

func exportPool(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	if err := w.Write([]string{"code", "applicant_kind", "indicator_kind", "phase", "round", "submitted_at", "in_pools", "losses", "indicator"}); err != nil {
		return err
	}
	p := pool.Of(db)
	for code, err := range p.Codes(ctx, pool.Filter{}) {
		if err != nil {
			return err
		}
		a, _, err := p.Find(ctx, code)
		if err != nil {
			return err
		}
		err = w.Write([]string{
			a.Code, string(a.Standing.Applicant), string(a.Indicator), string(a.Phase), a.Round, a.SubmittedAt.String(),
			strconv.FormatBool(a.InPools), strconv.Itoa(a.Losses), a.Won,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func exportResults(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	if err := w.Write([]string{"round", "pool", "rank", "code", "selected"}); err != nil {
		return err
	}
	r := results.Of(db)
	rounds, err := r.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, o := range rounds {
		for _, p := range o.Pools {
			for k, err := range r.Ranks(ctx, o.ID, p.Pool) {
				if err != nil {
					return err
				}
				if err := w.Write([]string{o.ID, p.Pool, fmt.Sprint(k.Rank), k.Code, strconv.FormatBool(k.Selected)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func exportIndicators(ctx context.Context, db *projections.DB, w *csv.Writer) error {
	if err := w.Write([]string{"indicator", "round", "pool", "rank", "code", "phase", "use_by"}); err != nil {
		return err
	}
	for i, err := range results.Of(db).Indicators(ctx, "", "") {
		if err != nil {
			return err
		}
		useBy := ""
		if i.UseBy != 0 {
			useBy = i.UseBy.String()
		}
		if err := w.Write([]string{i.ID, i.Round, i.Pool, fmt.Sprint(i.Rank), i.Code, string(i.Phase), useBy}); err != nil {
			return err
		}
	}
	return nil
}

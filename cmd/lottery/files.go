package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

func (o *options) importCommand() *cobra.Command {
	var roundID, report string
	c := leaf("import FILE.csv", "store the applications of an office's file", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if roundID == "" {
			return usage("import needs --round ID")
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			done, err := s.importFile(ctx, by, args[0], roundID, report)
			if err != nil {
				return err
			}
			object := map[string]any{"summary": done.Summary, "report": done.report, "receipts": done.receipts}
			if done.Stored == 0 && s.trial == nil { // but not because it was done before
				object["changed"] = false
				return s.print(object, "%s", done.text())
			}
			return s.done(object, "%s", done.text())
		})
	})
	c.Flags().StringVar(&roundID, "round", "", "round in whose window the applications were submitted")
	c.Flags().StringVar(&report, "report", "", "file for the bad rows (default: DATA/private/import-….report.tsv)")
	return c
}

// imported is what an import has done.
type imported struct {
	importer.Summary
	codes            map[int]string // application codes by row
	report, receipts string         // paths
}

func (d imported) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows read; %d applications stored", d.Rows, d.Stored)
	if d.Before > 0 {
		fmt.Fprintf(&b, " (%d of them before)", d.Before)
	}
	bad := 0
	for _, n := range d.Problems {
		bad += n
	}
	fmt.Fprintf(&b, "; %d bad rows", bad)
	for _, code := range slices.Sorted(maps.Keys(d.Problems)) {
		fmt.Fprintf(&b, "\n  %6d  %s", d.Problems[code], code)
	}
	if d.Odd > 0 {
		fmt.Fprintf(&b, "\n%d rows are stored and odd: look at them", d.Odd)
	}
	fmt.Fprintf(&b, "\nbad rows: %s", d.report)
	if d.receipts != "" {
		fmt.Fprintf(&b, "\napplication codes: %s", d.receipts)
	}
	return b.String()
}

func (s *session) importFile(ctx context.Context, by office.Author, name, roundID, report string) (done imported, err error) {
	f, err := os.Open(name)
	if err != nil {
		return done, fmt.Errorf("opening the file: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return done, fmt.Errorf("reading the file: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return done, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return done, err
	}
	if _, err := s.round(ctx, roundID); err != nil { // before its name becomes part of a file's
		return done, err
	}
	if err := s.office.RequireAuthor(ctx, by, application.TypeSubmitted); err != nil {
		return done, err
	}
	if err := s.openVault(ctx); err != nil {
		return done, err
	}
	digest := hex.EncodeToString(h.Sum(nil))
	base := s.path("private", "import-"+roundID+"-"+digest[:16])
	im := importer.Import{Office: s.office, Actor: by.Actor, Round: roundID}
	if s.trial == nil {
		done.receipts = base + ".receipts.tsv"
		if im.Receipts, err = importer.OpenReceipts(done.receipts, digest, roundID); err != nil {
			return done, err
		}
		defer func() { err = errors.Join(err, im.Receipts.Close()) }()
		done.codes = im.Receipts.Codes()
	}
	if done.report = report; report == "" {
		done.report = base + ".report.tsv"
	}
	out, err := os.OpenFile(done.report, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return done, fmt.Errorf("opening the report: %w", err)
	}
	w := bufio.NewWriter(out)
	defer func() { err = errors.Join(err, w.Flush(), out.Close()) }()
	if _, err := fmt.Fprintln(w, "row\tcolumn\tcode"); err != nil {
		return done, err
	}
	im.Report = func(p csvfile.Problem) error {
		_, err := fmt.Fprintln(w, p)
		return err
	}
	in := &counted{Reader: f}
	bar := progress.New(s.stderr, "importing (bytes)")
	defer bar.Done()
	im.Progress = func(int) { bar.Set(in.n.Load(), info.Size()) }
	done.Summary, err = im.Run(ctx, in)
	return done, err
}

// counted counts what is read.
type counted struct {
	io.Reader
	n atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

func (o *options) simulateCommand() *cobra.Command {
	var n int
	var seed uint64
	var out, from, to string
	var bad, organisations int
	c := leaf("simulate", "write a file of invented applications, valid and reproducible", cobra.NoArgs, func(context.Context, []string) error {
		opens, err := time.Parse(time.RFC3339, from)
		if err != nil {
			return usage("--from: %v", err)
		}
		closes, err := time.Parse(time.RFC3339, to)
		if err != nil {
			return usage("--to: %v", err)
		}
		opts := simulate.Options{Applications: n, Seed: seed, From: opens, To: closes, BadShare: bad, OrganisationShare: organisations}
		if err := opts.Check(); err != nil {
			return usage("%v", err)
		}
		if out == "" {
			return usage("simulate needs --out FILE.csv")
		}
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true}, "dry run: %s would be written", out)
		}
		sum, err := simulateFile(out, opts)
		if err != nil {
			return err
		}
		object := map[string]any{
			"file": out, "applications": sum.Applications, "rows": sum.Rows, "families": sum.Families, "organisations": sum.Organisations,
			"new_energy": sum.NewEnergy, "bad": sum.Bad, "defects": sum.Defects,
		}
		return o.print(object, "%s: %d applications in %d rows, %d of families, %d for new energy; %d made bad on purpose",
			out, sum.Applications, sum.Rows, sum.Families, sum.NewEnergy, sum.Bad)
	})
	c.Flags().IntVar(&n, "applications", 0, "how many")
	c.Flags().Uint64Var(&seed, "seed", 1, "another seed, other people")
	c.Flags().StringVar(&out, "out", "", "file to write")
	c.Flags().StringVar(&from, "from", "2026-08-01T00:00:00Z", "start of the window")
	c.Flags().StringVar(&to, "to", "2026-10-09T00:00:00Z", "end of the window")
	c.Flags().IntVar(&bad, "bad", 0, "of 1000 applications so many are bad")
	c.Flags().IntVar(&organisations, "organisations", 0, "of 1000 good applications so many are those of organisations; the file has all columns then")
	return c
}

func simulateFile(name string, opts simulate.Options) (sum simulate.Summary, err error) {
	err = durable.Replace(name, 0o644, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 1<<16)
		if sum, err = simulate.Write(w, opts); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return sum, fmt.Errorf("writing the file %s: %w", name, err)
	}
	return sum, nil
}

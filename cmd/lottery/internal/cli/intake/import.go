// Package intake holds the commands that bring many applications at once.
package intake

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

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

type importOptions struct{ round, report string }

// Imported is what an import has done.
type Imported struct {
	Summary  importer.Summary `json:"summary"`
	Report   string           `json:"report"`   // path of the file with the bad rows
	Receipts string           `json:"receipts"` // path of the file with the codes; "" in a dry run
	cli.Done

	Codes map[int]string `json:"-"` // application codes by row; none in a dry run
}

// Text counts what was stored and what was not.
func (r *Imported) Text(p *cli.Page) {
	text := p.Say("import.stored", r.Summary.Rows, r.Summary.Stored)
	if r.Summary.Before > 0 {
		text += p.Say("import.before", r.Summary.Before)
	}
	bad := 0
	for _, n := range r.Summary.Problems {
		bad += n
	}
	p.Print(text + p.Say("import.bad", bad))
	for _, code := range slices.Sorted(maps.Keys(r.Summary.Problems)) {
		p.Print(fmt.Sprintf("  %6d  %s", r.Summary.Problems[code], code))
	}
	if r.Summary.Odd > 0 {
		p.Line("import.odd", r.Summary.Odd, csvfile.OddArea)
	}
	p.Line("import.report", r.Report)
	if r.Receipts != "" {
		p.Line("import.receipts", r.Receipts)
	}
}

// ImportCommand stores the applications of an office's file.
func ImportCommand(a *app.App) *cobra.Command {
	var o importOptions
	c := cli.New(a, &cobra.Command{
		Use: "import FILE.csv --round ID", Short: "Store the applications of an office's file",
		Example: `  lottery --officer reg import applications.csv --round 2026-2 --dry-run
  lottery --officer reg import applications.csv --round 2026-2`,
	}, func(ctx context.Context, args []string) (*Imported, error) {
		if o.round == "" {
			return nil, app.Usage("import needs --round ID")
		}
		_, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return Import(ctx, a, by, args[0], o.round, o.report)
	})
	c.Flags().StringVar(
		&o.round, "round", "", "round in whose window the applications were submitted",
	)
	c.Flags().StringVar(
		&o.report, "report", "",
		"file for the bad rows (default: DATA/private/import-….report.tsv)",
	)
	cli.CompleteFlag(c, a, "round", cli.Rounds)
	return c
}

// Import stores the applications of a file in the name of the author of the command. report is
// the file for the bad rows, or "" for one in the data folder.
func Import(
	ctx context.Context, a *app.App, by office.Author, name, round, report string,
) (r *Imported, err error) {
	f, err := app.OpenRegular(name)
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	defer f.Close() // it was only read
	digest, size, err := measure(f)
	if err != nil {
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	if _, err := a.Round(ctx, round); err != nil { // before its name becomes part of a file's
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	if err := o.RequireAuthor(ctx, by, application.TypeSubmitted); err != nil {
		return nil, err
	}
	if err := a.Vault(ctx); err != nil {
		return nil, err
	}
	base := a.Path("private", "import-"+round+"-"+digest[:16])
	r = &Imported{Report: report}
	im := importer.Import{Office: o, Actor: by.Actor, Round: round}
	if a.Trial == nil {
		r.Receipts = base + ".receipts.tsv"
		var free func() error
		if free, err = a.Wait(ctx, base+".lock", "another import of this file"); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, free()) }()
		if im.Receipts, err = importer.OpenReceipts(r.Receipts, digest, round); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, im.Receipts.Close()) }()
		r.Codes = im.Receipts.Codes()
	}
	if report == "" {
		r.Report = base + ".report.tsv"
	}
	r.Summary, err = run(ctx, a, im, f, size, r.Report)
	r.Idle = r.Summary.Stored == 0
	return r, err
}

// measure returns the digest and the size of a file, and goes back to its begin.
func measure(f *os.File) (digest string, size int64, err error) {
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	_, err = f.Seek(0, io.SeekStart)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// run imports what in holds and writes the report.
func run(
	ctx context.Context, a *app.App, im importer.Import, in io.Reader, size int64, report string,
) (s importer.Summary, err error) {
	out, err := os.OpenFile(report, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return s, fmt.Errorf("opening the report: %w", err)
	}
	w := bufio.NewWriter(out)
	defer func() { err = errors.Join(err, w.Flush(), out.Close()) }()
	if _, err := fmt.Fprintln(w, "row\tcolumn\tcode"); err != nil {
		return s, err
	}
	im.Report = func(p csvfile.Problem) error {
		_, err := fmt.Fprintln(w, p)
		return err
	}
	read := &counted{Reader: in}
	bar := progress.New(a.Err, "importing (bytes)")
	defer bar.Done()
	im.Progress = func(int) { bar.Set(read.n, size) }
	return im.Run(ctx, read)
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

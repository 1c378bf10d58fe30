package intake

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
)

type simulateOptions struct {
	simulate.Options
	out, from, to string
}

type simulated struct {
	File          string                  `json:"file,omitempty"`
	Applications  int                     `json:"applications"`
	Rows          int                     `json:"rows"`
	Families      int                     `json:"families"`
	Organisations int                     `json:"organisations"`
	NewEnergy     int                     `json:"new_energy"`
	Bad           int                     `json:"bad"`
	Defects       map[simulate.Defect]int `json:"defects,omitempty"`
	DryRun        bool                    `json:"dry_run,omitempty"`
}

// Text counts what is in the file.
func (r simulated) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("would_write", r.File)
		return
	}
	p.Line("simulate.done", r.File, r.Applications, r.Rows, r.Families, r.NewEnergy, r.Bad)
}

// SimulateCommand writes a file of invented applications.
func SimulateCommand(a *app.App) *cobra.Command {
	var o simulateOptions
	c := cli.New(a, &cobra.Command{
		Use: "simulate", Short: "Write a file of invented applications, valid and reproducible",
		Example: `  lottery simulate --applications 1000 --seed 7 --out people.csv`,
	}, func(context.Context, []string) (simulated, error) { return write(a, o) })
	f := c.Flags()
	f.IntVar(&o.Applications, "applications", 0, "how many")
	f.Uint64Var(&o.Seed, "seed", 1, "another seed, other people")
	f.StringVar(&o.out, "out", "", "file to write")
	f.StringVar(&o.from, "from", "2026-08-01T00:00:00Z", "start of the window")
	f.StringVar(&o.to, "to", "2026-10-09T00:00:00Z", "end of the window")
	f.IntVar(&o.BadShare, "bad", 0, "of 1000 applications so many are bad")
	f.IntVar(&o.OrganisationShare, "organisations", 0,
		"of 1000 good applications so many are those of organisations; the file has all columns "+
			"then")
	return c
}

func write(a *app.App, o simulateOptions) (simulated, error) {
	for _, t := range []struct {
		flag, text string
		to         *time.Time
	}{{"from", o.from, &o.From}, {"to", o.to, &o.To}} {
		at, err := cli.ParseTime(a, t.flag, t.text)
		if err != nil {
			return simulated{}, err
		}
		*t.to = utc(at)
	}
	if err := o.Check(); err != nil {
		return simulated{}, app.UsageError{Err: err}
	}
	if o.out == "" {
		return simulated{}, app.Usage("simulate needs --out FILE.csv")
	}
	if a.DryRun {
		return simulated{File: o.out, DryRun: true}, nil
	}
	s, err := Simulate(o.out, o.Options)
	return simulated{
		File: o.out, Applications: s.Applications, Rows: s.Rows, Families: s.Families,
		Organisations: s.Organisations,
		NewEnergy:     s.NewEnergy, Bad: s.Bad, Defects: s.Defects,
	}, err
}

func utc(t domain.Time) time.Time { return time.Unix(int64(t), 0).UTC() }

// Simulate writes a file of invented applications.
func Simulate(name string, o simulate.Options) (s simulate.Summary, err error) {
	err = durable.Replace(name, 0o644, func(f io.Writer) error {
		w := bufio.NewWriterSize(f, 1<<16)
		if s, err = simulate.Write(w, o); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return s, fmt.Errorf("writing the file %s: %w", name, err)
	}
	return s, nil
}

package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

type checked struct {
	embedded.Checked
	where string
}

// Text lists the faults, or says that there are none.
func (r checked) Text(p *cli.Page) {
	if r.Found == 0 {
		p.Line("store.whole", r.where, r.Events, r.Streams, r.Tail)
	}
	for _, f := range r.Findings {
		p.Print(fmt.Sprint(f))
	}
}

// Failure makes the command end with status 1 if the store is damaged.
func (r checked) Failure() error {
	if r.Found == 0 {
		return nil
	}
	return damaged{fmt.Errorf("%s: %d events in %d streams, up to position %d; faults: %d",
		r.where, r.Events, r.Streams, r.Tail, r.Found)}
}

// damaged is the error of a damaged store.
type damaged struct{ error }

func (damaged) Is(target error) bool { return target == embedded.ErrDamaged }

func checkCommand(a *app.App) *cobra.Command {
	var limit int
	c := cli.New(a, &cobra.Command{
		Use: "check", Short: "Read the whole store and verify it",
		Example: `  lottery store check --data rehearsal`,
	}, func(ctx context.Context, _ []string) (checked, error) { return check(ctx, a, limit) })
	cli.Number(c.Flags(), &limit, "faults", 20, cli.Bounds{Least: 1}, "how many faults to list")
	return c
}

func check(ctx context.Context, a *app.App, limit int) (r checked, err error) {
	if a.Flags.Store != "" {
		return r, app.Usage(
			"check reads a folder that no server has open: --data DIR, or restore a backup of " +
				"the server and check that")
	}
	f := folder(a)
	bar := progress.New(a.Err, "checking (bytes)")
	defer bar.Done()
	r.where = f.Dir
	r.Checked, err = f.Check(ctx, limit, bar.Set)
	if errors.Is(err, embedded.ErrInUse) {
		err = fmt.Errorf(
			"%w (stop the server first, or check a backup that was restored elsewhere)", err,
		)
	}
	return r, err
}

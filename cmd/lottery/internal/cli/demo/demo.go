// Package demo runs a whole round with invented people, and proves it.
package demo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/cli/indicator"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

const (
	origin = "lottery.example/demo"
	rule   = "beijing-2021-demo"
	notice = 3 // seconds between announcement and draw; Beijing's rules say a day
)

// namespace is that of the ids of the demonstration's commands.
var namespace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://"+origin))

type options struct {
	dir, verifier string
	applications  int
	offline       bool
}

// Command runs the demonstration.
func Command(a *app.App) *cobra.Command {
	var o options
	c := cli.New(a, &cobra.Command{
		Use: "demo", Short: "Run a whole round with invented people, then prove it",
		Example: `  lottery demo
  lottery demo --dir trial --applications 20000`,
	}, func(ctx context.Context, _ []string) (over, error) {
		if a.DryRun {
			return over{}, app.Usage(
				"the demonstration cannot be tried out; it works in a folder of its own",
			)
		}
		a.Data, a.LogLevel = filepath.Join(o.dir, "data"), "debug"
		return run(ctx, &demo{App: a, options: o})
	})
	c.Flags().StringVar(&o.dir, "dir", "run", "folder for everything")
	c.Flags().IntVar(&o.applications, "applications", 2000, "how many in each round")
	c.Flags().BoolVar(
		&o.offline, "offline", false,
		"use the demonstration beacon without looking for the real one",
	)
	c.Flags().StringVar(
		&o.verifier, "verifier", "",
		"the citizen's program (default: lottery-verify beside this one)",
	)
	return c
}

// demo is a whole round, in steps that may each be repeated: every command has an id that
// follows from round and step, so that a demonstration that was killed goes on where it was.
type demo struct {
	*app.App
	options

	office *office.Office
	id     string   // of the round
	codes  []string // of the applications, in the order of their rows
	chain  draw.Chain

	awarded int
}

func run(ctx context.Context, d *demo) (over, error) {
	if d.applications < 30 {
		return over{}, app.Usage(
			"--applications: the demonstration needs at least 30, not %d", d.applications,
		)
	}
	if err := d.findVerifier(); err != nil { // now rather than after the round
		return over{}, err
	}
	if !d.HasLedger() {
		if _, err := d.Begin(origin); err != nil {
			return over{}, err
		}
	}
	var err error
	if d.office, err = d.Office(ctx); err != nil {
		return over{}, err
	}
	for _, step := range []func(context.Context) error{
		d.keys, d.findRound, d.found, d.open, d.importApplications, d.change, d.review, d.seal,
		d.announce, d.draw, d.award,
		d.prove,
	} {
		if err := step(ctx); err != nil {
			return over{}, err
		}
	}
	return d.over()
}

// as returns this officer as the author of a command. Its id follows from its name. A proposal
// that waits is that of a run that was interrupted, or of a draw time that came too soon.
func (d *demo) as(who, command string) office.Author {
	id := uuid.NewSHA1(namespace, []byte(d.id+"/"+command))
	return office.Author{Command: id, Actor: catalog.ActorOfficer + who, Anew: true}
}

// both lets two conductors give the same command: that of the first one proposes, that of the
// other one approves and does it.
func both[R any](d *demo, command string, give func(office.Author) (R, error)) (R, error) {
	r, err := give(d.as("conductor", command))
	var waits *office.Waiting
	if !errors.As(err, &waits) {
		return r, err
	}
	return give(d.as("second-conductor", command))
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.Err, "• "+format+"\n", args...) }

// tell says what a command has led to.
func (d *demo) tell(r cli.Result) error {
	text, err := cli.Text(d.App, r)
	if err == nil {
		d.say("%s", strings.ReplaceAll(text, "\n", "\n  "))
	}
	return err
}

// findRound takes the first round that is not over.
func (d *demo) findRound(ctx context.Context) error {
	for n := 1; ; n++ {
		d.id = fmt.Sprintf("demo-%d", n)
		r, err := d.office.LoadRound(ctx, d.id)
		if err != nil {
			return err
		}
		if r.Phase != round.PhasePublished && r.Phase != round.PhaseSettled &&
			r.Phase != round.PhaseVoided {
			d.say("round %s in %s", d.id, d.dir)
			return nil
		}
		if r.Phase == round.PhasePublished { // it may have been killed between results and awards
			if _, err := indicator.Award(ctx, d.App, d.as("conductor", "award"), d.id); err != nil {
				return err
			}
		}
	}
}

// tooLate reports a draw time that has come too near while two officers agreed on it.
func tooLate(err error) bool { return fault.CodeOf(err) == fault.NoticeTooShort }

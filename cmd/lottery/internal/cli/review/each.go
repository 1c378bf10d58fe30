package review

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/office"
)

// many is one command on many applications.
type many struct {
	purpose  string // what the ids of the commands follow from, beside the code
	cmd      application.Command
	passOver []string // refusals that are counted and are no error
}

// each issues the command on all applications, many at once. Each is a command of its own that
// follows from the one given, so that repeating it changes nothing. A refusal of one leaves the
// others to go on; the first in the order of codes becomes the error.
func each(
	ctx context.Context, a *app.App, by office.Author, codes []string, c many,
) (passed int, err error) {
	o, err := a.Office(ctx)
	if err != nil {
		return 0, err
	}
	if err := o.RequireAuthor(ctx, by, c.cmd.Leads()); err != nil {
		return 0, err
	}
	bar := progress.New(a.Err, c.cmd.Leads())
	defer bar.Done()
	var mu sync.Mutex
	var n, over atomic.Int64
	refused := map[int]error{}
	g, parallel := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for i, code := range codes {
		g.Go(func() error {
			err := issue(parallel, o, by.Part("%s %s", c.purpose, code), code, c.cmd)
			switch refusal := fault.CodeOf(err); {
			case slices.Contains(c.passOver, refusal):
				over.Add(1)
			case office.Unauthorised(err): // the officer may have been dismissed meanwhile
				return fmt.Errorf("after %d of %d applications: %w", n.Load(), len(codes), err)
			case refusal != "":
				mu.Lock()
				refused[i] = err
				mu.Unlock()
			case err != nil:
				return fmt.Errorf("application %s: %w", code, err)
			}
			bar.Set(n.Add(1), int64(len(codes)))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	return int(over.Load()), firstRefusal(codes, refused)
}

// issue carries out the command on one application.
func issue(
	ctx context.Context, o *office.Office, by office.Author, code string, cmd application.Command,
) error {
	_, err := o.Execute(ctx, by, office.Application(code, cmd))
	if fault.CodeOf(err) == fault.InvalidID { // no application has such a code
		return fault.New(fault.UnknownApplication, "no application %s was submitted", code)
	}
	return err
}

// firstRefusal is the refusal of the first code that was refused, and says how many were.
func firstRefusal(codes []string, refused map[int]error) error {
	for i, code := range codes {
		err := refused[i]
		if err == nil {
			continue
		}
		err = cli.Mistyped(code, fmt.Errorf("application %s: %w", code, err))
		if len(refused) > 1 || len(codes) > len(refused) {
			err = fmt.Errorf(
				"%w (%d of %d applications were refused, the others are done)", err, len(refused),
				len(codes),
			)
		}
		return err
	}
	return nil
}

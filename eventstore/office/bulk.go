package office

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
)

// workers is how many commands of a bulk are under way at once.
const workers = 64

// Bulk is one command on many applications. Each is a command of its own, whose id follows from
// the author's, the purpose and the code, so that repeating a bulk changes nothing.
type Bulk struct {
	Purpose  string
	Command  application.Command
	PassOver []string       // codes of refusals that are expected
	Progress func(done int) // told after each application; may be nil
}

// Refusal is what became of an application that a rule refused.
type Refusal struct {
	Application string
	Err         error
}

// Handled is what a bulk led to.
type Handled struct {
	PassedOver int
	Refused    []Refusal // in the order of the codes
}

// HandleMany carries out a bulk. A refusal of one application leaves the others to go on. A
// refusal of the author, who may have been dismissed meanwhile, ends the bulk. What was handled
// until an error is returned with it.
func (o *Office) HandleMany(
	ctx context.Context, by Author, codes []string, b Bulk,
) (Handled, error) {
	var h Handled
	if err := o.RequireAuthor(ctx, by, b.Command.Leads()); err != nil {
		return h, err
	}
	var mu sync.Mutex
	refused, done := make([]error, len(codes)), 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i, code := range codes {
		g.Go(func() error {
			err := o.onApplication(ctx, by.Part("%s %s", b.Purpose, code), code, b.Command)
			mu.Lock()
			defer mu.Unlock()
			switch refusal := fault.CodeOf(err); {
			case slices.Contains(b.PassOver, refusal):
				h.PassedOver++
			case Unauthorised(err):
				return fmt.Errorf("after %d of %d applications: %w", done, len(codes), err)
			case refusal != "":
				refused[i] = err
			case err != nil:
				return fmt.Errorf("application %s: %w", code, err)
			}
			if done++; b.Progress != nil {
				b.Progress(done)
			}
			return nil
		})
	}
	err := g.Wait()
	for i, err := range refused {
		if err != nil {
			h.Refused = append(h.Refused, Refusal{codes[i], err})
		}
	}
	return h, err
}

// onApplication carries out a command on an application that somebody has listed.
func (o *Office) onApplication(
	ctx context.Context, by Author, code string, cmd application.Command,
) error {
	_, err := o.Execute(ctx, by, Application(code, cmd))
	if fault.CodeOf(err) == fault.InvalidID { // no application has such a code
		return fault.New(fault.UnknownApplication, "no application %s was submitted", code)
	}
	return err
}

package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/office"
)

// outcome is what became of many applications.
type outcome struct {
	done, passedOver int
	cli.Refusals
}

// each issues the command on all applications, and says which were refused. If there was one
// only, its refusal is the error.
func each(ctx context.Context, a *app.App, by office.Author, codes []string,
	b office.Bulk,
) (r outcome, err error) {
	o, err := a.Office(ctx)
	if err != nil {
		return r, err
	}
	bar := progress.New(a.Err, b.Command.Leads())
	defer bar.Done()
	b.Progress = func(done int) { bar.Set(int64(done), int64(len(codes))) }
	h, failed := o.HandleMany(ctx, by, codes, b)
	for _, one := range h.Refused {
		err := r.Refuse(one.Application, cli.Mistyped(one.Application,
			fmt.Errorf("application %s: %w", one.Application, one.Err)))
		if err != nil {
			return r, err
		}
	}
	if failed != nil {
		return r, failed
	}
	r.passedOver = h.PassedOver
	r.done = len(codes) - h.PassedOver - len(r.Refused)
	return r, r.Of(len(codes))
}

// note writes the refusals of a list of codes to a file of their own.
func (r *outcome) note(a *app.App, verb string, codes []string, list string) error {
	if list == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(strings.Join(codes, "\n")))
	return r.Note(a, "review-"+verb+"-"+hex.EncodeToString(sum[:8])+".refused.tsv")
}

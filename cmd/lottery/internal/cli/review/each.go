package review

import (
	"context"
	"fmt"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/office"
)

// each issues the command on all applications. It counts those that were passed over. The first
// refusal in the order of the codes becomes the error.
func each(ctx context.Context, a *app.App, by office.Author, codes []string,
	b office.Bulk,
) (passed int, err error) {
	o, err := a.Office(ctx)
	if err != nil {
		return 0, err
	}
	bar := progress.New(a.Err, b.Command.Leads())
	defer bar.Done()
	b.Progress = func(done int) { bar.Set(int64(done), int64(len(codes))) }
	h, err := o.HandleMany(ctx, by, codes, b)
	if err != nil {
		return 0, err
	}
	return h.PassedOver, firstRefusal(h.Refused, len(codes))
}

// firstRefusal is the first refusal, and says how many of all there were.
func firstRefusal(refused []office.Refusal, all int) error {
	if len(refused) == 0 {
		return nil
	}
	first := refused[0]
	err := cli.Mistyped(first.Application,
		fmt.Errorf("application %s: %w", first.Application, first.Err))
	if all > 1 {
		err = fmt.Errorf("%w (%d of %d applications were refused, the others are done)", err,
			len(refused), all)
	}
	return err
}

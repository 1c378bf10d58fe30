package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
)

// Running makes a command that goes on until it is stopped. run calls begun with the result as
// soon as it is ready.
func Running[R Result](
	a *app.App, c *cobra.Command, run func(ctx context.Context, begun func(R) error) error,
) *cobra.Command {
	c.Args = positional(c.Use)
	c.Annotations = map[string]string{fieldsKey: strings.Join(FieldsOf[R](), "\n")}
	c.RunE = func(c *cobra.Command, _ []string) error {
		_, _, err := voice(a)
		if err == nil {
			err = run(c.Context(), func(r R) error { return Print(a, r) })
		}
		if err = errors.Join(err, a.Close()); err != nil {
			return ranError{err}
		}
		return nil
	}
	return c
}

// Repeat does some work now and then until the context ends, or until the work fails for a
// reason that trying again cannot mend.
func Repeat(
	ctx context.Context, a *app.App, every time.Duration, work func(context.Context) error,
) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := work(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			if _, status := Classify(err); status == Refused {
				return err
			}
			a.Log.Error().Err(err).Msg("a duty failed; it is tried again")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

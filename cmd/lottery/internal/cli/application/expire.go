package application

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
)

type expired struct {
	Expired int `json:"expired"`
	cli.Refusals
	cli.Done
}

// Text says how many have expired.
func (r *expired) Text(p *cli.Page) {
	p.Line("application.expired", r.Expired)
	r.List(p)
}

func expireCommand(a *app.App) *cobra.Command {
	var due bool
	c := cli.New(a, &cobra.Command{
		Use: "expire [CODE…]", Short: "End applications that are no longer valid and in no draw",
		Example: `  lottery --officer reg application expire --due`,
	}, func(ctx context.Context, codes []string) (*expired, error) {
		if due == (len(codes) > 0) {
			return nil, app.Usage("expire takes application codes, or --due")
		}
		return expire(ctx, a, codes)
	})
	c.Flags().BoolVar(&due, "due", false, "end all that are due")
	return c
}

// expire rests on the public ledger, which says what a round may still select. Without codes
// it ends everything that is due.
func expire(ctx context.Context, a *app.App, codes []string) (*expired, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	if len(codes) == 0 {
		codes = l.RunOut(app.Now())
	}
	r := &expired{}
	for i, code := range codes {
		own := by.Part("expire %s", code)
		err := o.EndApplication(ctx, own, code, application.Expire{}, l)
		if err == nil {
			r.Expired++
			continue
		}
		err = r.Refuse(code, cli.Mistyped(code, fmt.Errorf("application %s: %w", code, err)))
		switch {
		case err != nil && i > 0:
			return nil, fmt.Errorf("after %d of %d applications: %w", i, len(codes), err)
		case err != nil:
			return nil, err
		}
	}
	r.Idle = r.Expired == 0
	if err := r.Of(len(codes)); err != nil {
		return nil, err
	}
	return r, a.Publish(ctx)
}

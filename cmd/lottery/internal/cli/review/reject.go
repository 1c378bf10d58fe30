package review

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

type rejected struct {
	Application string               `json:"application,omitempty"` // if there is one only
	Reasons     []application.Reason `json:"reasons,omitempty"`     // likewise
	// how many, if there are several
	Rejected *int `json:"rejected,omitempty"`
	cli.Refusals
	cli.Done
}

// Text says which application is rejected and why, or how many are.
func (r *rejected) Text(p *cli.Page) {
	if r.Rejected != nil {
		p.Line("review.rejected", *r.Rejected)
		r.List(p)
		return
	}
	p.Line("review.rejected_one", r.Application, words.Names(p.Words, "reason", r.Reasons))
}

func rejectCommand(a *app.App) *cobra.Command {
	var file string
	var reasons []string
	c := cli.New(a, &cobra.Command{
		Use: "reject [CODE…]", Short: "Refuse applications",
		Long: "reject refuses applications with the given reasons, or without any with those of " +
			"the checks that failed.",
		Example: `  lottery --officer rex review reject 1127603891625 --reason owns_car
  lottery --officer rex review reject --list codes`,
	}, func(ctx context.Context, args []string) (*rejected, error) {
		codes, err := codesOf(ctx, a, args, file)
		if err != nil {
			return nil, err
		}
		return reject(ctx, a, codes, file, reasonsOf(reasons))
	})
	c.Flags().StringSliceVar(&reasons, "reason", nil, "one or more")
	cli.OneOf(c, "reason", application.Reasons)
	addList(c, &file)
	return c
}

func reject(
	ctx context.Context, a *app.App, codes []string, list string, why []application.Reason,
) (*rejected, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	cmd := office.Bulk{Purpose: "reject", Command: application.Reject{Reasons: why}}
	out, err := each(ctx, a, by, codes, cmd)
	if err != nil {
		return nil, err
	}
	if len(codes) != 1 {
		err := out.note(a, "reject", codes, list)
		r := &rejected{Rejected: &out.done, Refusals: out.Refusals}
		r.Idle = out.done == 0
		return r, err
	}
	r := &rejected{Application: codes[0], Reasons: why}
	if len(why) == 0 { // those of the checks
		s, err := o.LoadApplication(ctx, codes[0])
		r.Reasons = s.Reasons
		return r, err
	}
	return r, nil
}

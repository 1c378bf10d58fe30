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

type checkOptions struct {
	file, department, item, outcome string
	reasons                         []string
}

type checked struct {
	Checked    int                 `json:"checked"`
	Department string              `json:"department"`
	Item       string              `json:"item"`
	Outcome    application.Outcome `json:"outcome"`
	cli.Refusals
	cli.Done
}

// Text says how many were checked, and with what outcome.
func (r *checked) Text(p *cli.Page) {
	p.Line("review.checked", r.Department, r.Item, r.Checked,
		words.Name(p.Words, "outcome", r.Outcome))
	r.List(p)
}

func checkCommand(a *app.App) *cobra.Command {
	var o checkOptions
	c := cli.New(a, &cobra.Command{
		Use: "check [CODE…]", Short: "Record what a department found about an item",
		Example: `  lottery --officer rex review check 1127603891625 --department tax --item paid --outcome passed
  lottery --officer rex review check --list codes --department tax --item paid --outcome failed --reason insurance_or_tax`,
	}, func(ctx context.Context, args []string) (*checked,
		error,
	) {
		return record(ctx, a, args, o)
	})
	f := c.Flags()
	f.StringVar(&o.department, "department", "", "as the rules name it")
	f.StringVar(&o.item, "item", "", "as the rules name it")
	f.StringVar(&o.outcome, "outcome", "", "what was found")
	f.StringSliceVar(&o.reasons, "reason", nil, "of a failure, one or more")
	cli.OneOf(c, "outcome", []application.Outcome{application.Passed, application.Failed})
	cli.OneOf(c, "reason", application.Reasons)
	addList(c, &o.file)
	return c
}

func record(ctx context.Context, a *app.App, args []string, o checkOptions) (*checked, error) {
	codes, err := codesOf(ctx, a, args, o.file)
	if err != nil {
		return nil, err
	}
	_, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	r := &checked{
		Department: o.department, Item: o.item, Outcome: application.Outcome(o.outcome),
	}
	out, err := each(ctx, a, by, codes, office.Bulk{
		Purpose: "check " + o.department + "/" + o.item, Command: application.RecordCheck{
			Department: o.department, Item: o.item, Outcome: r.Outcome,
			Reasons: reasonsOf(o.reasons),
		},
	})
	if err == nil {
		err = out.note(a, "check", codes, o.file)
	}
	r.Checked, r.Refusals, r.Idle = out.done, out.Refusals, out.done == 0
	return r, err
}

package review

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/pool"
)

type approveOptions struct {
	pending     bool
	file, round string
}

type approved struct {
	Approved  int  `json:"approved"`
	Unchecked *int `json:"unchecked,omitempty"` // with --pending: how many lack a check
	cli.Refusals
	cli.Done
}

// Text says how many are approved, and how many lack a check.
func (r *approved) Text(p *cli.Page) {
	text := p.Say("review.approved", r.Approved)
	if r.Unchecked != nil && *r.Unchecked > 0 {
		text += p.Say("review.unchecked", *r.Unchecked)
	}
	p.Print(text)
	r.List(p)
}

func approveCommand(a *app.App) *cobra.Command {
	var o approveOptions
	c := cli.New(a, &cobra.Command{
		Use: "approve [CODE…]", Short: "Admit applications to the rounds to come",
		Example: `  lottery --officer rex review approve 1127603891625
  lottery --officer rex review approve --pending --round 2026-2`,
	}, func(ctx context.Context, args []string) (*approved, error) {
		return approve(ctx, a, args, o)
	})
	c.Flags().BoolVar(
		&o.pending, "pending", false, "approve every submitted application whose checks are passed",
	)
	c.Flags().StringVar(
		&o.round, "round", "", "with --pending: only those submitted for this round",
	)
	cli.CompleteFlag(c, a, "round", cli.Rounds)
	addList(c, &o.file)
	return c
}

func approve(ctx context.Context, a *app.App, codes []string, o approveOptions) (*approved, error) {
	if o.pending == (len(codes) > 0 || o.file != "") {
		return nil, app.Usage("approve takes application codes, --list, or --pending")
	}
	var err error
	if !o.pending {
		if codes, err = codesOf(ctx, a, codes, o.file); err != nil {
			return nil, err
		}
	}
	_, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	bulk := office.Bulk{Purpose: "approve", Command: application.Approve{}}
	if o.pending {
		if codes, err = Pending(ctx, a, o.round); err != nil {
			return nil, err
		}
		bulk.PassOver = []string{fault.ChecksMissing, fault.CheckFailed}
	}
	out, err := each(ctx, a, by, codes, bulk)
	if err == nil {
		err = out.note(a, "approve", codes, o.file)
	}
	r := &approved{Approved: out.done, Refusals: out.Refusals}
	if o.pending {
		r.Unchecked = &out.passedOver
	}
	r.Idle = out.done == 0
	return r, err
}

// Approve approves many applications at once.
func Approve(ctx context.Context, a *app.App, by office.Author, codes []string) error {
	out, err := each(ctx, a, by, codes,
		office.Bulk{Purpose: "approve", Command: application.Approve{}})
	if err != nil {
		return err
	}
	return out.Failure()
}

// Pending lists the codes of all submitted applications, or of those for one round.
func Pending(ctx context.Context, a *app.App, round string) ([]string, error) {
	if round != "" {
		if _, err := a.Round(ctx, round); err != nil {
			return nil, err
		}
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for code, err := range pool.Of(db).Codes(ctx,
		pool.Filter{Phase: application.PhaseSubmitted, Round: round}) {
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

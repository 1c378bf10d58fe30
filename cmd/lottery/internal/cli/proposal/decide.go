package proposal

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/pool"
)

// decided is what became of a proposal.
type decided struct {
	Proposal string          `json:"proposal"`
	Type     string          `json:"type"`
	Stream   string          `json:"stream"`
	Outcome  string          `json:"outcome"` // approved, rejected or withdrawn
	Reason   proposal.Reason `json:"reason,omitempty"`
	cli.Done
}

// Text says what became of it.
func (d *decided) Text(p *cli.Page) {
	_, about, _ := strings.Cut(d.Stream, "-")
	deed := p.Say("deed."+d.Type, about)
	if d.Reason != "" {
		why := p.Text("proposal_reason." + string(d.Reason))
		p.Line("proposal.was_rejected", d.Proposal, deed, why)
		return
	}
	p.Line("proposal.was_"+d.Outcome, d.Proposal, deed)
}

func approveCommand(a *app.App) *cobra.Command {
	return complete(a, cli.New(a, &cobra.Command{
		Use: "approve ID", Short: "Approve what another officer has proposed, and do it",
		Long: "Approve what another officer has proposed, and do it. The event is computed\n" +
			"again; if the rules lead to another one now, nothing is done.",
		Example: `  lottery --officer cora proposal approve 5db31e79f0c94c36a05b7a2d53c4e1f8`,
	}, func(ctx context.Context, args []string) (*decided, error) {
		o, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return approve(ctx, a, o, by, args[0])
	}))
}

func approve(
	ctx context.Context, a *app.App, o *office.Office, by office.Author, id string,
) (*decided, error) {
	s, err := o.LoadProposal(ctx, id)
	if err != nil {
		return nil, err
	}
	var l *audit.State
	var other office.Candidates
	if strings.HasPrefix(s.Made.Stream, round.StreamPrefix) {
		ledger, _, err := a.Ledger(ctx)
		if err != nil {
			return nil, err
		}
		l = &ledger.State
	}
	if s.Made.Type == round.TypeSealed {
		db, err := a.ReadModels(ctx)
		if err != nil {
			return nil, err
		}
		other = pool.Of(db).Candidates
	}
	made, err := o.Approve(ctx, by, id, l, other)
	if err == nil && l != nil {
		err = a.Publish(ctx)
	}
	return &decided{Proposal: id, Type: made.Type, Stream: made.Stream, Outcome: "approved"}, err
}

func rejectCommand(a *app.App) *cobra.Command {
	var reason string
	c := cli.New(a, &cobra.Command{
		Use: "reject ID --reason REASON", Short: "Refuse what another officer has proposed",
		Example: `  lottery --officer cora proposal reject 5db31e79f0c94c36a05b7a2d53c4e1f8 ` +
			`--reason untimely`,
	}, func(ctx context.Context, args []string) (*decided, error) {
		why := proposal.Reason(reason)
		d, err := end(ctx, a, args[0], "rejected", proposal.Reject{Reason: why})
		if err == nil {
			d.Reason = why
		}
		return d, err
	})
	c.Flags().StringVar(&reason, "reason", "", "why")
	cli.OneOf(c, "reason", proposal.Reasons)
	return complete(a, c)
}

func withdrawCommand(a *app.App) *cobra.Command {
	return complete(a, cli.New(a, &cobra.Command{
		Use: "withdraw ID", Short: "Take back what you have proposed",
		Example: `  lottery --officer con proposal withdraw 5db31e79f0c94c36a05b7a2d53c4e1f8`,
	}, func(ctx context.Context, args []string) (*decided, error) {
		return end(ctx, a, args[0], "withdrawn", proposal.Withdraw{})
	}))
}

func end(
	ctx context.Context, a *app.App, id, outcome string, cmd proposal.Command,
) (*decided, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	s, err := o.LoadProposal(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := o.Execute(ctx, by, office.Proposal(id, cmd)); err != nil {
		return nil, err
	}
	return &decided{Proposal: id, Type: s.Made.Type, Stream: s.Made.Stream, Outcome: outcome}, nil
}

// complete lets the shell complete the id of a proposal.
func complete(a *app.App, c *cobra.Command) *cobra.Command {
	waiting := func(ctx context.Context) (ids []string, err error) {
		o, err := a.Office(ctx)
		if err != nil {
			return nil, err
		}
		open, err := o.Proposals(ctx)
		for _, p := range open {
			ids = append(ids, p.ID+"\t"+p.Made.Type+" in "+p.Made.Stream+", "+p.Made.Officer)
		}
		return ids, err
	}
	return cli.CompleteFirstBy(c, cli.Values(a, waiting))
}

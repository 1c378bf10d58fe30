package indicator

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore/office"
)

// stepped is what became of several indicators.
type stepped struct {
	Indicators []string `json:"indicators"`
	cli.Refusals
	cli.Done
	key string
}

// Text says how many indicators the command has changed.
func (r *stepped) Text(p *cli.Page) {
	p.Line("indicator."+r.key, len(r.Indicators))
	r.List(p)
}

// each issues a command on several indicators, in their order. A refusal of one leaves the others
// to go on.
func each(
	ctx context.Context, a *app.App, verb string, ids []string, cmd indicator.Command,
) (*stepped, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	r := &stepped{Indicators: []string{}, key: verb}
	for i, id := range ids {
		err := issue(ctx, o, by.Part("%s %s", verb, id), id, cmd)
		if err == nil {
			r.Indicators = append(r.Indicators, id)
			continue
		}
		err = r.Refuse(id, fmt.Errorf("indicator %s: %w", id, err))
		switch {
		case err != nil && i > 0:
			return nil, fmt.Errorf("after %d of %d indicators: %w", i, len(ids), err)
		case err != nil:
			return nil, err
		}
	}
	r.Idle = len(r.Indicators) == 0
	return r, r.Of(len(ids))
}

// issue carries out a command on one indicator. Its end gives people free.
func issue(
	ctx context.Context, o *office.Office, by office.Author, id string, cmd indicator.Command,
) error {
	switch cmd.(type) {
	case indicator.Revoke, indicator.Forfeit:
		return o.EndIndicator(ctx, by, id, cmd)
	case indicator.Promote, indicator.Award, indicator.Confirm, indicator.Use:
	}
	_, err := o.Execute(ctx, by, office.Indicator(id, cmd))
	return err
}

func confirmCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "confirm ID…", Short: "Make awards final after the checks",
		Example: `  lottery --officer rex indicator confirm 2026-2.ordinary.1 2026-2.ordinary.2`,
	}, func(ctx context.Context, args []string) (*stepped, error) {
		return each(ctx, a, "confirm", args, indicator.Confirm{})
	})
}

func useCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "use ID…", Short: "Record that indicators were used: that cars were registered",
		Example: `  lottery --officer rex indicator use 2026-2.ordinary.1`,
	}, func(ctx context.Context, args []string) (*stepped, error) {
		return each(ctx, a, "use", args, indicator.Use{})
	})
}

func revokeCommand(a *app.App) *cobra.Command {
	var reason string
	c := cli.New(a, &cobra.Command{
		Use: "revoke ID… --reason REASON", Short: "Take awards back after a failed check",
		Example: `  lottery --officer rex indicator revoke 2026-2.ordinary.3 --reason false_statement`,
	}, func(ctx context.Context, args []string) (*stepped, error) {
		return each(ctx, a, "revoke", args, indicator.Revoke{Reason: indicator.Reason(reason)})
	})
	c.Flags().StringVar(&reason, "reason", "", "why")
	cli.OneOf(c, "reason", indicator.Reasons)
	return c
}

func forfeitCommand(a *app.App) *cobra.Command {
	var reason string
	c := cli.New(a, &cobra.Command{
		Use:     "forfeit ID… --reason REASON",
		Short:   "End indicators that were not used, or were given back",
		Example: `  lottery --officer rex indicator forfeit 2026-2.ordinary.2 --reason refused`,
	}, func(ctx context.Context, args []string) (*stepped, error) {
		return each(
			ctx, a, "forfeit", args, indicator.Forfeit{Reason: indicator.ForfeitReason(reason)},
		)
	})
	c.Flags().StringVar(&reason, "reason", "", "why")
	cli.OneOf(c, "reason", []indicator.ForfeitReason{indicator.Lapsed, indicator.Refused})
	return c
}

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore/office"
)

func (o *options) indicatorCommand() *cobra.Command {
	var revokeFor, forfeitFor string
	revoke := o.indicatorStep("revoke", "take awards back after a failed check", func() indicator.Command {
		return indicator.Revoke{Reason: indicator.Reason(revokeFor)}
	})
	revoke.Flags().StringVar(&revokeFor, "reason", "", fmt.Sprintf("one of %v", indicator.Reasons))
	forfeit := o.indicatorStep("forfeit", "end indicators that were not used", func() indicator.Command {
		return indicator.Forfeit{Reason: indicator.ForfeitReason(forfeitFor)}
	})
	forfeit.Flags().StringVar(&forfeitFor, "reason", "", "lapsed or refused")
	return group("indicator", "what winners hold: award, confirm, use",
		leaf("award ROUND", "award an indicator for every seat of a published round", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				n, declined, err := s.awardRound(ctx, args[0])
				if err != nil {
					return err
				}
				return s.done(map[string]any{"round": args[0], "awarded": n, "declined": declined},
					"%d indicators of round %s are awarded; %d applications had ended before", n, args[0], declined)
			})
		}),
		o.indicatorStep("confirm", "make awards final after the checks", func() indicator.Command { return indicator.Confirm{} }),
		revoke,
		o.indicatorStep("use", "record that cars were registered", func() indicator.Command { return indicator.Use{} }),
		forfeit,
		leaf("promote ROUND", "move the reserve up to the seats that fell vacant, and award them", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				n, err := s.promoteRound(ctx, args[0])
				if err != nil {
					return err
				}
				return s.done(map[string]any{"round": args[0], "promoted": n}, "%d ranks of the reserve of round %s are promoted", n, args[0])
			})
		}),
		leaf("show ID", "print an indicator", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				l, err := eventstore.Of(catalog.Indicators).Load(ctx, s.store, indicator.StreamPrefix+args[0], catalog.Meta{})
				if err != nil {
					return err
				}
				if l.State.Phase == "" {
					return fault.New(fault.UnknownIndicator, "indicator %q was not awarded", args[0])
				}
				return s.print(indicatorObject(args[0], l.State), "indicator %s: %s, application %s%s", args[0], l.State.Phase, l.State.Application, useBy(l.State))
			})
		}),
	)
}

func indicatorObject(id string, s indicator.State) map[string]any {
	m := map[string]any{"indicator": id, "phase": s.Phase, "application": s.Application}
	if s.Vacated != "" {
		m["vacated"] = s.Vacated
	}
	if s.ConfirmBy != 0 {
		m["confirm_by"] = s.ConfirmBy
	}
	if s.BarredUntil != 0 {
		m["barred_until"], m["reset_ladder"] = s.BarredUntil, s.ResetLadder
	}
	if s.UseBy != 0 {
		m["use_by"] = s.UseBy
	}
	return m
}

func useBy(s indicator.State) string {
	if s.UseBy == 0 {
		return ""
	}
	return ", to be used by " + s.UseBy.String()
}

// indicatorStep is a command on one or more indicators.
func (o *options) indicatorStep(verb, short string, command func() indicator.Command) *cobra.Command {
	return leaf(verb+" ID…", short, cobra.MinimumNArgs(1), func(ctx context.Context, ids []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			for _, id := range ids {
				part := by.Part("%s %s", verb, id)
				var err error
				switch cmd := command().(type) {
				case indicator.Revoke, indicator.Forfeit:
					err = s.office.EndIndicator(ctx, part, id, cmd)
				default:
					err = s.execute(ctx, part, office.Indicator(id, cmd))
				}
				if err != nil {
					return fmt.Errorf("indicator %s: %w", id, err)
				}
			}
			return s.done(map[string]any{"indicators": ids}, "%s: %d indicators", verb, len(ids))
		})
	})
}

// award awards the seats of every pool, many at once. An application that ended
// between draw and award gets none.
func (s *session) award(ctx context.Context, by office.Author, id string, selected map[string][]string) (awarded, declined int, err error) {
	all := 0
	for _, codes := range selected {
		all += len(codes)
	}
	bar := progress.New(s.stderr, "awarding")
	defer bar.Done()
	var ok, gone atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for _, pool := range slices.Sorted(maps.Keys(selected)) {
		for i, code := range selected[pool] {
			g.Go(func() error {
				name := indicator.ID(id, pool, uint64(i)+1)
				err := s.office.Award(ctx, by.Part("award %s", name), name, code)
				switch fault.CodeOf(err) {
				case "application_withdrawn", "application_awarded", "application_disqualified", "application_expired":
					gone.Add(1)
					err = nil
				case "":
					ok.Add(1)
				}
				bar.Set(ok.Load()+gone.Load(), int64(all))
				return err
			})
		}
	}
	err = g.Wait()
	return int(ok.Load()), int(gone.Load()), err
}

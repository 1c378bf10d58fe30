package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/projections/pool"
)

func (o *options) applicationCommand() *cobra.Command {
	show := leaf("show CODE", "print an application", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			a, err := s.office.LoadApplication(ctx, args[0])
			if err != nil {
				return err
			}
			if a.Phase == "" {
				return domain.Reject("unknown_application", "no application %s was submitted", args[0])
			}
			return s.print(applicationObject(args[0], a), "application %s: %s, %s %s, submitted %s for round %s%s", args[0], a.Phase,
				a.Standing.Applicant, a.Indicator, a.Submitted, a.Round, reasons(a))
		})
	})
	withdraw := leaf("withdraw CODE", "end an application at the applicant's wish", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			m, err := s.meta()
			if err != nil {
				return err
			}
			if err := s.office.Withdraw(ctx, m, args[0]); err != nil {
				return err
			}
			return s.done(map[string]any{"application": args[0]}, "application %s is withdrawn", args[0])
		})
	})
	return group("application", "applications one by one", show, withdraw, o.editCommand())
}

func applicationObject(code string, a application.State) map[string]any {
	m := map[string]any{
		"application": code, "phase": a.Phase, "applicant": a.Applicant, "indicator_kind": a.Indicator,
		"round": a.Round, "submitted_at": a.Submitted, "standing": a.Standing,
	}
	if len(a.Reasons) > 0 {
		m["reasons"] = a.Reasons
	}
	if a.Won != "" {
		m["indicator"] = a.Won
	}
	return m
}

func reasons(a application.State) string {
	if len(a.Reasons) == 0 {
		return ""
	}
	return fmt.Sprintf(", because of %v", a.Reasons)
}

// editCommand changes facts of one member; what is not named stays.
func (o *options) editCommand() *cobra.Command {
	var member, until2020, since2021, generations int
	var waiting, registered, family string
	c := leaf("edit CODE", "change facts of an application that is not approved yet", cobra.ExactArgs(1), nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		changed := c.Flags().Changed
		err := o.with(c.Context(), func(ctx context.Context, s *session) error {
			m, err := s.meta()
			if err != nil {
				return err
			}
			a, err := s.office.LoadApplication(ctx, args[0])
			if err != nil {
				return err
			}
			st := a.Standing
			if a.Phase == "" {
				return domain.Reject("unknown_application", "no application %s was submitted", args[0])
			}
			if member < 1 || member > len(st.Members) {
				return usage("--member: the application has members 1 to %d", len(st.Members))
			}
			st.Members = append([]rules.Member(nil), st.Members...)
			p := &st.Members[member-1]
			if changed("draws-until-2020") {
				p.DrawsUntil2020 = until2020
			}
			if changed("draws-since-2021") {
				p.DrawsSince2021 = since2021
			}
			if changed("generations") {
				st.Generations = generations
			}
			for _, d := range []struct {
				flag, text string
				to         *domain.Time
			}{{"waiting-since", waiting, &p.WaitingSince}, {"registered-on", registered, &p.RegisteredOn}, {"family-since", family, &st.FamilySince}} {
				if changed(d.flag) {
					if *d.to, err = domain.ParseTime(d.text + "T00:00:00Z"); err != nil {
						return usage("--%s: a date like 2019-05-31 is needed", d.flag)
					}
				}
			}
			if err := s.office.Edit(ctx, m, args[0], st); err != nil {
				return err
			}
			return s.done(map[string]any{"application": args[0]}, "application %s is edited and up for review", args[0])
		})
		if err != nil {
			return ranError{err}
		}
		return nil
	}
	f := c.Flags()
	f.IntVar(&member, "member", 1, "whose facts: 1 is the main applicant")
	f.IntVar(&until2020, "draws-until-2020", 0, "draws taken part in until 2020")
	f.IntVar(&since2021, "draws-since-2021", 0, "draws taken part in since 2021")
	f.IntVar(&generations, "generations", 0, "generations of the family")
	f.StringVar(&waiting, "waiting-since", "", "start of waiting for new energy, YYYY-MM-DD")
	f.StringVar(&registered, "registered-on", "", "earliest registration, YYYY-MM-DD")
	f.StringVar(&family, "family-since", "", "first application as a family, YYYY-MM-DD")
	return c
}

func (o *options) reviewCommand() *cobra.Command {
	var pending bool
	var roundID string
	approve := leaf("approve [CODE…]", "admit applications to the rounds to come", cobra.ArbitraryArgs, func(ctx context.Context, codes []string) error {
		if pending == (len(codes) > 0) {
			return usage("approve takes application codes, or --pending")
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			m, err := s.meta()
			if err != nil {
				return err
			}
			if pending {
				if codes, err = s.pending(ctx, roundID); err != nil {
					return err
				}
			}
			if err := s.approve(ctx, m, codes); err != nil {
				return err
			}
			return s.done(map[string]any{"approved": len(codes)}, "%d applications are approved", len(codes))
		})
	})
	approve.Flags().BoolVar(&pending, "pending", false, "approve every submitted application")
	approve.Flags().StringVar(&roundID, "round", "", "with --pending: only those submitted for this round")
	var names []string
	reject := leaf("reject CODE", "refuse an application, with reasons", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		var why []application.Reason
		for _, n := range names {
			why = append(why, application.Reason(n))
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			m, err := s.meta()
			if err != nil {
				return err
			}
			if err := s.office.Application(ctx, m, args[0], application.Rejected{}, application.Reject{Reasons: why}); err != nil {
				return err
			}
			return s.done(map[string]any{"application": args[0], "reasons": why}, "application %s is rejected: %v", args[0], why)
		})
	})
	reject.Flags().StringSliceVar(&names, "reason", nil, fmt.Sprintf("one or more of %v", application.Reasons))
	return group("review", "approve and reject", approve, reject)
}

// pending lists the codes of all submitted applications.
func (s *session) pending(ctx context.Context, roundID string) ([]string, error) {
	if roundID != "" {
		if _, err := s.round(ctx, roundID); err != nil {
			return nil, err
		}
	}
	db, err := s.readModels(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for code, err := range pool.Of(db).Codes(ctx, pool.Filter{Phase: application.PhaseSubmitted, Round: roundID}) {
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// approve approves many at once. Each approval is a command of its own that follows
// from the one given, so that repeating it changes nothing.
func (s *session) approve(ctx context.Context, m eventstore.Meta, codes []string) error {
	if err := eventstore.RequireRole(ctx, s.store, m, application.Approved{}.EventType()); err != nil {
		return err
	}
	bar := progress.New(s.stderr, "approving")
	defer bar.Done()
	var n atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for _, code := range codes {
		g.Go(func() error {
			_, err := eventstore.Applications.Handle(ctx, s.store, application.Stream+code, step(m, "approve %s", code), application.Command(application.Approve{}))
			if err != nil {
				return fmt.Errorf("application %s: %w", code, err)
			}
			bar.Set(n.Add(1), int64(len(codes)))
			return nil
		})
	}
	return g.Wait()
}

package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

func (o *options) applicationCommand() *cobra.Command {
	withdraw := leaf("withdraw CODE", "end an application at the applicant's wish", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if err := s.office.EndApplication(ctx, by, args[0], application.Withdraw{}); err != nil {
				return err
			}
			return s.done(map[string]any{"application": args[0]}, "application %s is withdrawn", args[0])
		})
	})
	return group("application", "applications one by one",
		o.showCommand(), o.queryCommand(), o.findCommand(), o.editCommand(), withdraw,
		o.recheckCommand(), o.renewCommand(), o.creditCommand(), o.disqualifyCommand(), o.expireCommand())
}

// editCommand changes facts of one member; what is not named stays.
func (o *options) editCommand() *cobra.Command {
	var member, until2020, since2021, generations, scale int
	var waiting, registered, family string
	var choices, grounds []string
	c := leaf("edit CODE", "change facts of an application that is not approved yet", cobra.ExactArgs(1), nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		changed := c.Flags().Changed
		err := o.with(c.Context(), func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			a, err := s.office.LoadApplication(ctx, args[0])
			if err != nil {
				return err
			}
			st := a.Standing
			if a.Phase == "" {
				return fault.New(fault.UnknownApplication, "no application %s was submitted", args[0])
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
			if changed("scale") {
				st.Scale = scale
			}
			if changed("choices") {
				st.Choices = append([]string(nil), choices...)
			}
			if changed("grounds") {
				p.Grounds = nil
				for _, g := range slices.Sorted(slices.Values(grounds)) {
					p.Grounds = append(p.Grounds, rules.Ground(g))
				}
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
			if err := s.execute(ctx, by, office.Application(args[0], application.Edit{Standing: st})); err != nil {
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
	f.IntVar(&scale, "scale", 0, "scale of an organisation")
	f.StringSliceVar(&choices, "choices", nil, "pools asked for by name, the most wanted first, with commas; '' for none")
	f.StringSliceVar(&grounds, "grounds", nil, fmt.Sprintf("of the member, of %v, with commas; '' for none", rules.Grounds))
	f.StringVar(&waiting, "waiting-since", "", "start of waiting for new energy, YYYY-MM-DD")
	f.StringVar(&registered, "registered-on", "", "earliest registration, YYYY-MM-DD")
	f.StringVar(&family, "family-since", "", "first application as a family, YYYY-MM-DD")
	return c
}

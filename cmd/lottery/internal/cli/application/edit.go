package application

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
)

type editOptions struct {
	member, until2020, since2021, generations, scale int
	waiting, registered, family                      string
	choices, grounds                                 []string

	given func(flag string) bool // whether a flag was given
}

func editCommand(a *app.App) *cobra.Command {
	var o editOptions
	c := cli.New(a, &cobra.Command{
		Use: "edit CODE", Short: "Change facts of an application that is not approved yet",
		Long: "edit changes facts of one member of an application, or of the application. What " +
			"no flag names stays.",
		Example: `  lottery --officer reg application edit 1127603891625 --draws-since-2021 7
  lottery --officer reg application edit 1127603891625 --member 2 --registered-on 2019-05-31`,
	}, func(ctx context.Context, args []string) (*changed, error) {
		return edit(ctx, a, args[0], o)
	})
	f := c.Flags()
	o.given = f.Changed
	f.IntVar(&o.member, "member", 1, "whose facts: 1 is the main applicant")
	f.IntVar(&o.until2020, "draws-until-2020", 0, "draws taken part in until 2020")
	f.IntVar(&o.since2021, "draws-since-2021", 0, "draws taken part in since 2021")
	f.IntVar(&o.generations, "generations", 0, "generations of the family")
	f.IntVar(&o.scale, "scale", 0, "scale of an organisation")
	f.StringSliceVar(
		&o.choices, "choices", nil,
		"pools asked for by name, the most wanted first, with commas; '' for none",
	)
	f.StringSliceVar(&o.grounds, "grounds", nil, "of the member, with commas; '' for none")
	f.StringVar(&o.waiting, "waiting-since", "", "start of waiting for new energy, YYYY-MM-DD")
	f.StringVar(&o.registered, "registered-on", "", "earliest registration, YYYY-MM-DD")
	f.StringVar(&o.family, "family-since", "", "first application as a family, YYYY-MM-DD")
	cli.OneOf(c, "grounds", rules.Grounds)
	return c
}

func edit(ctx context.Context, a *app.App, code string, o editOptions) (*changed, error) {
	state, err := load(ctx, a, code)
	if err != nil {
		return nil, err
	}
	st, err := o.apply(state.Standing)
	if err != nil {
		return nil, err
	}
	_, err = issue(ctx, a, code, application.Edit{Standing: st})
	return &changed{Application: code, key: "edited"}, err
}

// apply returns the standing with the facts that were given.
func (o editOptions) apply(st rules.Standing) (rules.Standing, error) {
	if o.member < 1 || o.member > len(st.Members) {
		return st, app.Usage("--member: the application has members 1 to %d", len(st.Members))
	}
	st.Members = slices.Clone(st.Members)
	m := &st.Members[o.member-1]
	for _, number := range []struct {
		flag  string
		value int
		to    *int
	}{
		{"draws-until-2020", o.until2020, &m.DrawsUntil2020},
		{"draws-since-2021", o.since2021, &m.DrawsSince2021},
		{"generations", o.generations, &st.Generations},
		{"scale", o.scale, &st.Scale},
	} {
		if o.given(number.flag) {
			*number.to = number.value
		}
	}
	if o.given("choices") {
		st.Choices = append([]string(nil), o.choices...)
	}
	if o.given("grounds") {
		m.Grounds = nil
		for _, g := range slices.Sorted(slices.Values(o.grounds)) {
			m.Grounds = append(m.Grounds, rules.Ground(g))
		}
	}
	return st, o.dates(m, &st)
}

func (o editOptions) dates(m *rules.Member, st *rules.Standing) (err error) {
	for _, d := range []struct {
		flag, text string
		to         *domain.Time
	}{
		{"waiting-since", o.waiting, &m.WaitingSince},
		{"registered-on", o.registered, &m.RegisteredOn},
		{"family-since", o.family, &st.FamilySince},
	} {
		if !o.given(d.flag) {
			continue
		}
		if *d.to, err = cli.ParseDate(d.flag, d.text); err != nil {
			return err
		}
	}
	return nil
}

package application

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
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
	memberFlag(f, &o.member, "whose facts: 1 is the main applicant")
	drawsFlags(f, &o.until2020, &o.since2021)
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

// memberFlag adds the flag that names a member of an application.
func memberFlag(f *pflag.FlagSet, to *int, usage string) {
	f.IntVar(to, "member", 1, usage)
}

// drawsFlags adds the flags of the draws that a member took part in.
func drawsFlags(f *pflag.FlagSet, until2020, since2021 *int) {
	f.IntVar(until2020, "draws-until-2020", 0, "draws taken part in until 2020")
	f.IntVar(since2021, "draws-since-2021", 0, "draws taken part in since 2021")
}

// facts are the flags that name a fact.
var facts = []string{
	"draws-until-2020", "draws-since-2021", "generations", "scale", "choices", "grounds",
	"waiting-since", "registered-on", "family-since",
}

func edit(ctx context.Context, a *app.App, code string, o editOptions) (*changed, error) {
	if !slices.ContainsFunc(facts, o.given) {
		return nil, app.Usage("edit needs a fact to change: --%s", strings.Join(facts, ", --"))
	}
	state, err := load(ctx, a, code)
	if err != nil {
		return nil, err
	}
	st, err := o.apply(state.Standing, state.Submitted)
	if err != nil {
		return nil, err
	}
	_, err = issue(ctx, a, code, application.Edit{Standing: st})
	return &changed{Application: code, key: "edited"}, err
}

// apply returns the standing with the facts that were given, of an application that was
// submitted then.
func (o editOptions) apply(
	st rules.Standing, submitted domain.Time,
) (rules.Standing, error) {
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
	return st, o.dates(m, &st, submitted)
}

func (o editOptions) dates(
	m *rules.Member, st *rules.Standing, submitted domain.Time,
) (err error) {
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
		if code := csvfile.DateAfter(*d.to, submitted); code != "" {
			return fault.New(code, "--%s: the date lies after the submission", d.flag)
		}
	}
	return nil
}

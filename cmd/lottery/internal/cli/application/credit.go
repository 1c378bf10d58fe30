package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

type creditOptions struct {
	member, until2020, since2021 int
	evidence                     string

	given func(flag string) bool // whether a flag was given
}

type credited struct {
	Application string        `json:"application"`
	Member      int           `json:"member"`
	Until2020   int           `json:"draws_until_2020"`
	Since2021   int           `json:"draws_since_2021"`
	Evidence    domain.Digest `json:"evidence"`
	cli.Done
}

// Text says which draws count now, and for whom.
func (r *credited) Text(p *cli.Page) {
	p.Line("application.credited", r.Application, r.Member, r.Until2020, r.Since2021, r.Evidence)
}

func creditCommand(a *app.App) *cobra.Command {
	var o creditOptions
	c := cli.New(a, &cobra.Command{
		Use:   "credit CODE --evidence FILE",
		Short: "Set the draws of a member on evidence from an older system",
		Long: "credit sets one figure of a member, or both. The figure that no flag names stays " +
			"as it is.",
		Example: `  lottery --officer rex application credit 1127603891625 --draws-until-2020 30 --evidence old.pdf`,
	}, func(ctx context.Context, args []string) (*credited, error) {
		return credit(ctx, a, args[0], o)
	})
	f := c.Flags()
	o.given = f.Changed
	memberFlag(f, &o.member, "whose draws: 1 is the main applicant")
	drawsFlags(f, &o.until2020, &o.since2021)
	f.StringVar(&o.evidence, "evidence", "", "file with the evidence; only its SHA-256 is stored")
	return c
}

func credit(ctx context.Context, a *app.App, code string, o creditOptions) (*credited, error) {
	until, since := o.given("draws-until-2020"), o.given("draws-since-2021")
	switch {
	case o.evidence == "":
		return nil, app.Usage("--evidence FILE is needed")
	case !until && !since:
		return nil, app.Usage("--draws-until-2020 N is needed, --draws-since-2021 N, or both")
	}
	digest, err := a.DigestOf(ctx, o.evidence)
	if err != nil {
		return nil, err
	}
	state, err := load(ctx, a, code)
	if err != nil {
		return nil, err
	}
	if o.member <= len(state.Standing.Members) { // otherwise the rules refuse the member
		m := state.Standing.Members[o.member-1]
		if !until {
			o.until2020 = m.DrawsUntil2020
		}
		if !since {
			o.since2021 = m.DrawsSince2021
		}
	}
	r := &credited{
		Application: code, Member: o.member, Until2020: o.until2020, Since2021: o.since2021,
		Evidence: digest,
	}
	_, err = issue(ctx, a, code, application.Credit{
		Member: o.member, DrawsUntil2020: o.until2020, DrawsSince2021: o.since2021,
		Evidence: digest,
	})
	return r, err
}

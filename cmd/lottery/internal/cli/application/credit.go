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
		Use:     "credit CODE --evidence FILE",
		Short:   "Set the draws of a member on evidence from an older system",
		Example: `  lottery --officer rex application credit 1127603891625 --draws-until-2020 30 --evidence old.pdf`,
	}, func(ctx context.Context, args []string) (*credited, error) {
		return credit(ctx, a, args[0], o)
	})
	f := c.Flags()
	f.IntVar(&o.member, "member", 1, "whose draws: 1 is the main applicant")
	f.IntVar(&o.until2020, "draws-until-2020", 0, "draws taken part in until 2020")
	f.IntVar(&o.since2021, "draws-since-2021", 0, "draws taken part in since 2021")
	f.StringVar(&o.evidence, "evidence", "", "file with the evidence; only its SHA-256 is stored")
	return c
}

func credit(ctx context.Context, a *app.App, code string, o creditOptions) (*credited, error) {
	if o.evidence == "" {
		return nil, app.Usage("--evidence FILE is needed")
	}
	digest, err := app.DigestOf(o.evidence)
	if err != nil {
		return nil, err
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

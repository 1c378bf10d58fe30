package proposal

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

type list struct {
	Proposals []cli.Proposal `json:"proposals"`
}

// Text writes a line for each proposal.
func (l list) Text(p *cli.Page) {
	if len(l.Proposals) == 0 {
		p.Line("proposal.none")
	}
	for _, one := range l.Proposals {
		one.Text(p)
	}
}

func listCommand(a *app.App) *cobra.Command {
	var waiting bool
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print what is proposed and has not expired",
		Example: `  lottery proposal list --waiting`,
	}, func(ctx context.Context, _ []string) (list, error) {
		l := list{Proposals: []cli.Proposal{}}
		o, err := a.Office(ctx)
		if err != nil {
			return l, err
		}
		open, err := o.Proposals(ctx)
		for _, p := range open {
			if p.Approved == "" || !waiting {
				l.Proposals = append(l.Proposals, cli.ProposalOf(p.ID, p.State))
			}
		}
		return l, err
	})
	c.Flags().BoolVar(&waiting, "waiting", false, "only what no second officer has approved yet")
	return c
}

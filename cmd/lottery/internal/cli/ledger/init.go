package ledger

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

type begun struct {
	Origin  string `json:"origin"`
	Key     string `json:"key,omitempty"`
	Data    string `json:"data"`
	DryRun  bool   `json:"dry_run,omitempty"`
	private string
}

// Text says where the ledger begins, and what to keep.
func (r begun) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("ledger.tried", r.Origin, r.Data)
		return
	}
	p.Line("ledger.begun", r.Origin, r.Data, r.Key, r.private)
}

func initCommand(a *app.App) *cobra.Command {
	var origin string
	c := cli.New(a, &cobra.Command{
		Use: "init", Short: "Begin a ledger: make its keys",
		Example: `  lottery ledger init --data data --origin lottery.example/plates`,
	}, func(context.Context, []string) (begun, error) {
		vkey, err := a.Begin(origin)
		if a.DryRun {
			vkey = ""
		}
		return begun{origin, vkey, a.Data, a.DryRun, a.Path("private")}, err
	})
	c.Flags().StringVar(&origin, "origin", "",
		"name of the ledger: the address it will be published at, without scheme, like "+
			"lottery.example/plates")
	return c
}

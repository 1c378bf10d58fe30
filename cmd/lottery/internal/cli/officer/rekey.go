package officer

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
)

type rekeyed struct {
	Officer string            `json:"officer"`
	Key     officer.PublicKey `json:"public_key"`
	cli.Done
}

// Text says which key the officer has now.
func (r *rekeyed) Text(p *cli.Page) { p.Line("officer.signs_with", r.Officer, r.Key) }

func rekeyCommand(a *app.App) *cobra.Command {
	var key string
	c := cli.New(a, &cobra.Command{
		Use: "rekey ID", Short: "Exchange the key of an officer, or give them one",
		Example: `  lottery --officer chief officer rekey rex --key 3d40…660c`,
	}, func(ctx context.Context, args []string) (*rekeyed, error) {
		r := &rekeyed{Officer: args[0], Key: officer.PublicKey(key)}
		return r, issue(ctx, a, args[0], officer.ChangeKey{Key: r.Key})
	})
	c.Flags().StringVar(&key, "key", "", "the new public key, 64 hex digits")
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Officers))
}

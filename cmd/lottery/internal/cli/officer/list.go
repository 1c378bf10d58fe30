package officer

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/officer"
)

type listOptions struct {
	cli.Paging
	role      string
	dismissed bool
}

type list struct {
	Officers []shown `json:"officers"`
	Next     string  `json:"next,omitempty"`
}

// Text writes the officers in columns.
func (l list) Text(p *cli.Page) {
	p.Line("officer.list", len(l.Officers))
	var rows [][]string
	for _, o := range l.Officers {
		key := p.Text("officer.without_key")
		if o.Key != "" {
			key = p.Say("officer.key_begins", o.Key[:8])
		}
		rows = append(rows, []string{"  " + o.Officer, o.roles(p), key})
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o listOptions
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print all officers, with their roles",
		Example: `  lottery officer list
  lottery officer list --role conductor`,
	}, func(ctx context.Context, _ []string) (list, error) { return listed(ctx, a, o) })
	o.Flags(c)
	c.Flags().StringVar(&o.role, "role", "", "only those who hold it")
	c.Flags().BoolVar(&o.dismissed, "dismissed", false, "those who were dismissed, too")
	cli.OneOf(c, "role", officer.Roles)
	return c
}

func listed(ctx context.Context, a *app.App, o listOptions) (list, error) {
	if err := cli.CheckChoices(officer.Roles, "role", o.role); err != nil {
		return list{}, err
	}
	ids, err := a.Names(ctx, officer.StreamPrefix)
	if err != nil {
		return list{}, err
	}
	everybody := cli.Each(ids, func(id string) (shown, error) {
		s, _, err := load(ctx, a, id)
		return shownOf(id, s), err
	})
	chosen := cli.Filter(everybody, func(s shown) bool {
		if o.role != "" {
			return slices.Contains(s.Roles, officer.Role(o.role))
		}
		return len(s.Roles) > 0 || o.dismissed
	})
	page, next, err := cli.Take(o.Paging, chosen, func(s shown) string { return s.Officer })
	return list{append([]shown{}, page...), next}, err
}

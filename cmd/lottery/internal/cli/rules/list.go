package rules

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

type listed struct {
	Rules       string      `json:"rules"`
	ValidFrom   domain.Time `json:"valid_from"`
	Replaces    string      `json:"replaces,omitempty"`
	Pools       []string    `json:"pools"`
	TwoOfficers bool        `json:"two_officers"`
}

type list struct {
	Rules []listed `json:"rules"`
	Next  string   `json:"next,omitempty"`
}

// Text writes the versions in columns.
func (l list) Text(p *cli.Page) {
	p.Line("rules.list", len(l.Rules))
	var rows [][]string
	for _, v := range l.Rules {
		row := []string{
			"  " + v.Rules, p.Say("rules.from", v.ValidFrom), p.Say("rules.pools", len(v.Pools)),
		}
		if v.TwoOfficers {
			row = append(row, p.Text("rules.two_officers"))
		}
		if v.Replaces != "" {
			row = append(row, p.Say("rules.replaces", v.Replaces))
		}
		rows = append(rows, row)
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o cli.Paging
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print all adopted versions",
		Example: `  lottery rules list`,
	}, func(ctx context.Context, _ []string) (list, error) { return listAll(ctx, a, o) })
	o.Flags(c)
	return c
}

func listAll(ctx context.Context, a *app.App, o cli.Paging) (list, error) {
	names, err := a.Names(ctx, rules.StreamPrefix)
	if err != nil {
		return list{}, err
	}
	all := cli.Each(names, func(name string) (listed, error) {
		v, _, err := load(ctx, a, name)
		r := listed{v.Name, v.ValidFrom, v.Replaces, []string{}, v.TwoOfficers}
		for _, p := range v.Pools {
			r.Pools = append(r.Pools, p.Name)
		}
		return r, err
	})
	page, next, err := cli.Take(o, all, func(v listed) string { return v.Rules })
	return list{append([]listed{}, page...), next}, err
}

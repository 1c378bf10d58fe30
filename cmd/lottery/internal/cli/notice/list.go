package notice

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/catalog"
)

type listed struct {
	Notice string        `json:"notice"`
	Phase  notice.Phase  `json:"phase"`
	Since  domain.Time   `json:"since"`
	Title  string        `json:"title,omitempty"` // of its first text that the office still has
	Texts  []notice.Text `json:"texts"`
}

type list struct {
	Notices []listed `json:"notices"`
	Next    string   `json:"next,omitempty"`
}

// Text writes the notices in columns.
func (l list) Text(p *cli.Page) {
	p.Line("notice.list", len(l.Notices))
	var rows [][]string
	for _, n := range l.Notices {
		var languages []string
		for _, t := range n.Texts {
			languages = append(languages, t.Language)
		}
		rows = append(rows, []string{
			"  " + n.Notice, words.Name(p.Words, "notice_phase", n.Phase), p.Time(n.Since),
			strings.Join(languages, ","), n.Title,
		})
	}
	p.Rows(rows)
	p.More(l.Next)
}

func listCommand(a *app.App) *cobra.Command {
	var o cli.Paging
	c := cli.New(a, &cobra.Command{
		Use: "list", Short: "Print all notices",
		Example: `  lottery notice list`,
	}, func(ctx context.Context, _ []string) (list, error) { return listAll(ctx, a, o) })
	o.Flags(c)
	return c
}

func listAll(ctx context.Context, a *app.App, o cli.Paging) (list, error) {
	ids, err := a.Names(ctx, notice.StreamPrefix)
	if err != nil {
		return list{}, err
	}
	all := cli.Each(ids, func(id string) (listed, error) {
		l, err := load(ctx, a, id)
		if err != nil {
			return listed{}, err
		}
		m, err := catalog.ParseMeta(l.Newest.Meta)
		return listed{id, l.State.Phase, m.At, title(a, l.State.Texts), l.State.Texts}, err
	})
	page, next, err := cli.Take(o, all, func(n listed) string { return n.Notice })
	return list{append([]listed{}, page...), next}, err
}

// title is the first line of the first text whose file is still there, without Markdown's #.
func title(a *app.App, texts []notice.Text) string {
	for _, t := range texts {
		if text, err := a.Texts().Read(t); err == nil {
			line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
			return strings.TrimSpace(strings.TrimLeft(line, "#"))
		}
	}
	return ""
}

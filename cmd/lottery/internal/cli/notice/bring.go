package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/office"
)

// bringing is a command that brings texts.
type bringing struct {
	verb, short string
	keeps       bool // the texts in languages that no flag names
	do          func(*office.Office, context.Context, office.Author, string, []office.NoticeText) (
		[]notice.Text, error,
	)
}

var (
	publishing = bringing{
		"publish", "Put a notice into force", false, (*office.Office).PublishNotice,
	}
	replacing = bringing{
		"replace", "Replace texts of a notice; those in other languages stay", true,
		(*office.Office).ReplaceNotice,
	}
)

type brought struct {
	Notice string        `json:"notice"`
	Texts  []notice.Text `json:"texts"`
	cli.Done
	verb string
}

// Text says what became of the notice.
func (r *brought) Text(p *cli.Page) { p.Line("notice."+r.verb, r.Notice, len(r.Texts)) }

func bringCommand(a *app.App, b bringing) *cobra.Command {
	files := make([]string, len(notice.Languages))
	var named func(language string) bool
	c := cli.New(a, &cobra.Command{
		Use: b.verb + " ID --zh FILE.md [--en FILE.md]", Short: b.short,
		Example: "  lottery --officer chief notice " + b.verb +
			" policy --zh policy.zh.md --en policy.en.md",
	}, func(ctx context.Context, args []string) (*brought, error) {
		return bring(ctx, a, b, args[0], files, named)
	})
	named = c.Flags().Changed
	for i, language := range notice.Languages {
		usage := "its text in " + language + ", a file in UTF-8"
		if b.keeps {
			usage += "; '' to take it away"
		}
		c.Flags().StringVar(&files[i], language, "", usage)
	}
	return cli.CompleteFirst(c, a, cli.Notices)
}

func bring(
	ctx context.Context, a *app.App, b bringing, id string, files []string,
	named func(language string) bool,
) (*brought, error) {
	if b.keeps && !slices.ContainsFunc(notice.Languages, named) {
		return nil, app.Usage("notice %s needs --%s FILE", b.verb,
			strings.Join(notice.Languages, " FILE or --"))
	}
	var texts []office.NoticeText
	for i, language := range notice.Languages {
		if b.keeps && !named(language) {
			kept, err := standing(ctx, a, id, language)
			if err != nil {
				return nil, err
			}
			texts = append(texts, kept...)
		}
		if files[i] == "" {
			continue
		}
		raw, err := read(ctx, a, files[i])
		if err != nil {
			return nil, err
		}
		texts = append(texts, office.NoticeText{Language: language, Text: raw})
	}
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	r := &brought{Notice: id, verb: b.verb}
	r.Texts, err = b.do(o, ctx, by, id, texts)
	return r, err
}

// standing returns the text in a language that a notice in force has, if it has one.
func standing(
	ctx context.Context, a *app.App, id, language string,
) ([]office.NoticeText, error) {
	l, err := load(ctx, a, id)
	if err != nil || l.State.Phase != notice.PhasePublished {
		return nil, err // the rules refuse what is not in force
	}
	for _, t := range l.State.Texts {
		if t.Language != language {
			continue
		}
		raw, err := a.Texts().Read(t)
		if err != nil {
			return nil, fmt.Errorf("reading the text in %s, which stays: %w", language, err)
		}
		return []office.NoticeText{{Language: language, Text: []byte(raw)}}, nil
	}
	return nil, nil
}

// read reads and checks a text that is to be shown.
func read(ctx context.Context, a *app.App, name string) ([]byte, error) {
	b, err := a.ReadFile(ctx, name, notice.MaxText)
	if err != nil {
		return nil, fmt.Errorf("reading the text: %w", err)
	}
	if err := notice.Check(b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

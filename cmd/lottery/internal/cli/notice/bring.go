package notice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/office"
)

// bringing is a command that brings texts.
type bringing struct {
	verb, short string
	do          func(*office.Office, context.Context, office.Author, string, []office.NoticeText) (
		[]notice.Text, error,
	)
}

var (
	publishing = bringing{"publish", "Put a notice into force", (*office.Office).PublishNotice}
	replacing  = bringing{
		"replace", "Replace the texts of a notice", (*office.Office).ReplaceNotice,
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
	c := cli.New(a, &cobra.Command{
		Use: b.verb + " ID --zh FILE.md [--en FILE.md]", Short: b.short,
		Example: "  lottery --officer chief notice " + b.verb +
			" policy --zh policy.zh.md --en policy.en.md",
	}, func(ctx context.Context, args []string) (*brought, error) {
		return bring(ctx, a, b, args[0], files)
	})
	for i, language := range notice.Languages {
		c.Flags().StringVar(&files[i], language, "", "its text in "+language+", a file in UTF-8")
	}
	return cli.CompleteFirst(c, a, cli.Notices)
}

func bring(
	ctx context.Context, a *app.App, b bringing, id string, files []string,
) (*brought, error) {
	var texts []office.NoticeText
	for i, language := range notice.Languages {
		if files[i] == "" {
			continue
		}
		raw, err := read(files[i])
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

// read reads and checks a text that is to be shown.
func read(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the text: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, notice.MaxText+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("reading the text: %w", err)
	}
	if err := notice.Check(b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

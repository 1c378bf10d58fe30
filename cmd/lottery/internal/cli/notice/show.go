package notice

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/notice"
)

type shown struct {
	Notice   string `json:"notice"`
	Language string `json:"language"`
	Body     string `json:"text"`
}

// Text writes the notice as it is.
func (r shown) Text(p *cli.Page) { p.Print(strings.TrimSuffix(r.Body, "\n")) }

func showCommand(a *app.App) *cobra.Command {
	var language string
	c := cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Print the text of a notice",
		Example: `  lottery notice show policy --lang en`,
	}, func(ctx context.Context, args []string) (shown, error) {
		return show(ctx, a, args[0], language)
	})
	c.Flags().StringVar(&language, "lang", notice.Languages[0], "of its text")
	cli.OneOf(c, "lang", notice.Languages)
	return cli.CompleteFirst(c, a, cli.Notices)
}

func show(ctx context.Context, a *app.App, id, language string) (shown, error) {
	l, err := load(ctx, a, id)
	if err != nil {
		return shown{}, err
	}
	if l.State.Phase != notice.PhasePublished {
		return shown{}, fault.New(fault.UnknownNotice, "no notice %q is in force", id)
	}
	for _, t := range l.State.Texts {
		if t.Language != language {
			continue
		}
		text, err := a.Texts().Read(t)
		if err != nil {
			return shown{}, fmt.Errorf("reading the text of the notice: %w", err)
		}
		return shown{id, language, text}, nil
	}
	return shown{}, fault.New(fault.UnknownNotice, "notice %q has no text in %s", id, language)
}

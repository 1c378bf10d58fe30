package export

import (
	"context"
	"encoding/csv"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/eventstore"
)

// told is a file of messages.
type told struct {
	File     string `json:"file"`
	Messages *int   `json:"messages,omitempty"`       // not in a dry run, nor what follows
	Mute     *int   `json:"without_mobile,omitempty"` // messages without a number
	Next     string `json:"next,omitempty"`           // position that the next export begins at
	DryRun   bool   `json:"dry_run,omitempty"`
}

// Text counts the messages, and says where the next export begins.
func (r told) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("export.tried", r.File)
		return
	}
	p.Line("export.messages", r.File, *r.Messages, *r.Mute, r.Next)
}

func messagesCommand(a *app.App) *cobra.Command {
	var since string
	c := cli.New(a, &cobra.Command{
		Use: "messages FILE.csv",
		Short: "Write what applicants are to be told, with their mobile numbers; each look is " +
			"noted",
		Example: `  lottery --officer carl export messages messages.csv --since 270000/270000 --lang zh`,
	}, func(ctx context.Context, args []string) (told, error) {
		from := eventstore.Start
		if since != "" {
			var err error
			if from, err = eventstore.ParsePosition(since); err != nil {
				return told{}, app.Usage("--since: %v", err)
			}
		}
		return tell(ctx, a, args[0], from)
	})
	c.Flags().StringVar(
		&since, "since", "", "position that the export before has named (default: everything)",
	)
	return c
}

func tell(ctx context.Context, a *app.App, file string, from eventstore.Position) (told, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return told{}, err
	}
	if a.Trial != nil {
		return told{File: file, DryRun: true}, nil
	}
	if err := a.Vault(ctx); err != nil {
		return told{}, err
	}
	by, err := a.Author()
	if err != nil {
		return told{}, err
	}
	zone, err := a.Zone()
	if err != nil {
		return told{}, err
	}
	w, _ := words.In(a.Language)
	x := &messages{
		office: o, by: by, page: &cli.Page{Words: w, Zone: zone}, next: from,
	}
	err = write(file, 0o600, func(rows *csv.Writer) error { return x.write(ctx, rows) })
	return told{File: file, Messages: &x.count, Mute: &x.mute, Next: x.next.String()}, err
}

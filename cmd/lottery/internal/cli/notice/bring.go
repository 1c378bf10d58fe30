package notice

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/office"
)

// bringing is a command that brings texts.
type bringing struct {
	verb, short string
	command     func([]notice.Text) notice.Command
}

var publishing = bringing{
	"publish", "Put a notice into force",
	func(t []notice.Text) notice.Command {
		return notice.Publish{Texts: t}
	},
}

var replacing = bringing{
	"replace", "Replace the texts of a notice",
	func(t []notice.Text) notice.Command {
		return notice.Replace{Texts: t}
	},
}

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

// bring keeps the texts before it stores the event that names them.
func bring(
	ctx context.Context, a *app.App, b bringing, id string, files []string,
) (*brought, error) {
	r := &brought{Notice: id, verb: b.verb}
	var texts [][]byte
	for i, language := range notice.Languages {
		if files[i] == "" {
			continue
		}
		raw, err := read(files[i])
		if err != nil {
			return nil, err
		}
		texts = append(texts, raw)
		r.Texts = append(
			r.Texts,
			notice.Text{Language: language, SHA256: sha256.Sum256(raw), Size: uint64(len(raw))},
		)
	}
	_, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	for i, t := range r.Texts {
		if err := keep(a, t, texts[i]); err != nil {
			return nil, fmt.Errorf("keeping the text of the notice: %w", err)
		}
	}
	return r, a.ExecuteAs(ctx, by, office.Notice(id, b.command(r.Texts)))
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
	if len(b) > notice.MaxText || !utf8.Valid(b) {
		return nil, fault.New(
			fault.InvalidNotice, "%s is not text in UTF-8 of at most %d bytes", name,
			notice.MaxText,
		)
	}
	if err := notice.Check(b); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// keep makes a text durable. A dry run keeps nothing.
func keep(a *app.App, t notice.Text, raw []byte) error {
	name := fileOf(a, t)
	if got, err := os.ReadFile(name); a.Trial != nil || err == nil &&
		sha256.Sum256(got) == t.SHA256 {
		return nil
	}
	if err := durable.MakeFolder(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return durable.Replace(name, 0o600, durable.Bytes(raw))
}

package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
)

type status struct {
	Leaves  int64         `json:"leaves"`
	Root    string        `json:"root"`
	Folder  string        `json:"folder"`
	Key     string        `json:"key"`
	Waiting int64         `json:"waiting"`           // events that are stored and not published
	Stopped *fault.Report `json:"stopped,omitempty"` // why the publication has stopped
	name    string
}

// Text says what is published, and what is not.
func (r status) Text(p *cli.Page) {
	p.Line("ledger.status", r.name, r.Leaves, r.Root, r.Key)
	if r.Waiting > 0 {
		p.Line("ledger.waiting", r.Waiting)
	}
	if r.Stopped != nil {
		p.Line("ledger.stopped", r.Stopped.Message)
	}
}

func statusCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "status", Short: "Print what is published, and how many events are not",
		Example: `  lottery ledger status`,
	}, func(ctx context.Context, _ []string) (status, error) { return look(ctx, a) })
}

func look(ctx context.Context, a *app.App) (status, error) {
	p, err := a.Publisher(ctx)
	if err != nil {
		return status{}, err
	}
	at, err := p.Published(ctx)
	if err != nil {
		return status{}, err
	}
	r := status{Leaves: at.Size, Root: root(at), Folder: p.Dir, Key: p.VKey, name: p.Signer.Name()}
	waiting, stopped, err := p.Waiting(ctx, at)
	r.Waiting = waiting
	if e, ok := fault.Of(stopped); ok {
		r.Stopped = &fault.Report{
			Code: e.Code, Site: e.Site, Place: e.Site.String(), Message: stopped.Error(),
		}
	}
	return r, err
}

type key struct {
	Key string `json:"key"`
}

// Text writes the key as it is.
func (r key) Text(p *cli.Page) { p.Print(r.Key) }

func keyCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "key", Short: "Print the key that citizens verify with",
		Example: `  lottery ledger key`,
	}, func(context.Context, []string) (key, error) {
		b, err := os.ReadFile(a.Path("private", "ledger.vkey"))
		if errors.Is(err, fs.ErrNotExist) {
			return key{}, a.NoLedger()
		}
		if err != nil {
			return key{}, fmt.Errorf("reading the key: %w", err)
		}
		return key{strings.TrimSpace(string(b))}, nil
	})
}

package ledger

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

type published struct {
	Leaves int64  `json:"leaves"`
	Root   string `json:"root,omitempty"`
	Folder string `json:"folder,omitempty"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Text says what is published.
func (r published) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("ledger.publish_tried", r.Leaves)
		return
	}
	p.Line("ledger.published", r.Leaves, r.Folder, r.Root)
}

func publishCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "publish", Short: "Publish every event that is stored",
		Example: `  lottery ledger publish`,
	}, func(ctx context.Context, _ []string) (published, error) { return publish(ctx, a) })
}

func publish(ctx context.Context, a *app.App) (published, error) {
	p, err := a.Publisher(ctx)
	if err != nil {
		return published{}, err
	}
	if a.Trial != nil {
		at, err := p.Published(ctx)
		return published{Leaves: at.Size, DryRun: true}, err
	}
	bar := progress.New(a.Err, "publishing (leaves)")
	defer bar.Done()
	p.Progress = func(n int64) { bar.Set(n, 0) }
	at, err := p.Sync(ctx)
	return published{Leaves: at.Size, Root: root(at), Folder: p.Dir}, err
}

package officer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
)

type made struct {
	Officer string            `json:"officer,omitempty"`
	Key     officer.PublicKey `json:"public_key,omitempty"`
	File    string            `json:"file"`
	DryRun  bool              `json:"dry_run,omitempty"`
}

// Text says where the key is, and what its public part is.
func (r made) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("officer.key_tried", r.File)
		return
	}
	p.Line("officer.key_made", r.Officer, r.Key, r.File)
}

func keyCommand(a *app.App) *cobra.Command {
	var out string
	c := cli.New(a, &cobra.Command{
		Use: "key ID", Short: "Make the key that an officer signs with",
		Example: `  lottery officer key chief
  lottery officer key rex --out rex.key`,
	}, func(_ context.Context, args []string) (made, error) { return makeKey(a, args[0], out) })
	c.Flags().StringVar(&out, "out", "", "file to write (default: DATA/private/officers/ID.key)")
	return c
}

func makeKey(a *app.App, id, out string) (made, error) {
	if !domain.ValidID(id) {
		return made{}, fault.New(fault.InvalidID, "officer %q", id)
	}
	if out == "" {
		if !a.HasLedger() {
			return made{}, a.NoLedger()
		}
		out = a.KeyFile(id)
	} else if _, err := os.Stat(filepath.Dir(out)); err != nil {
		return made{}, fmt.Errorf("--out: the folder of the key: %w", err)
	}
	if a.DryRun {
		return made{DryRun: true, File: out}, nil
	}
	key, err := app.MakeKey(out)
	return made{Officer: id, Key: key, File: out}, err
}

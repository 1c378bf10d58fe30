package round

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/pool"
)

// Sealed is a round whose rosters are fixed.
type Sealed struct {
	Round  string     `json:"round"`
	Leaves uint64     `json:"leaves,omitzero"`
	Pools  []poolSize `json:"pools,omitempty"`
	cli.Done
}

type poolSize struct {
	Pool         string `json:"pool"`
	Applications uint64 `json:"applications"`
}

// Text says at which size of the ledger the rosters were fixed.
func (r *Sealed) Text(p *cli.Page) {
	if r.Leaves == 0 {
		p.Line("round.sealed_before", r.Round)
		return
	}
	text := p.Say("round.sealed", r.Round, r.Leaves)
	for i, q := range r.Pools {
		if i > 0 {
			text += p.Text("comma")
		}
		text += fmt.Sprintf("%s %d", q.Pool, q.Applications)
	}
	p.Print(text)
}

func sealCommand(a *app.App) *cobra.Command {
	return cli.Anew(a, step(a, &cobra.Command{
		Use: "seal ID", Short: "Fix the rosters from the published ledger",
		Example: `  lottery --officer con round seal 2026-2`,
	}, Seal))
}

// Seal fixes the rosters of a round from the published ledger.
func Seal(ctx context.Context, a *app.App, by office.Author, id string) (*Sealed, error) {
	r, err := a.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Phase != round.PhaseOpened && r.Phase != round.PhaseClosed {
		return &Sealed{Round: id}, a.Publish(ctx)
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	db, err := a.ReadModels(ctx)
	if err != nil {
		return nil, err
	}
	cmd, err := o.Seal(ctx, by, id, &l.State, pool.Of(db).Candidates)
	var other office.OtherAccountError
	if errors.As(err, &other) {
		return nil, fmt.Errorf(
			"%w; the other account is that of the read models; remove %s, which is built again, "+
				"and report this", err, a.Path("read.db"))
	}
	if err != nil {
		return nil, err
	}
	sealed := &Sealed{Round: id, Leaves: cmd.LedgerSize}
	for _, p := range cmd.Rosters {
		sealed.Pools = append(sealed.Pools, poolSize{p.Pool, p.Count})
	}
	return sealed, a.Publish(ctx)
}

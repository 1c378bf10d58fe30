package round

import (
	"context"
	"fmt"
	"reflect"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
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
	return step(a, &cobra.Command{
		Use: "seal ID", Short: "Fix the rosters from the published ledger",
		Example: `  lottery --officer con round seal 2026-2`,
	}, Seal)
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
	l, at, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	rosters, cmd, err := sealing(ctx, o, l, id, at.Size)
	if err != nil {
		return nil, err
	}
	if state, _ := l.Round(id); state.Phase == round.PhaseOpened {
		return nil, fault.New(
			fault.RoundPhase, "round %s is still open in the published ledger", id,
		)
	}
	if err := agree(ctx, a, l, id, int64(cmd.LedgerSize), rosters); err != nil {
		return nil, err
	}
	if err := a.ExecuteAs(ctx, by, office.Round(id, cmd)); err != nil {
		return nil, err
	}
	sealed := &Sealed{Round: id, Leaves: cmd.LedgerSize}
	for _, p := range cmd.Rosters {
		sealed.Pools = append(sealed.Pools, poolSize{p.Pool, p.Count})
	}
	return sealed, a.Publish(ctx)
}

// sealing computes the rosters at the size that another officer has proposed, if the round can
// be sealed there, and otherwise at the size of the ledger.
func sealing(
	ctx context.Context, o *office.Office, l *audit.Ledger, id string, size int64,
) ([]draw.Roster, round.Seal, error) {
	proposed, err := o.ProposedSeal(ctx, id)
	if err != nil {
		return nil, round.Seal{}, err
	}
	if n := int64(proposed); n > 0 && n < size {
		if rosters, cmd, err := l.Rosters(id, n); err == nil {
			return rosters, cmd, nil
		}
	}
	return l.Rosters(id, size)
}

// agree refuses to seal if the read models give other rosters than the ledger: one of the two
// programs is wrong then.
func agree(
	ctx context.Context, a *app.App, l *audit.Ledger, id string, size int64, rosters []draw.Roster,
) error {
	db, err := a.ReadModels(ctx)
	if err != nil {
		return err
	}
	state, _ := l.Round(id)
	var failed error
	mine := round.Rosters(l.Version(id), state.Opened.Closes, func(yield func(round.Candidate) bool) {
		for c, err := range pool.Of(db).Candidates(ctx, size) {
			if failed = err; err != nil || !yield(c) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	for i, r := range rosters {
		if len(r.Entries) != len(mine[i].Entries) || len(r.Entries) > 0 && !reflect.DeepEqual(r, mine[i]) {
			return fmt.Errorf("pool %s in the read models is not what the ledger gives; nothing was sealed; "+
				"remove %s, which is built again, and report this", r.Pool, a.Path("read.db"))
		}
	}
	return nil
}

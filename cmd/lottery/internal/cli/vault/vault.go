// Package vault holds the commands about the sealed personal records.
package vault

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "vault", Short: "The sealed personal records"},
		checkCommand(a), sweepCommand(a), rotateCommand(a))
}

// open opens the office with its vault, which a dry run does not have.
func open(ctx context.Context, a *app.App) (*office.Office, error) {
	if a.DryRun {
		return nil, app.Usage("this cannot be tried out: it changes the vault alone, and no event")
	}
	if err := a.Vault(ctx); err != nil {
		return nil, err
	}
	return a.Office(ctx)
}

type checked struct {
	Records int `json:"records"`
}

// Text says how many records are whole.
func (r checked) Text(p *cli.Page) { p.Line("vault.checked", r.Records) }

func checkCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "check", Short: "Open every record, and show none",
		Example: `  lottery vault check`,
	}, func(ctx context.Context, _ []string) (checked, error) {
		o, err := open(ctx, a)
		if err != nil {
			return checked{}, err
		}
		n, err := o.Vault.Check(ctx)
		return checked{n}, err
	})
}

// sweepAge is how long, in seconds, a record may wait for its event.
const sweepAge domain.Time = 3600

type swept struct{ vault.Swept }

// Text says how many records are gone.
func (r swept) Text(p *cli.Page) { p.Line("vault.swept", r.Dropped, r.Erased) }

func sweepCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "sweep", Short: "Drop records that no event names",
		Long: "sweep drops personal records that no event names, as refusals leave them, and " +
			"erases again\n" +
			"those whom an old backup has brought back.",
		Example: `  lottery vault sweep`,
	}, func(ctx context.Context, _ []string) (swept, error) {
		o, err := open(ctx, a)
		if err != nil {
			return swept{}, err
		}
		s, err := o.Sweep(ctx, app.Now()-sweepAge)
		return swept{s}, err
	})
}

type rotated struct {
	KeyID string `json:"key_id"`
}

// Text names the new key.
func (r rotated) Text(p *cli.Page) { p.Line("vault.rotated", r.KeyID) }

func rotateCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "rotate", Short: "Wrap all data keys under a new master key",
		Example: `  lottery vault rotate`,
	}, func(ctx context.Context, _ []string) (rotated, error) {
		if _, err := open(ctx, a); err != nil {
			return rotated{}, err
		}
		next, err := a.RotateVault(ctx)
		return rotated{next.ID()}, err
	})
}

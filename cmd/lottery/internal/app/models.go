package app

import (
	"context"
	"fmt"
	"os"
	"strings"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/publisher"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// ReadModels opens the read models and brings them up to date.
func (a *App) ReadModels(ctx context.Context) (*projections.DB, error) {
	return a.project(ctx, &a.models, "read.db", pool.Projection{}, results.Projection{})
}

// Timelines opens the histories of applications and brings them up to date. They have a file
// of their own: they are as large as all other tables, and few commands need them.
func (a *App) Timelines(ctx context.Context) (*projections.DB, error) {
	return a.project(ctx, &a.timelines, "timeline.db", timeline.Projection{})
}

func (a *App) project(
	ctx context.Context, open **projections.DB, file string, all ...projections.Projection,
) (*projections.DB, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	name := a.Path(file)
	if *open == nil {
		db, err := projections.Open(name, all...)
		if err != nil {
			return nil, brokenModel(ctx, name, err)
		}
		a.onClose(db.Close)
		*open = db
	}
	if err := (*open).CatchUp(ctx, store); err != nil {
		return nil, brokenModel(ctx, name, err)
	}
	return *open, nil
}

func brokenModel(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf(
		"%w (if the file is broken, remove %s: it is built again from the events)", err, name,
	)
}

// Publisher opens the public folder.
func (a *App) Publisher(ctx context.Context) (*publisher.Publisher, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	if a.publisher != nil {
		return a.publisher, nil
	}
	signing, verifying := a.Path("private", "ledger.key"), a.Path("private", "ledger.vkey")
	skey, err := os.ReadFile(signing)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's key: %w", err)
	}
	signer, err := checkpoint.NewSigner(strings.TrimSpace(string(skey)))
	if err != nil { // not wrapped: a broken file of the office disproves no ledger
		return nil, fmt.Errorf("reading the ledger's key %s: %v", signing, err)
	}
	vkey, err := os.ReadFile(verifying)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's key: %w", err)
	}
	p := &publisher.Publisher{
		Store: store, Dir: a.Path("public"), Texts: string(a.Texts()),
		State: a.Path("private", "state"), Signer: signer, VKey: strings.TrimSpace(string(vkey)),
		Warn: func(err error) { a.Log.Warn().Err(err).Msg("the state file") },
	}
	if p.Verifier, err = checkpoint.NewVerifier(p.VKey); err != nil {
		return nil, fmt.Errorf("reading the ledger's key %s: %v", verifying, err)
	}
	a.publisher = p
	return p, nil
}

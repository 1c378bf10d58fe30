package app

import (
	"context"
	"errors"

	"lotteryledger/audit"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/projections/publisher"
)

// Ledger publishes what is stored and returns the ledger that the publisher has folded as any
// citizen would. The steps of a round rest on it: an office that seals, announces or draws from
// anything else would disprove itself. Others who decide on it wait until [App.Publish] or the end.
// A dry run must find everything published already.
func (a *App) Ledger(ctx context.Context) (*audit.Ledger, publisher.Published, error) {
	p, err := a.Publisher(ctx)
	if err != nil {
		return nil, publisher.Published{}, err
	}
	if a.Trial == nil {
		if _, err := a.Alone(ctx); err != nil {
			return nil, publisher.Published{}, err
		}
		at, err := p.Sync(ctx)
		if err != nil {
			return nil, at, err
		}
		return p.Ledger(), at, nil
	}
	at, err := a.published(ctx, p)
	if err != nil {
		return nil, at, err
	}
	l, err := p.CatchUp(ctx)
	return l, at, err
}

// published is the published ledger if nothing is missing from it.
func (a *App) published(ctx context.Context, p *publisher.Publisher) (publisher.Published, error) {
	at, err := p.Published(ctx)
	if err != nil {
		return at, err
	}
	for _, err := range a.store.ReadAll(ctx, at.Position, catalog.PublicStreams...) {
		if err == nil {
			err = fault.New(
				fault.NotPublished,
				"a dry run of this step needs all events published, and some are not",
			)
		}
		return at, err
	}
	return at, nil
}

// Publish publishes what a step has stored. A dry run publishes nothing.
func (a *App) Publish(ctx context.Context) error {
	if a.Trial != nil {
		return nil
	}
	p, err := a.Publisher(ctx)
	if err != nil {
		return err
	}
	_, err = p.Sync(ctx)
	return errors.Join(err, a.crowd())
}

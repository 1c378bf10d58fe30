package app

import (
	"context"

	"lotteryledger/eventstore"
)

// Names lists, in order, what follows the prefix in the names of the streams that begin with it.
func (a *App) Names(ctx context.Context, prefix string) ([]string, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	return eventstore.Names(ctx, store, prefix)
}

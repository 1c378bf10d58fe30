package app

import (
	"context"
	"fmt"
	"strings"
)

// Names lists, in order, what follows the prefix in the names of the streams that begin with it.
func (a *App) Names(ctx context.Context, prefix string) ([]string, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for stream, err := range store.Streams(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("listing the streams %s: %w", prefix, err)
		}
		names = append(names, strings.TrimPrefix(stream, prefix))
	}
	return names, nil
}

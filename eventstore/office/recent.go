package office

import (
	"context"
	"sync"

	"lotteryledger/domain"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// recent keeps folded streams that are read again and again, and reads only what they have
// gained. An [Office.Remote] reads each of them once in a second.
type recent[S any] struct {
	mu      sync.Mutex
	streams map[string]kept[S]
}

type kept[S any] struct {
	loaded eventstore.Loaded[S]
	read   domain.Time // 0: has to be read again
}

// loadRecent returns the stream as it is in the store.
func loadRecent[S any, E catalog.Event, C any](
	ctx context.Context, o *Office, r *recent[S], a eventstore.Aggregate[S, E, C], stream string,
) (S, error) {
	r.mu.Lock()
	k, found := r.streams[stream]
	r.mu.Unlock()
	now := domain.Time(0)
	if o.Remote {
		if now = o.Now(); found && k.read == now {
			return k.loaded.State, nil
		}
	}
	if !found {
		k.loaded = eventstore.New[S]()
	}
	if err := a.Add(ctx, o.Store, stream, catalog.Meta{}, &k.loaded); err != nil {
		return k.loaded.State, err
	}
	k.read = now
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.streams == nil {
		r.streams = map[string]kept[S]{}
	}
	if r.streams[stream].loaded.Last <= k.loaded.Last {
		r.streams[stream] = k
	}
	return k.loaded.State, nil
}

// forget lets a stream be read again that this office has written to.
func (r *recent[S]) forget(stream string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, found := r.streams[stream]; found {
		k.read = 0
		r.streams[stream] = k
	}
}

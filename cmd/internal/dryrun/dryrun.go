// Package dryrun tries commands out: a store on which appends are seen by later
// reads of the same program and by nobody else.
package dryrun

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"lotteryledger/eventstore"
)

// Store is a store with appended events kept in memory.
type Store struct {
	eventstore.Store
	mu    sync.Mutex
	added map[string][]eventstore.Recorded
	count int
}

// New puts a memory over a store.
func New(s eventstore.Store) *Store {
	return &Store{Store: s, added: map[string][]eventstore.Recorded{}}
}

// Count is the number of events that would have been stored.
func (s *Store) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Append keeps the events in memory.
func (s *Store) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.last(ctx, stream)
	if err != nil {
		return eventstore.Position{}, err
	}
	if last != expected {
		return eventstore.Position{},
			fmt.Errorf("trying to write %s: %w", stream, eventstore.ErrConflict)
	}
	for i, e := range events {
		s.added[stream] = append(s.added[stream], eventstore.Recorded{
			Stream: stream, Revision: uint64(int64(expected) + int64(i) + 1), ID: e.ID,
			Type: e.Type, Meta: e.Meta, Data: e.Data,
		})
	}
	s.count += len(events)
	return eventstore.Position{}, nil
}

// last is the revision of the last event of a stream, or NoStream.
func (s *Store) last(ctx context.Context, stream string) (eventstore.Expected, error) {
	if added := s.added[stream]; len(added) > 0 {
		return eventstore.Expected(added[len(added)-1].Revision), nil
	}
	r, ok, err := eventstore.Last(ctx, s.Store, stream)
	if err != nil || !ok {
		return eventstore.NoStream, err
	}
	return eventstore.Expected(r.Revision), nil
}

// Read yields what is stored and what would have been.
func (s *Store) Read(
	ctx context.Context, stream string, r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	s.mu.Lock()
	added := s.added[stream]
	s.mu.Unlock()
	if len(added) == 0 {
		return s.Store.Read(ctx, stream, r)
	}
	return func(yield func(eventstore.Recorded, error) bool) {
		first := added[0].Revision
		before := r
		if r.Backwards {
			before.From = min(r.From, first-1)
		}
		next, stop := iter.Pull2(s.Store.Read(ctx, stream, before))
		defer stop()
		for revision := range r.Revisions(first + uint64(len(added))) {
			if revision >= first {
				if !yield(added[revision-first], nil) {
					return
				}
				continue
			}
			if got, err, ok := next(); !ok || !yield(got, err) || err != nil {
				return
			}
		}
	}
}

// Streams lists what is stored and what would have been.
func (s *Store) Streams(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		names := map[string]bool{}
		s.mu.Lock()
		for name := range s.added {
			names[name] = strings.HasPrefix(name, prefix)
		}
		s.mu.Unlock()
		for name, err := range s.Store.Streams(ctx, prefix) {
			if err != nil {
				yield("", err)
				return
			}
			names[name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if names[name] && !yield(name, nil) {
				return
			}
		}
	}
}

// Package dryrun tries commands out: a store on which appends are seen by later
// reads of the same program and by nobody else.
package dryrun

import (
	"context"
	"errors"
	"fmt"
	"iter"
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
func (s *Store) Append(ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed) (eventstore.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.last(ctx, stream, expected)
	if err != nil {
		return eventstore.Position{}, err
	}
	if last != expected {
		return eventstore.Position{}, fmt.Errorf("trying to write %s: %w", stream, eventstore.ErrConflict)
	}
	for i, e := range events {
		s.added[stream] = append(s.added[stream], eventstore.Recorded{
			Stream: stream, Revision: uint64(int64(expected) + int64(i) + 1), ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data,
		})
	}
	s.count += len(events)
	return eventstore.Position{}, nil
}

// last is the revision of the last event of a stream, or NoStream where the stream
// is shorter than expected.
func (s *Store) last(ctx context.Context, stream string, expected eventstore.Expected) (eventstore.Expected, error) {
	if added := s.added[stream]; len(added) > 0 {
		return eventstore.Expected(added[len(added)-1].Revision), nil
	}
	last := eventstore.NoStream
	for r, err := range s.Store.Read(ctx, stream, uint64(max(expected, 0))) {
		if errors.Is(err, eventstore.ErrNotFound) {
			break
		}
		if err != nil {
			return last, err
		}
		last = eventstore.Expected(r.Revision)
	}
	return last, nil
}

// Read yields what is stored and then what would have been.
func (s *Store) Read(ctx context.Context, stream string, from uint64) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		s.mu.Lock()
		added := s.added[stream]
		s.mu.Unlock()
		for r, err := range s.Store.Read(ctx, stream, from) {
			if errors.Is(err, eventstore.ErrNotFound) && len(added) > 0 {
				break
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		for _, r := range added {
			if r.Revision >= from && !yield(r, nil) {
				return
			}
		}
	}
}

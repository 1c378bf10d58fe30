package projections_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"lotteryledger/eventstore"
)

type seq = iter.Seq2[eventstore.Recorded, error]

// memory is an event store on a slice.
type memory struct {
	eventstore.Store // Streams is not part of these tests

	mu      sync.Mutex
	events  []eventstore.Recorded
	streams map[string][]int // indexes into events
	grown   chan struct{}    // closed when events are appended
	fail    map[int]error    // by index: yielded instead of the event
}

func newMemory(events ...eventstore.Recorded) *memory {
	m := &memory{streams: map[string][]int{}, grown: make(chan struct{}), fail: map[int]error{}}
	for _, e := range events {
		m.streams[e.Stream] = append(m.streams[e.Stream], len(m.events))
		m.events = append(m.events, e)
	}
	return m
}

// position of the event with this index. Positions have gaps, and pairs of events
// share the first half.
func position(index int) eventstore.Position {
	return eventstore.Position{Commit: uint64(index/2)*70 + 7, Prepare: uint64(index)*35 + 1}
}

func (m *memory) all() []eventstore.Recorded {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events[:len(m.events):len(m.events)]
}

func (m *memory) Read(_ context.Context, stream string, read eventstore.Range) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		m.mu.Lock()
		at, events := slices.Clone(m.streams[stream]), m.events
		m.mu.Unlock()
		if len(at) == 0 {
			yield(eventstore.Recorded{}, eventstore.ErrNotFound)
			return
		}
		for revision := range read.Revisions(uint64(len(at))) {
			if !yield(events[at[revision]], nil) {
				return
			}
		}
	}
}

func (m *memory) Append(_ context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.streams[stream]
	ids := func(after int) (ids []uuid.UUID) {
		for _, i := range at[after:] {
			ids = append(ids, m.events[i].ID)
		}
		return ids
	}
	if next := int(expected) + 1; next > len(at) || next < len(at) && ids(next)[0] != events[0].ID {
		return eventstore.Position{}, eventstore.ErrConflict
	} else if next < len(at) {
		return m.events[at[next+len(events)-1]].Position, nil
	}
	for _, e := range events {
		i := len(m.events)
		m.events = append(m.events, eventstore.Recorded{
			Stream: stream, Revision: uint64(len(m.streams[stream])), ID: e.ID, Type: e.Type,
			Meta: e.Meta, Data: e.Data, Position: position(i),
		})
		m.streams[stream] = append(m.streams[stream], i)
	}
	close(m.grown)
	m.grown = make(chan struct{})
	return m.events[len(m.events)-1].Position, nil
}

func (m *memory) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		m.yield(ctx, m.all(), 0, after, prefixes, yield)
	}
}

func (m *memory) Subscribe(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		for done := 0; ; {
			m.mu.Lock()
			events, grown := m.events[:len(m.events):len(m.events)], m.grown
			m.mu.Unlock()
			if !m.yield(ctx, events, done, after, prefixes, yield) {
				return
			}
			done = len(events)
			select {
			case <-grown:
			case <-ctx.Done():
				yield(eventstore.Recorded{}, ctx.Err())
				return
			}
		}
	}
}

// yield yields the events from an index on and reports whether to go on.
func (m *memory) yield(ctx context.Context, events []eventstore.Recorded, from int,
	after eventstore.Position, prefixes []string,
	yield func(eventstore.Recorded, error) bool,
) bool {
	for i, e := range events[from:] {
		if !after.Less(e.Position) ||
			!slices.ContainsFunc(prefixes,
				func(p string) bool { return strings.HasPrefix(e.Stream, p) }) {
			continue
		}
		err := ctx.Err()
		if err == nil {
			err = m.fail[from+i]
		}
		if err != nil {
			yield(eventstore.Recorded{}, err)
			return false
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

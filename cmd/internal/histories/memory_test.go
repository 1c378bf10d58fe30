package histories

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/storetest"
)

type seq = iter.Seq2[eventstore.Recorded, error]

// memory is an event store that keeps the whole contract, see TestMemory.
type memory struct {
	mu      sync.Mutex
	events  []eventstore.Recorded
	streams map[string][]int // indexes into events
	grown   chan struct{}    // closed when events are appended
}

func newMemory() *memory {
	return &memory{streams: map[string][]int{}, grown: make(chan struct{})}
}

// position of the event with this index. Positions have gaps, and pairs of events share
// the first half.
func position(index int) eventstore.Position {
	return eventstore.Position{Commit: uint64(index/2)*70 + 7, Prepare: uint64(index)*35 + 1}
}

func (m *memory) all() []eventstore.Recorded {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.events[:len(m.events):len(m.events)]
}

func (m *memory) Read(ctx context.Context, stream string, read eventstore.Range) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		m.mu.Lock()
		at, events := m.streams[stream], m.events
		m.mu.Unlock()
		if len(at) == 0 {
			yield(eventstore.Recorded{},
				fmt.Errorf("reading %s: %w", stream, eventstore.ErrNotFound))
			return
		}
		for revision := range read.Revisions(uint64(len(at))) {
			if err := ctx.Err(); err != nil {
				yield(eventstore.Recorded{}, err)
				return
			}
			if !yield(events[at[revision]], nil) {
				return
			}
		}
	}
}

func (m *memory) Streams(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		m.mu.Lock()
		names := slices.Sorted(maps.Keys(m.streams))
		m.mu.Unlock()
		for _, name := range names {
			if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, "$") {
				continue
			}
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			if !yield(name, nil) {
				return
			}
		}
	}
}

func (m *memory) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if err := ctx.Err(); err != nil {
		return eventstore.Start, err
	}
	if err := eventstore.CheckAppend(expected, events); err != nil {
		return eventstore.Start, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at, next := m.streams[stream], uint64(expected+1)
	if next != uint64(len(at)) {
		return m.repeated(stream, next, events)
	}
	for _, e := range events {
		i := len(m.events)
		m.events = append(m.events, eventstore.Recorded{
			Stream: stream, Revision: uint64(len(m.streams[stream])), ID: e.ID, Type: e.Type,
			Meta: e.Meta, Data: e.Data,
			Position: position(i), Stored: time.Now().UTC(),
		})
		m.streams[stream] = append(m.streams[stream], i)
	}
	close(m.grown)
	m.grown = make(chan struct{})
	return m.events[len(m.events)-1].Position, nil
}

// repeated recognises events that are stored where they were to be appended.
func (m *memory) repeated(stream string, next uint64,
	events []eventstore.Proposed,
) (eventstore.Position, error) {
	at := m.streams[stream]
	last := eventstore.Start
	for i, e := range events {
		n := next + uint64(i)
		if n >= uint64(len(at)) || m.events[at[n]].ID != e.ID {
			return eventstore.Start,
				fmt.Errorf("appending to %s: %w", stream, eventstore.ErrConflict)
		}
		last = m.events[at[n]].Position
	}
	return last, nil
}

func (m *memory) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		yieldEvents(ctx, m.all(), after, prefixes, yield)
	}
}

func (m *memory) Subscribe(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	return func(yield func(eventstore.Recorded, error) bool) {
		for done := 0; ; {
			m.mu.Lock()
			events, grown := m.events[:len(m.events):len(m.events)], m.grown
			m.mu.Unlock()
			if !yieldEvents(ctx, events[done:], after, prefixes, yield) {
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

// yieldEvents yields the events of these streams and reports whether to go on.
func yieldEvents(ctx context.Context, events []eventstore.Recorded, after eventstore.Position,
	prefixes []string, yield func(eventstore.Recorded, error) bool,
) bool {
	if err := eventstore.CheckPrefixes(prefixes); err != nil {
		yield(eventstore.Recorded{}, err)
		return false
	}
	first, _ := slices.BinarySearchFunc(events, after,
		func(e eventstore.Recorded, p eventstore.Position) int {
			if p.Less(e.Position) {
				return 1
			}
			return -1
		})
	for _, e := range events[first:] {
		if !slices.ContainsFunc(prefixes,
			func(p string) bool { return strings.HasPrefix(e.Stream, p) }) {
			continue
		}
		if err := ctx.Err(); err != nil {
			yield(eventstore.Recorded{}, err)
			return false
		}
		if !yield(e, nil) {
			return false
		}
	}
	return true
}

// TestMemory: what the histories are stored in is a store by the contract that the real
// ones have to keep.
func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) eventstore.Store { return newMemory() })
}

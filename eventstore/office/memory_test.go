package office_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"lotteryledger/eventstore"
)

// memory is a Store for tests. It can stop answering: from the fail-th append on
// every append is an error, after it was stored when lost is set.
type memory struct {
	eventstore.Store // Subscribe is not part of these tests

	mu      sync.Mutex
	all     []eventstore.Recorded
	appends int
	fail    int // counted from 1; 0 never fails
	lost    bool
	race    func() // called once, before the next append
}

var errDown = errors.New("store does not answer")

func (m *memory) stream(name string) []eventstore.Recorded {
	var events []eventstore.Recorded
	for _, r := range m.all {
		if r.Stream == name {
			events = append(events, r)
		}
	}
	return events
}

func (m *memory) Read(_ context.Context, stream string,
	read eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.stream(stream)
	return func(yield func(eventstore.Recorded, error) bool) {
		if len(events) == 0 {
			yield(eventstore.Recorded{}, eventstore.ErrNotFound)
		}
		for i := range read.Revisions(uint64(len(events))) {
			if !yield(events[i], nil) {
				return
			}
		}
	}
}

func (m *memory) Streams(_ context.Context, prefix string) iter.Seq2[string, error] {
	m.mu.Lock()
	names := map[string]bool{}
	for _, r := range m.all {
		if strings.HasPrefix(r.Stream, prefix) {
			names[r.Stream] = true
		}
	}
	m.mu.Unlock()
	return func(yield func(string, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if !yield(name, nil) {
				return
			}
		}
	}
}

func (m *memory) ReadAll(_ context.Context, after eventstore.Position,
	prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	m.mu.Lock()
	all := slices.Clone(m.all)
	m.mu.Unlock()
	return func(yield func(eventstore.Recorded, error) bool) {
		for _, r := range all {
			begins := func(p string) bool { return strings.HasPrefix(r.Stream, p) }
			if after.Less(r.Position) && slices.ContainsFunc(prefixes, begins) && !yield(r, nil) {
				return
			}
		}
	}
}

func (m *memory) Append(_ context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if race := m.race; race != nil {
		m.race = nil
		race()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.appends++
	down := m.fail > 0 && m.appends >= m.fail
	if down && !m.lost {
		return eventstore.Start, errDown
	}
	p, err := m.append(stream, expected, events)
	if down {
		return eventstore.Start, errDown
	}
	return p, err
}

func (m *memory) append(stream string, expected eventstore.Expected,
	events []eventstore.Proposed,
) (eventstore.Position, error) {
	past := m.stream(stream)
	if first := int(expected) + 1; first+len(events) <= len(past) {
		before := past[first : first+len(events)]
		if slices.EqualFunc(before, events,
			func(r eventstore.Recorded, p eventstore.Proposed) bool { return r.ID == p.ID }) {
			return before[len(before)-1].Position, nil
		}
	}
	if int(expected) != len(past)-1 {
		return eventstore.Start,
			fmt.Errorf("%s is at %d: %w", stream, len(past)-1, eventstore.ErrConflict)
	}
	var p eventstore.Position
	for i, e := range events {
		p = eventstore.Position{Commit: uint64(len(m.all) + 1), Prepare: uint64(len(m.all) + 1)}
		m.all = append(m.all, eventstore.Recorded{
			Stream: stream, Revision: uint64(len(past) + i), ID: e.ID, Type: e.Type, Meta: e.Meta,
			Data: e.Data, Position: p,
		})
	}
	return p, nil
}

// content is everything that is stored, stream by stream, so that two histories that
// differ only in the order between streams are equal.
func (m *memory) content() map[string][]string {
	c := map[string][]string{}
	for _, r := range m.all {
		c[r.Stream] = append(c[r.Stream], fmt.Sprintf("%s %s %s %s", r.ID, r.Type, r.Meta, r.Data))
	}
	return c
}

// count is how many events of this type are stored.
func (m *memory) count(eventType string) int {
	n := 0
	for _, r := range m.all {
		if r.Type == eventType {
			n++
		}
	}
	return n
}

package eventstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"
)

// Aggregate is a kind of stream in a store.
type Aggregate[S any, E catalog.Event, C any] struct{ catalog.Aggregate[S, E, C] }

// Of returns an aggregate of the catalog with what a store does with it.
func Of[S any, E catalog.Event, C any](a catalog.Aggregate[S, E, C]) Aggregate[S, E, C] {
	return Aggregate[S, E, C]{a}
}

// Loaded is a folded stream.
type Loaded[S any] struct {
	State    S
	Last     Expected // revision of the last event, or NoStream
	Repeated bool     // an event of the asked-for command is in the stream already
	First    Recorded // the first event; zero without one
	Newest   Recorded // the last event; zero without one
	own      Recorded // the event of the asked-for command, if Repeated
}

// New is what [Aggregate.Load] returns for a stream without events.
func New[S any]() Loaded[S] { return Loaded[S]{Last: NoStream} }

// Again answers a repeated command: nil if it led to an event of this type, and otherwise a
// refusal, because its id was used for another command.
func (l Loaded[S]) Again(eventType string) error {
	if l.own.Type == eventType {
		return nil
	}
	return fault.New(fault.CommandReused,
		"the command with this id led to %s; a new command needs an id of its own", l.own.Type)
}

// Load folds a stream. A stream without events folds to the zero state.
func (a Aggregate[S, E, C]) Load(
	ctx context.Context, store Store, stream string, meta catalog.Meta,
) (Loaded[S], error) {
	l := New[S]()
	err := a.Add(ctx, store, stream, meta, &l)
	return l, err
}

// Add folds the events that the stream has gained since l was loaded.
func (a Aggregate[S, E, C]) Add(
	ctx context.Context, store Store, stream string, meta catalog.Meta, l *Loaded[S],
) error {
	own := catalog.EventID(meta.Command, stream, 0)
	for r, err := range store.Read(ctx, stream, Range{From: uint64(l.Last + 1)}) {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("loading %s: %w", stream, err)
		}
		e, err := Decode(r.Type, r.Data)
		if err != nil {
			return fmt.Errorf("loading %s at revision %d: %w", stream, r.Revision, err)
		}
		typed, ok := e.(E)
		if !ok {
			return fmt.Errorf("loading %s at revision %d: "+
				"an event of type %s does not belong there",
				stream, r.Revision, r.Type)
		}
		if l.Last == NoStream {
			l.First = r
		}
		if r.ID == own {
			l.Repeated, l.own = true, r
		}
		l.State = a.Evolve(l.State, typed)
		l.Last, l.Newest = Expected(r.Revision), r
	}
	return nil
}

// Propose returns the events of a command as they are appended to a stream.
func Propose[E catalog.Event](m catalog.Meta, stream string, events []E) ([]Proposed, error) {
	meta, err := m.Bytes()
	if err != nil {
		return nil, err
	}
	proposed := make([]Proposed, len(events))
	for i, e := range events {
		data, err := catalog.Encode(e)
		if err != nil {
			return nil, err
		}
		proposed[i] = Proposed{catalog.EventID(m.Command, stream, i), e.EventType(), meta, data}
	}
	return proposed, nil
}

// Names lists, in order, what follows the prefix in the names of the streams that begin with it.
func Names(ctx context.Context, s Store, prefix string) (names []string, err error) {
	for stream, err := range s.Streams(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("listing the streams %s: %w", prefix, err)
		}
		names = append(names, strings.TrimPrefix(stream, prefix))
	}
	return names, nil
}

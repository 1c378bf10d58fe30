package eventstore

import (
	"context"
	"errors"
	"fmt"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
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

// Again answers a command that is Repeated: nil, since it was carried out, or a refusal when
// what it led to is no event of this type, so that the id is that of another command.
func (l Loaded[S]) Again(eventType string) error {
	if l.own.Type == eventType {
		return nil
	}
	return fault.New(fault.CommandReused, "the command with this id led to %s; a new command needs an id of its own", l.own.Type)
}

// Load folds a stream. A stream without events folds to the zero state.
func (a Aggregate[S, E, C]) Load(ctx context.Context, store Store, stream string, meta catalog.Meta) (Loaded[S], error) {
	l := Loaded[S]{Last: NoStream}
	own := catalog.EventID(meta.Command, stream, 0)
	for r, err := range store.Read(ctx, stream, Range{}) {
		if errors.Is(err, ErrNotFound) {
			return l, nil
		}
		if err != nil {
			return l, fmt.Errorf("loading %s: %w", stream, err)
		}
		e, err := Decode(r.Type, r.Data)
		if err != nil {
			return l, fmt.Errorf("loading %s at revision %d: %w", stream, r.Revision, err)
		}
		typed, ok := e.(E)
		if !ok {
			return l, fmt.Errorf("loading %s at revision %d: an event of type %s does not belong there", stream, r.Revision, r.Type)
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
	return l, nil
}

// attempts is how often a command is decided when other writers come first.
const attempts = 3

// Outcome is what a command led to.
type Outcome[E any] struct {
	Events   []E      // none when the wish was fulfilled before
	Position Position // of the last event; zero without events
}

// Handle carries out a command on one stream: load, decide, append at the revision
// that was read. When another writer came first it begins again, three times at
// most. sample is an event of the type that the command leads to. A command that was carried out
// before leads to no events; the id of another one is refused, see [Loaded.Again].
func (a Aggregate[S, E, C]) Handle(ctx context.Context, store Store, stream string, meta catalog.Meta, sample E, cmd C) (Outcome[E], error) {
	return a.HandleWith(ctx, store, stream, meta, sample, func(Loaded[S]) (C, error) { return cmd, nil })
}

// HandleWith is [Aggregate.Handle] for a command that needs evidence about what the
// stream says: ask completes it, each time that the stream is loaded.
func (a Aggregate[S, E, C]) HandleWith(ctx context.Context, store Store, stream string, meta catalog.Meta, sample E, ask func(Loaded[S]) (C, error)) (Outcome[E], error) {
	for attempt := 1; ; attempt++ {
		l, err := a.Load(ctx, store, stream, meta)
		if err != nil {
			return Outcome[E]{}, err
		}
		if l.Repeated {
			return Outcome[E]{}, l.Again(sample.EventType())
		}
		cmd, err := ask(l)
		if err != nil {
			return Outcome[E]{}, err
		}
		out, err := a.From(ctx, store, stream, l, meta, cmd)
		if !errors.Is(err, ErrConflict) || attempt == attempts {
			return out, err
		}
	}
}

// From decides on what was loaded and appends the answer. A lost race is an
// ErrConflict.
func (a Aggregate[S, E, C]) From(ctx context.Context, store Store, stream string, l Loaded[S], meta catalog.Meta, cmd C) (Outcome[E], error) {
	events, err := a.Decide(l.State, cmd)
	if err != nil || len(events) == 0 {
		return Outcome[E]{}, err
	}
	m, err := meta.Bytes()
	if err != nil {
		return Outcome[E]{}, err
	}
	proposed := make([]Proposed, len(events))
	for i, e := range events {
		data, err := catalog.Encode(e)
		if err != nil {
			return Outcome[E]{}, err
		}
		proposed[i] = Proposed{catalog.EventID(meta.Command, stream, i), e.EventType(), m, data}
	}
	p, err := store.Append(ctx, stream, l.Last, proposed...)
	if err != nil {
		return Outcome[E]{}, fmt.Errorf("writing %s: %w", stream, err)
	}
	return Outcome[E]{events, p}, nil
}

// New is what Load gives for a stream without events. Deciding From it saves the
// reading of a stream that most likely does not exist yet.
func New[S any]() Loaded[S] { return Loaded[S]{Last: NoStream} }

// RequireRole refuses a command whose actor does not hold the role that events of
// this type need, or whose key is not at hand. The clock needs no role and may cause
// what falls due by itself.
func RequireRole(ctx context.Context, store Store, meta catalog.Meta, eventType string) error {
	t := TypeOf(eventType)
	if meta.Actor == catalog.ActorClock {
		if t != nil && t.Clock {
			return nil
		}
		return fault.New(fault.NotAllowed, "the clock may not cause %s", eventType)
	}
	id, err := meta.Officer()
	if err != nil {
		return err
	}
	if t == nil || t.Role == "" {
		return fault.New(fault.NotAllowed, "no officer may cause %s", eventType)
	}
	l, err := Of(catalog.Officers).Load(ctx, store, officer.StreamPrefix+id, meta)
	if err != nil {
		return err
	}
	if !l.State.Has(t.Role) {
		return fault.New(fault.NotAllowed, "%s needs the role %s, which officer %s does not hold", eventType, t.Role, id)
	}
	return RequireKey(store, id, l.State.Key)
}

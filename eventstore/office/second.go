package office

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// Waiting is what a command that takes two officers led to: nothing was done yet but to
// propose it. It is an error to everything that would go on behind the command.
type Waiting struct {
	ID string // of the proposal
	proposal.Made
}

func (w *Waiting) Error() string {
	return fmt.Sprintf("proposal %s waits: until %s another officer who holds the role of officer %s has to give the same command", w.ID, w.Expires, w.Officer)
}

// attempts is how often a command is decided when other writers come first.
const attempts = 3

// handle is [catalog.Aggregate.Handle] for events that may take two officers: the first
// command proposes, the same command by another officer approves and goes on. What is stored is
// what was approved, or nothing.
func handle[S any, E catalog.Event, C any](ctx context.Context, o *Office, a eventstore.Aggregate[S, E, C], stream string, meta catalog.Meta, sample E, cmd C) error {
	return handleWith(ctx, o, a, stream, meta, sample, func(eventstore.Loaded[S]) (C, error) { return cmd, nil })
}

// handleWith is handle for a command that depends on what the stream says: ask completes or
// refuses it, each time that the stream is loaded.
func handleWith[S any, E catalog.Event, C any](ctx context.Context, o *Office, a eventstore.Aggregate[S, E, C], stream string, meta catalog.Meta, sample E, ask func(eventstore.Loaded[S]) (C, error)) error {
	for attempt := 1; ; attempt++ {
		l, err := a.Load(ctx, o.Store, stream, meta)
		if err != nil {
			return err
		}
		if l.Repeated {
			return l.Again(sample.EventType())
		}
		cmd, err := ask(l)
		if err != nil {
			return err
		}
		events, err := a.Decide(l.State, cmd)
		if err != nil {
			return err
		}
		for i, e := range events {
			if err == nil {
				err = o.seconded(ctx, meta, stream, uint64(int64(l.Last)+1+int64(i)), e)
			}
		}
		if err == nil {
			_, err = a.From(ctx, o.Store, stream, l, meta, cmd)
		}
		if !errors.Is(err, eventstore.ErrConflict) || attempt == attempts {
			return err
		}
	}
}

// seconded lets pass what two officers want, and otherwise notes that this one wants it.
func (o *Office) seconded(ctx context.Context, meta catalog.Meta, stream string, revision uint64, e catalog.Event) error {
	kind := catalog.Public.Find(e.EventType()).Proposed()
	if kind.Stream == "" {
		return nil
	}
	if needed, err := o.needsTwo(ctx, stream); err != nil || !needed {
		return err
	}
	who, err := meta.Officer()
	if err != nil {
		return err
	}
	data, err := catalog.Encode(e)
	if err != nil {
		return err
	}
	cmd := proposal.Make{At: meta.At, Officer: who, Stream: stream, Revision: revision, Type: e.EventType(), Digest: sha256.Sum256(data), Kind: kind}
	cmd.ID = proposal.ID(stream, revision, cmd.Type, cmd.Digest)
	if e, ok := e.(round.Sealed); ok {
		cmd.LedgerSize = e.LedgerSize
	}
	name := proposal.StreamPrefix + cmd.ID
	l, err := eventstore.Of(catalog.Proposals).Load(ctx, o.Store, name, meta)
	if err != nil {
		return err
	}
	meta = part(meta, "proposal %d", l.Last) // the same command may propose again after a day
	actor, err := eventstore.Of(catalog.Officers).Load(ctx, o.Store, officer.StreamPrefix+who, meta)
	if err != nil {
		return err
	}
	if err := eventstore.RequireKey(o.Store, who, actor.State.Key); err != nil { // as it is now
		return err
	}
	signs := actor.State.Key != ""
	cmd.Keyless = kind.Keys && !signs
	left, keyless, err := o.proposer(ctx, l, signs)
	if err != nil {
		return err
	}
	cmd.Unjoinable = left || keyless && signs
	switch open := l.State.Open(meta.At); {
	case open && l.State.Approved != "":
		return nil
	case open && l.State.Made.Officer == who:
		return &Waiting{cmd.ID, l.State.Made}
	case !open || cmd.Unjoinable || cmd.Keyless:
		out, err := eventstore.Of(catalog.Proposals).From(ctx, o.Store, name, l, meta, cmd)
		if err != nil {
			return err
		}
		return &Waiting{cmd.ID, out.Events[0].(proposal.Made)}
	}
	_, err = eventstore.Of(catalog.Proposals).From(ctx, o.Store, name, l, meta, proposal.Approve{At: meta.At, Officer: who, Keyless: keyless})
	return err
}

// proposer says of whoever has made the open proposal whether he holds the role no more that it takes, and
// whether he and another officer, who signs or does not, are no two for want of a key.
func (o *Office) proposer(ctx context.Context, l eventstore.Loaded[proposal.State], signs bool) (left, keyless bool, err error) {
	if l.State.Made.Officer == "" || l.State.Approved != "" {
		return false, false, nil
	}
	made, err := catalog.ParseMeta(l.Newest.Meta)
	if err != nil {
		return false, false, fmt.Errorf("reading %s at revision %d: %w", l.Newest.Stream, l.Newest.Revision, err)
	}
	left, err = o.left(ctx, l.State.Made)
	return left, catalog.Public.Find(l.State.Made.Type).Proposed().Keyless(made.Signature != catalog.Signature{}, signs), err
}

// left reports whether the officer behind a proposal holds the role no more that it takes.
func (o *Office) left(ctx context.Context, made proposal.Made) (bool, error) {
	l, err := eventstore.Of(catalog.Officers).Load(ctx, o.Store, officer.StreamPrefix+made.Officer, catalog.Meta{})
	t := catalog.Public.Find(made.Type)
	return t == nil || !l.State.Has(t.Role), err
}

// needsTwo reports whether two officers have to agree on an event in this stream, of a type
// that may need it.
func (o *Office) needsTwo(ctx context.Context, stream string) (bool, error) {
	if id, ok := strings.CutPrefix(stream, round.StreamPrefix); ok {
		v, err := o.RulesOf(ctx, id)
		return v.TwoOfficers, err
	}
	officers := map[string]officer.State{}
	for e, err := range all[officer.Event](ctx, o.Store, officer.StreamPrefix) {
		if err != nil {
			return false, err
		}
		officers[e.stream] = officer.Evolve(officers[e.stream], e.event)
	}
	watching := 0
	for _, s := range officers {
		if s.KeyedAdministrator() {
			watching++
		}
	}
	return watching >= 2, nil
}

// Proposal is one with its state.
type Proposal struct {
	ID string
	proposal.State
}

// Proposals lists those that are open at this time, in the order in which they were made.
func (o *Office) Proposals(ctx context.Context, at domain.Time) ([]Proposal, error) {
	var proposals []Proposal
	made := map[string]eventstore.Position{} // by id
	for e, err := range all[proposal.Event](ctx, o.Store, proposal.StreamPrefix) {
		if err != nil {
			return nil, err
		}
		id := strings.TrimPrefix(e.stream, proposal.StreamPrefix)
		i := slices.IndexFunc(proposals, func(p Proposal) bool { return p.ID == id })
		if i < 0 {
			i = len(proposals)
			proposals = append(proposals, Proposal{ID: id})
			made[id] = e.position
		}
		proposals[i].State = proposal.Evolve(proposals[i].State, e.event)
	}
	slices.SortStableFunc(proposals, func(a, b Proposal) int {
		return made[a.ID].Compare(made[b.ID])
	})
	return slices.DeleteFunc(proposals, func(p Proposal) bool { return !p.Open(at) }), nil
}

// ProposedSeal is the number of leaves that another officer wants to seal a round at, or 0.
func (o *Office) ProposedSeal(ctx context.Context, meta catalog.Meta, id string) (uint64, error) {
	if v, err := o.RulesOf(ctx, id); err != nil || !v.TwoOfficers {
		return 0, err
	}
	open, err := o.Proposals(ctx, meta.At)
	for _, p := range slices.Backward(open) {
		if p.Made.Stream == round.StreamPrefix+id && p.Made.Type == (round.Sealed{}).EventType() {
			return p.Made.LedgerSize, err
		}
	}
	return 0, err
}

// in is an event in its stream.
type in[E catalog.Event] struct {
	stream   string
	position eventstore.Position
	event    E
}

// all yields every event of the streams with a prefix, one stream after the other.
func all[E catalog.Event](ctx context.Context, store eventstore.Store, prefix string) iter.Seq2[in[E], error] {
	return func(yield func(in[E], error) bool) {
		for stream, err := range store.Streams(ctx, prefix) {
			if err != nil {
				yield(in[E]{}, err)
				return
			}
			for e, err := range eventsOf[E](ctx, store, stream, eventstore.Range{}) {
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// eventsOf yields the events of a part of a stream.
func eventsOf[E catalog.Event](
	ctx context.Context, store eventstore.Store, stream string, part eventstore.Range,
) iter.Seq2[in[E], error] {
	return func(yield func(in[E], error) bool) {
		for r, err := range store.Read(ctx, stream, part) {
			if err != nil {
				yield(in[E]{}, fmt.Errorf("reading %s: %w", stream, err))
				return
			}
			e, err := eventstore.Decode(r.Type, r.Data)
			typed, ok := e.(E)
			if err == nil && !ok {
				err = fmt.Errorf("an event of type %s does not belong there", r.Type)
			}
			if err != nil {
				yield(in[E]{}, fmt.Errorf("reading %s at revision %d: %w", stream, r.Revision, err))
				return
			}
			if !yield(in[E]{stream, r.Position, typed}, nil) {
				return
			}
		}
	}
}

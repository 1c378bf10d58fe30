package office

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
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
	return fmt.Sprintf("proposal %s waits: until %s another officer who holds the role of "+
		"officer %s has to give the same command", w.ID, w.Expires, w.Officer)
}

// requireSecond lets pass what two officers want. Otherwise it notes that this one wants it, and
// returns a [Waiting].
func (k *known) requireSecond(revision uint64, e catalog.Event) error {
	kind := k.Kind(e.EventType())
	if kind.Stream == "" {
		return nil
	}
	needed, err := k.needsTwo()
	if err != nil || !needed {
		return err
	}
	data, err := catalog.Encode(e)
	if err != nil {
		return err
	}
	cmd := proposal.Make{
		Stream: k.stream, Revision: revision, Type: e.EventType(), Digest: sha256.Sum256(data),
	}
	cmd.ID = proposal.ID(cmd.Stream, cmd.Revision, cmd.Type, cmd.Digest)
	if e, ok := e.(round.Sealed); ok {
		cmd.LedgerSize = e.LedgerSize
	}
	if k.by.approves != "" && k.by.approves != cmd.ID {
		return fault.New(fault.ProposalDiffers,
			"proposal %s asks for another %s than the rules lead to now", k.by.approves, cmd.Type)
	}
	return k.second(cmd, data)
}

type proposalRequest = request[proposal.State, proposal.Event, proposal.Command]

// second makes a proposal or approves it, whichever is left to do. The approved event is decided
// once more, so that it is dated after the approval. data is the event that is proposed.
func (k *known) second(cmd proposal.Make, data []byte) error {
	r := proposalRequest{
		aggregate: eventstore.Of(catalog.Proposals), stream: proposal.StreamPrefix + cmd.ID,
		part:     "proposal", // the same command may propose again after a day
		complete: completeProposal,
	}
	l, err := r.aggregate.Load(k.ctx, k.office.Store, r.stream, catalog.Meta{})
	if err != nil {
		return err
	}
	who, err := k.Officer()
	if err != nil {
		return err
	}
	open, approving := l.State.Open(k.At()), k.by.approves != ""
	if err := k.requireTime(l.State, open); err != nil {
		return err
	}
	switch {
	case open && l.State.Approved != "":
		return nil
	case open && l.State.Made.Officer == who && !approving:
		return &Waiting{cmd.ID, l.State.Made}
	}
	by := Author{Command: k.by.Command, Actor: k.by.Actor} // as they are now
	replaces, err := k.replaces(r.stream, l, cmd)
	if err != nil {
		return err
	}
	if approving || open && !replaces {
		r.command = proposal.Approve{}
		if _, err := r.from(k.ctx, k.office, by, l); err != nil {
			return err
		}
		return errAgain
	}
	if err := k.requireOnly(cmd); err != nil {
		return err
	}
	if err := k.draft(by, cmd, data); err != nil {
		return err
	}
	r.command = cmd
	out, err := r.from(k.ctx, k.office, by, l)
	if err != nil {
		return err
	}
	return &Waiting{cmd.ID, out.Events[0].(proposal.Made)}
}

// requireTime refuses a proposal that the replay would find overdue when it is carried out,
// because an event in the ledger is dated far ahead.
func (k *known) requireTime(s proposal.State, open bool) error {
	if !open {
		s.Made.Expires = k.At() + proposal.Lifetime // of a proposal that is made now
	}
	latest, err := k.office.latest(k.ctx)
	if err == nil && s.Made.Overdue(k.At(), latest) {
		err = fault.New(fault.ClockBehind,
			"an event in the ledger is dated %s, and a proposal that ends at %s cannot be carried "+
				"out behind it", latest, s.Made.Expires)
	}
	return err
}

// latest returns the latest time of all events that are leaves, or will be. The last checkpoint
// says it of those before.
func (o *Office) latest(ctx context.Context) (latest domain.Time, err error) {
	from := eventstore.Start
	last, ok, err := eventstore.Last(ctx, o.Store, eventstore.LedgerStream)
	if err != nil {
		return 0, err
	}
	if ok {
		e, err := eventstore.Decode(last.Type, last.Data)
		if err != nil {
			return 0, fmt.Errorf("reading the last checkpoint: %w", err)
		}
		if c, ok := e.(eventstore.CheckpointSigned); ok && c.Latest > 0 {
			latest, from = c.Latest, eventstore.Position{Commit: c.Commit, Prepare: c.Prepare}
		}
	}
	for r, err := range o.Store.ReadAll(ctx, from, catalog.PublicStreams...) {
		if err != nil {
			return 0, fmt.Errorf("reading the dates of events: %w", err)
		}
		m, err := catalog.ParseMeta(r.Meta)
		if err != nil {
			return 0, fmt.Errorf("reading %s at revision %d: %w", r.Stream, r.Revision, err)
		}
		latest = max(latest, m.At)
	}
	return latest, nil
}

// requireOnly refuses a proposal for a step for which another one waits.
func (k *known) requireOnly(cmd proposal.Make) error {
	if k.by.Anew {
		return nil
	}
	open, err := k.office.Proposals(k.ctx)
	for _, p := range open {
		if p.Made.Stream == cmd.Stream && p.Made.Revision == cmd.Revision &&
			p.Made.Type == cmd.Type && p.ID != cmd.ID {
			return fault.New(fault.ProposalWaits,
				"proposal %s of officer %s for the same step waits until %s",
				p.ID, p.Made.Officer, p.Made.Expires)
		}
	}
	return err
}

// draft keeps what is about to be proposed.
func (k *known) draft(by Author, cmd proposal.Make, data []byte) error {
	_, err := k.office.Execute(k.ctx, by, request[draft.State, draft.Event, draft.Command]{
		aggregate: eventstore.Of(eventstore.Drafts), stream: draft.StreamPrefix + cmd.ID,
		command: draft.Write{Type: cmd.Type, Event: data},
		part:    "draft",
	})
	return err
}

// replaces reports whether the officer has to propose anew what another one has proposed, or is
// refused for want of a key.
func (k *known) replaces(
	stream string, l eventstore.Loaded[proposal.State], cmd proposal.Make,
) (bool, error) {
	by := Author{Command: k.by.Command, Actor: k.by.Actor}
	there := &known{
		ctx: k.ctx, office: k.office, by: by, stream: stream, state: l.State, newest: l.Newest,
	}
	made, err := proposal.Complete(l.State, cmd, there)
	if err != nil {
		return false, err
	}
	c := made.(proposal.Make)
	return c.Unjoinable || c.Keyless, nil
}

// Kind returns what a proposal needs to know of a type.
func (k *known) Kind(eventType string) proposal.Kind {
	return catalog.Public.Find(eventType).Proposed()
}

// Proposed returns the type of the event that a proposal asks for.
func (k *known) Proposed(id string) (string, error) {
	if s, ok := k.state.(proposal.State); ok && k.stream == proposal.StreamPrefix+id {
		return s.Made.Type, nil
	}
	s, err := load(k.ctx, k.office, eventstore.Of(catalog.Proposals), proposal.StreamPrefix+id)
	return s.Made.Type, err
}

// ProposerSigned reports whether the last event of the proposal's stream is signed.
func (k *known) ProposerSigned() (bool, error) {
	m, err := catalog.ParseMeta(k.newest.Meta)
	if err != nil {
		return false, fmt.Errorf("reading %s at revision %d: %w", k.stream, k.newest.Revision, err)
	}
	return m.Signature != catalog.Signature{}, nil
}

// ProposerLeft reports whether the officer who proposed does not hold the role.
func (k *known) ProposerLeft() (bool, error) {
	holds, err := k.ProposerHolds()
	return !holds, err
}

// ProposerHolds reports whether the officer who proposed holds the role that the event needs.
func (k *known) ProposerHolds() (bool, error) {
	made := k.state.(proposal.State).Made
	t := catalog.Public.Find(made.Type)
	if t == nil {
		return false, nil
	}
	s, err := k.office.LoadOfficer(k.ctx, made.Officer)
	return s.Has(t.Role), err
}

// needsTwo reports whether two officers have to agree on an event in this stream, of a type
// that may need it.
func (k *known) needsTwo() (bool, error) {
	if strings.HasPrefix(k.stream, round.StreamPrefix) {
		v, err := k.Rules()
		return v.TwoOfficers, err
	}
	officers := map[string]officer.State{}
	for e, err := range all[officer.Event](k.ctx, k.office.Store, officer.StreamPrefix) {
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

// OpenProposal is a proposal with its state.
type OpenProposal struct {
	ID string
	proposal.State
}

// Proposals lists those that are open now, in the order in which they were made.
func (o *Office) Proposals(ctx context.Context) ([]OpenProposal, error) {
	at := o.Now()
	var proposals []OpenProposal
	made := map[string]eventstore.Position{} // by id
	for e, err := range all[proposal.Event](ctx, o.Store, proposal.StreamPrefix) {
		if err != nil {
			return nil, err
		}
		id := strings.TrimPrefix(e.stream, proposal.StreamPrefix)
		i := slices.IndexFunc(proposals, func(p OpenProposal) bool { return p.ID == id })
		if i < 0 {
			i = len(proposals)
			proposals = append(proposals, OpenProposal{ID: id})
			made[id] = e.position
		}
		proposals[i].State = proposal.Evolve(proposals[i].State, e.event)
	}
	slices.SortStableFunc(proposals, func(a, b OpenProposal) int {
		return made[a.ID].Compare(made[b.ID])
	})
	return slices.DeleteFunc(proposals, func(p OpenProposal) bool { return !p.Open(at) }), nil
}

// ProposedSeal is the number of leaves that another officer wants to seal a round at, or 0.
func (o *Office) ProposedSeal(ctx context.Context, id string) (uint64, error) {
	if v, err := o.RulesOf(ctx, id); err != nil || !v.TwoOfficers {
		return 0, err
	}
	open, err := o.Proposals(ctx)
	for _, p := range slices.Backward(open) {
		if p.Made.Stream == round.StreamPrefix+id && p.Made.Type == round.TypeSealed {
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
func all[E catalog.Event](
	ctx context.Context, store eventstore.Store, prefix string,
) iter.Seq2[in[E], error] {
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

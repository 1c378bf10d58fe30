package office

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Author is who wants a command carried out, and the id under which they do.
type Author struct {
	Command uuid.UUID
	Actor   string
	// Anew lets them propose what takes two officers although another proposal for the same step
	// waits.
	Anew     bool
	approves string // the id of a proposal, which alone may be carried out; "" for none
	seen     *seen  // of the author, if several commands share it
}

// seen is an officer as they were read from the store.
type seen struct {
	id    string
	state officer.State
}

// Part returns the author of a part of the command.
func (a Author) Part(format string, args ...any) Author {
	a.Command = uuid.NewSHA1(a.Command, fmt.Appendf(nil, format, args...))
	return a
}

// Outcome is what a command led to.
type Outcome struct {
	Events   []catalog.Event     // none when the wish was fulfilled before
	Position eventstore.Position // of the last event; zero without events
}

// Request is a command on one stream. [Application], [Round] and their like make one.
type Request interface {
	// On returns the request with the published ledger, which the command rests on if it is an
	// expiry, an award, a promotion, an announcement, a settlement or a change of a quota.
	On(l Published) Request

	execute(ctx context.Context, o *Office, by Author) (Outcome, error)
	requireOwn(ctx context.Context, o *Office, by Author) error
}

// Execute carries out a command. All events that an Office stores go this way:
//
//  1. The stream is loaded. A command that is in it leads to nothing; the id of another
//     command is refused.
//  2. An author who may cause no event of the type is refused.
//  3. What the command rests on is added to it, and then the time is taken.
//  4. The rules decide.
//  5. Each decided event is held against its author, see [catalog.Authorise].
//  6. What takes two officers is proposed, and waits, or was approved.
//  7. The events are signed and appended at the revision that was loaded.
//
// When another writer came first, or the store took minutes to answer, it begins again. A command
// that was carried out before leads to no events.
func (o *Office) Execute(ctx context.Context, by Author, r Request) (Outcome, error) {
	return r.execute(ctx, o, by)
}

// attempts is how often a command is carried out when other writers come first, and how many
// application codes are tried for one submission.
const attempts = 8

// stale is how old what a command rests on may be, in seconds, when the command is dated. A replay
// allows an author twice as long.
const stale = proposal.Drift / 2

// errStale: reading took so long that what was read may not hold any more.
var errStale = fmt.Errorf("the event store took more than %d s to say what the command rests on",
	stale)

// errAgain: the proposal was approved, and the command goes on.
var errAgain = errors.New("once more")

// command is what an aggregate may be asked.
type command interface{ Leads() string }

// request is a command on a stream of one kind.
type request[S any, E catalog.Event, C command] struct {
	aggregate eventstore.Aggregate[S, E, C]
	stream    string
	command   C
	complete  func(k *known, s S, cmd C) (C, error) // adds what the command rests on; nil: nothing
	ledger    Published                             // see On
	part      string                                // see from
	invalid   error                                 // of the id
}

func (r request[S, E, C]) On(l Published) Request {
	r.ledger = l
	return r
}

func (r request[S, E, C]) execute(ctx context.Context, o *Office, by Author) (Outcome, error) {
	if r.invalid != nil {
		return Outcome{}, r.invalid
	}
	for attempt := 1; ; attempt++ {
		l, err := r.aggregate.Load(ctx, o.Store, r.stream, catalog.Meta{Command: by.Command})
		if err != nil {
			return Outcome{}, err
		}
		out, err := r.from(ctx, o, by, l)
		switch {
		case errors.Is(err, errAgain):
			attempt--
		case !errors.Is(err, eventstore.ErrConflict) && !errors.Is(err, errStale) ||
			attempt == attempts:
			return out, err
		}
	}
}

// from carries out the request on what was loaded of its stream. A lost race is an ErrConflict.
//
// A part is a command that one command may give several times, such as the claim and the release
// of one person. Its id depends on the revision.
func (r request[S, E, C]) from(
	ctx context.Context, o *Office, by Author, l eventstore.Loaded[S],
) (Outcome, error) {
	if r.part != "" {
		by = by.Part("%s %d", r.part, l.Last)
	} else if l.Repeated {
		return Outcome{}, l.Again(r.command.Leads())
	}
	begun := o.Now()
	k := &known{
		ctx: ctx, office: o, by: by, stream: r.stream, state: l.State, newest: l.Newest,
		ledger: r.ledger,
	}
	if err := r.requireAuthor(k); err != nil {
		return Outcome{}, err
	}
	cmd := r.command
	if r.complete != nil {
		var err error
		if cmd, err = r.complete(k, l.State, cmd); err != nil {
			return Outcome{}, err
		}
	}
	events, err := r.aggregate.Decide(l.State, cmd)
	if err != nil || len(events) == 0 {
		return Outcome{}, err
	}
	out := Outcome{Events: make([]catalog.Event, len(events))}
	for i, e := range events {
		out.Events[i] = e
		if err := k.requireAuthor(e.EventType(), e); err != nil {
			return Outcome{}, err
		}
		if err := k.requireSecond(uint64(int64(l.Last)+1+int64(i)), e); err != nil {
			return Outcome{}, err
		}
	}
	if k.At()-begun > stale {
		return Outcome{}, errStale
	}
	out.Position, err = o.store(ctx, k, l.Last, out.Events)
	return out, err
}

// requireOwn refuses an id that another command has used in the stream. It is for what has an
// effect before the request is executed, which looks itself.
func (r request[S, E, C]) requireOwn(ctx context.Context, o *Office, by Author) error {
	if r.invalid != nil {
		return r.invalid
	}
	l, err := r.aggregate.Load(ctx, o.Store, r.stream, catalog.Meta{Command: by.Command})
	if err != nil || !l.Repeated {
		return err
	}
	return l.Again(r.command.Leads())
}

// requireAuthor refuses an author who may cause no event that the command leads to. What a
// proposal and its draft need depends on what is proposed.
func (r request[S, E, C]) requireAuthor(k *known) error {
	if strings.HasPrefix(r.stream, proposal.StreamPrefix) ||
		strings.HasPrefix(r.stream, draft.StreamPrefix) {
		return nil
	}
	return k.requireAuthor(r.command.Leads(), nil)
}

// store signs the events and appends them.
func (o *Office) store(
	ctx context.Context, k *known, last eventstore.Expected, events []catalog.Event,
) (eventstore.Position, error) {
	m := catalog.Meta{Command: k.by.Command, Actor: k.by.Actor, At: k.At()}
	proposed, err := eventstore.Propose(m, k.stream, events)
	if err != nil {
		return eventstore.Start, err
	}
	if catalog.Public.Find(events[0].EventType()) != nil {
		if proposed, err = o.Signers.Sign(m, k.stream, last, proposed); err != nil {
			return eventstore.Start, fmt.Errorf("signing events of %s: %w", k.stream, err)
		}
	}
	p, err := o.Store.Append(ctx, k.stream, last, proposed...)
	o.officers.forget(k.stream)
	o.rounds.forget(k.stream)
	if err != nil {
		return p, fmt.Errorf("writing %s: %w", k.stream, err)
	}
	o.anybody.Store(true)
	return p, nil
}

// RequireAuthor refuses an author who may cause no event of this type. Execute does so itself;
// this is for callers who would prepare much for nothing.
func (o *Office) RequireAuthor(ctx context.Context, by Author, eventType string) error {
	k := &known{ctx: ctx, office: o, by: by}
	return k.requireAuthor(eventType, nil)
}

// authorError is a refusal of the author, whatever the stream says.
type authorError struct{ error }

func (e authorError) Unwrap() error { return e.error }

// Unauthorised reports whether the error refuses the author and not what they asked. A caller with
// many commands stops then.
func Unauthorised(err error) bool {
	var a authorError
	return errors.As(err, &a)
}

// unless refuses a name if it is not well formed.
func unless(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fault.New(fault.InvalidID, format, args...)
}

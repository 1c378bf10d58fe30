package histories

import (
	"context"
	"errors"
	"iter"

	"github.com/google/uuid"

	"lotteryledger/eventstore"
)

// mishap is what goes wrong with an append.
type mishap string

// The faults.
const (
	none        mishap = ""
	refuse      mishap = "refused"       // not stored, and the caller gets an error
	lose        mishap = "lost reply"    // stored, and the caller gets an error
	crashBefore mishap = "crash before"  // the process dies, nothing is stored
	crashAfter  mishap = "crash after"   // the process dies, it is stored
	conflict    mishap = "other writer"  // another writer comes first
	broken      mishap = "broken stream" // a subscription ends in the middle
	unread      mishap = "failed read"
)

// errDown: the store did not answer. What it did is not known.
var errDown = errors.New("the store does not answer")

// faulty is the store as a process sees it.
type faulty struct {
	eventstore.Store
	w    *world
	dead bool // the process is: it sees nothing any more

	stored []uuid.UUID           // ids, as they were stored
	ends   []eventstore.Position // of the appends that stored them
}

func (f *faulty) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if f.dead {
		return eventstore.Start, errDown
	}
	struck := f.w.strike(stream)
	switch struck {
	case refuse:
		return eventstore.Start, errDown
	case crashBefore:
		f.dead = true
		return eventstore.Start, errDown
	case conflict:
		f.w.interrupt(stream, events[0].Type)
	}
	p, err := f.Store.Append(ctx, stream, expected, events...)
	if err == nil && (len(f.ends) == 0 || f.ends[len(f.ends)-1].Less(p)) {
		f.ends = append(f.ends, p)
		for _, e := range events {
			f.stored = append(f.stored, e.ID)
		}
		f.w.working.stored += len(events)
		if follow := f.w.working.follow; follow != nil {
			e, err := eventstore.Decode(events[0].Type, events[0].Data)
			f.w.ok(err)
			follow(stream, e)
		}
	}
	if struck == crashAfter {
		f.dead = true
	}
	if struck == lose || struck == crashAfter {
		return eventstore.Start, errDown
	}
	return p, err
}

func (f *faulty) Read(ctx context.Context, stream string, r eventstore.Range) seq {
	if f.dead || f.w.unreadable() {
		return fails
	}
	return f.Store.Read(ctx, stream, r)
}

func (f *faulty) Streams(ctx context.Context, prefix string) iter.Seq2[string, error] {
	if f.dead {
		return func(yield func(string, error) bool) { yield("", errDown) }
	}
	return f.Store.Streams(ctx, prefix)
}

func (f *faulty) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	if f.dead {
		return fails
	}
	return f.Store.ReadAll(ctx, after, prefixes...)
}

func fails(yield func(eventstore.Recorded, error) bool) { yield(eventstore.Recorded{}, errDown) }

// late is the store as a projection sees it that lags behind: it begins again with what was
// delivered before, and ends early, with or without an error.
type late struct {
	eventstore.Store
	ends  []eventstore.Position // of all appends
	again int                   // so many of them are delivered again
	most  int                   // events that are delivered
	err   error                 // what it ends with
}

func (l late) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) seq {
	from := eventstore.Start
	for i, p := range l.ends {
		if at := i + l.again; p.Less(after) && at < len(l.ends) && !after.Less(l.ends[at]) {
			from = p
		}
	}
	return func(yield func(eventstore.Recorded, error) bool) {
		n := 0
		for r, err := range l.Store.ReadAll(ctx, from, prefixes...) {
			if n++; n > l.most {
				if l.err != nil {
					yield(eventstore.Recorded{}, l.err)
				}
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

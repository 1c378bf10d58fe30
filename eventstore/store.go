package eventstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
)

// Errors that callers branch on. Everything else a Store returns means that the
// answer is not known: for Append, the events may or may not have been stored.
var (
	// ErrNotFound: the stream has no events.
	ErrNotFound = errors.New("stream not found")
	// ErrConflict: the stream is not at the expected revision; nothing was written.
	ErrConflict = errors.New("stream is not at the expected revision")
	// ErrTooLarge: the batch is over MaxBatchEvents or MaxBatchBytes; nothing was sent.
	ErrTooLarge = errors.New("batch too large")
)

// Bounds of one Append. The server refuses requests over 1 MiB; the bounds keep
// every batch well below that.
const (
	MaxBatchEvents = 1000
	MaxBatchBytes  = 512 << 10
)

// Position is a place in the order of all events of one store. It is opaque: only
// comparable, never to be counted with, and meaningless in another store.
type Position struct{ Commit, Prepare uint64 }

// Start lies before the first event.
var Start = Position{}

// Unknown is the position of an event that can no longer be read. It lies behind every other, so
// that nothing is read from it.
var Unknown = Position{Commit: math.MaxUint64, Prepare: math.MaxUint64}

// Less reports whether p lies before q.
func (p Position) Less(q Position) bool { return p.Compare(q) < 0 }

// Compare returns -1 if p lies before q, 1 if it lies behind it, and 0 if they are the same.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Commit, q.Commit), cmp.Compare(p.Prepare, q.Prepare))
}

func (p Position) String() string { return fmt.Sprintf("%d/%d", p.Commit, p.Prepare) }

// ParsePosition reads what [Position.String] writes.
func ParsePosition(s string) (p Position, err error) {
	commit, prepare, _ := strings.Cut(s, "/")
	p.Commit, err = strconv.ParseUint(commit, 10, 64)
	if err == nil {
		p.Prepare, err = strconv.ParseUint(prepare, 10, 64)
	}
	if err != nil || p.String() != s {
		return Start, fmt.Errorf("%q is no position: two numbers with / between them", s)
	}
	return p, nil
}

// Recorded is one stored event. Meta and Data are the stored bytes.
type Recorded struct {
	Stream   string
	Revision uint64
	ID       uuid.UUID
	Type     string
	Meta     []byte
	Data     []byte
	Position Position
	Stored   time.Time // when the store took it, by its own clock, in UTC
}

// Leaf is the event as it stands in the public ledger.
func (r Recorded) Leaf() catalog.Leaf {
	return catalog.Leaf{
		Stream: r.Stream, Revision: r.Revision, ID: r.ID, Type: r.Type,
		Meta: r.Meta, Data: r.Data,
	}
}

// Proposed is an event to be appended.
type Proposed struct {
	ID   uuid.UUID
	Type string
	Meta []byte
	Data []byte
}

// Expected is the revision of the last event that the writer has seen: 0 or more,
// or NoStream. Writing without an expectation is not possible, because then a
// repeated request could be stored twice.
type Expected int64

// NoStream expects a stream without events.
const NoStream Expected = -1

// CheckAppend refuses an append that no store carries out.
func CheckAppend(expected Expected, events []Proposed) error {
	size := 0
	for _, e := range events {
		size += len(e.Data) + len(e.Meta) + 2*len(e.Type)
	}
	switch {
	case len(events) == 0:
		return errors.New("no events given")
	case len(events) > MaxBatchEvents:
		return fmt.Errorf("%w: %d events, %d allowed", ErrTooLarge, len(events), MaxBatchEvents)
	case size > MaxBatchBytes:
		return fmt.Errorf("%w: %d bytes, %d allowed", ErrTooLarge, size, MaxBatchBytes)
	case expected < NoStream:
		return fmt.Errorf("%d is no revision", expected)
	}
	return nil
}

// CheckPrefixes refuses to read all streams without saying which.
func CheckPrefixes(prefixes []string) error {
	if len(prefixes) == 0 {
		return errors.New("no stream prefix given")
	}
	return nil
}

// Range says which events of a stream are read. The zero Range is the whole stream.
type Range struct {
	From      uint64 // revision of the first event
	Backwards bool   // to older events; from the last event if From is beyond it
	Limit     uint64 // how many events at most; 0: all
}

// Newest is the range of the last event of a stream.
var Newest = Range{From: math.MaxUint64, Backwards: true, Limit: 1}

// Revisions yields the revisions that the range takes of a stream with so many events.
func (r Range) Revisions(events uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		first, n := r.From, events-min(r.From, events)
		if r.Backwards && n > 0 {
			n = r.From + 1
		} else if r.Backwards {
			first, n = events-1, events
		}
		if r.Limit > 0 {
			n = min(n, r.Limit)
		}
		for i := range n {
			revision := first + i
			if r.Backwards {
				revision = first - i
			}
			if !yield(revision) {
				return
			}
		}
	}
}

// Store is the only door to events. Its contract is stated clause by clause in
// package storetest and holds for every implementation:
//
// Read yields the events of a stream that the range takes: in order of revision, or
// against it if the range goes backwards. A stream that has no events yields ErrNotFound
// and nothing else; a range past the last revision yields nothing. After an error nothing
// follows. The last event of a stream costs the same however long the stream is.
//
// Append stores all events, in the given order and with consecutive revisions, or none.
// When it returns nil they are durable and the Position is that of the last of them.
// Repeating an append with the same ids and the same expectation succeeds, returns the
// same position and stores nothing, however much later it happens. The position is Unknown
// when the last event was hidden meanwhile, as by a deletion. An empty batch is an error.
//
// ReadAll yields, in the order of the store, every event after the position whose stream
// begins with one of the prefixes; at least one is required. It ends where the store ended
// at some moment after the call.
//
// Streams yields the name of every stream with events that begins with the prefix, once,
// in the order of the bytes of the names. It sees every append that was acknowledged
// before the call. Streams that begin with $ are not among them.
//
// Subscribe is ReadAll that goes on with new events as they are stored, without a gap or
// a double, over lost connections, until the context ends; its last yield is the context's
// error.
type Store interface {
	Read(ctx context.Context, stream string, r Range) iter.Seq2[Recorded, error]
	Append(ctx context.Context, stream string, expected Expected, events ...Proposed) (Position,
		error)
	ReadAll(ctx context.Context, after Position, prefixes ...string) iter.Seq2[Recorded, error]
	Streams(ctx context.Context, prefix string) iter.Seq2[string, error]
	Subscribe(ctx context.Context, after Position, prefixes ...string) iter.Seq2[Recorded, error]
}

// Last returns the last event of a stream; ok reports whether there is one.
func Last(ctx context.Context, store Store, stream string) (last Recorded, ok bool, err error) {
	for r, err := range store.Read(ctx, stream, Newest) {
		if errors.Is(err, ErrNotFound) {
			return Recorded{}, false, nil
		}
		if err != nil {
			return Recorded{}, false, fmt.Errorf("reading the last event of %s: %w", stream, err)
		}
		return r, true, nil
	}
	return Recorded{}, false, nil
}

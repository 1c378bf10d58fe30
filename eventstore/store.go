package eventstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

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

// Less reports whether p lies before q.
func (p Position) Less(q Position) bool {
	return p.Commit < q.Commit || p.Commit == q.Commit && p.Prepare < q.Prepare
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
}

// Leaf is the event as it stands in the public ledger.
func (r Recorded) Leaf() catalog.Leaf {
	return catalog.Leaf{Stream: r.Stream, Revision: r.Revision, ID: r.ID, Type: r.Type, Meta: r.Meta, Data: r.Data}
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

// Store is the only door to events. Its contract is stated clause by clause in
// package storetest and holds for every implementation:
//
// Read yields the events of a stream in order of revision, beginning with revision
// from. A stream that has no events yields ErrNotFound and nothing else; from past
// the last revision yields nothing. After an error nothing follows.
//
// Append stores all events, in the given order and with consecutive revisions, or none. When it returns nil they
// are durable and the Position is that of the last of them. Repeating an append
// with the same ids and the same expectation succeeds, returns the same position and stores nothing,
// however much later it happens. An empty batch is an error.
//
// ReadAll yields every event whose stream name begins with one of the prefixes, of
// which at least one is needed, in
// the order of the store, strictly after the position, up to the end that the
// store had at some moment after the call.
//
// Subscribe is ReadAll that goes on with new events as they are stored, without a gap or a double, over
// lost connections, until the context ends; its last yield is the context's error.
type Store interface {
	Read(ctx context.Context, stream string, from uint64) iter.Seq2[Recorded, error]
	Append(ctx context.Context, stream string, expected Expected, events ...Proposed) (Position, error)
	ReadAll(ctx context.Context, after Position, prefixes ...string) iter.Seq2[Recorded, error]
	Subscribe(ctx context.Context, after Position, prefixes ...string) iter.Seq2[Recorded, error]
}

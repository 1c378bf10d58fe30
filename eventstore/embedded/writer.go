package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

type action uint8

const (
	actAppend action = iota
	actDelete
	actTombstone
)

// request asks the writer for one atomic change.
type request struct {
	action   action
	stream   string
	expected expectation
	events   []proposal
	done     chan outcome // holds one
}

// outcome is the answer to a request: where its last event stands, or why nothing
// was written.
type outcome struct {
	revision    int64
	position    uint64
	hasPosition bool
	err         error
}

// Bounds of one commit.
const (
	groupRequests = 1024
	groupBytes    = 4 << 20
)

// writer decides and commits. All its fields belong to its goroutine, but for queue
// and ended.
type writer struct {
	store *store
	queue chan *request
	ended chan struct{}

	heads  headCache
	recent *recent
	tail   uint64

	group group
}

// group is what will be committed together.
type group struct {
	batch   *pebble.Batch
	dirty   map[string]bool // streams with events in the batch
	waiting []answered
	now     int64  // ticks
	last    uint64 // position of the last event
}

type answered struct {
	*request
	outcome
}

// errDirty: the request needs to read events that the group in progress holds.
var errDirty = errors.New("stream has uncommitted events")

func startWriter(s *store) *writer {
	w := &writer{
		store: s, queue: make(chan *request, groupRequests), ended: make(chan struct{}),
		heads: newHeadCache(), recent: newRecent(), tail: s.view.tail,
	}
	go w.run()
	return w
}

// do hands a request to the writer and waits for the outcome.
func (w *writer) do(ctx context.Context, r *request) outcome {
	r.done = make(chan outcome, 1)
	if cause := w.store.failure(); cause != nil {
		return outcome{err: unavailable(cause)}
	}
	select {
	case w.queue <- r:
	case <-w.store.failed:
		return outcome{err: unavailable(w.store.cause)}
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
	select {
	case o := <-r.done:
		return o
	case <-w.store.failed:
		select { // it may have been answered just before
		case o := <-r.done:
			return o
		default:
			return outcome{err: unavailable(w.store.cause)}
		}
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
}

// stop ends the writer; nobody may call do any more.
func (w *writer) stop() {
	close(w.queue)
	select {
	case <-w.ended:
	case <-w.store.failed:
	}
}

func (w *writer) run() {
	defer close(w.ended)
	defer func() {
		// Pebble panics when the log cannot be written.
		if p := recover(); p != nil {
			w.store.fail(fmt.Errorf("storing: %v", p))
		}
	}()
	for r := range w.queue {
		for r != nil {
			r = w.commitGroup(r)
			if w.store.failure() != nil {
				return
			}
		}
	}
}

// commitGroup commits this request and those that wait behind it. It returns a
// request that has to begin the next group.
func (w *writer) commitGroup(r *request) (next *request) {
	w.group = group{batch: w.store.db.NewBatch(), dirty: make(map[string]bool), now: time.Now().UnixNano() / 100}
	for r != nil {
		if err := w.take(r); err != nil {
			if errors.Is(err, errDirty) {
				next = r
				break
			}
			w.store.fail(err)
			return nil
		}
		r = w.waiting()
	}
	if err := w.commit(); err != nil {
		w.store.fail(err)
	}
	return next
}

// waiting returns a request that fits into the group, if one waits.
func (w *writer) waiting() *request {
	if len(w.group.waiting) >= groupRequests || w.group.batch.Len() >= groupBytes {
		return nil
	}
	select {
	case r := <-w.queue: // nil when the queue is closed
		return r
	default:
		return nil
	}
}

// take decides a request and adds its events to the group. An error other than
// errDirty is one of the store and ends the writer.
func (w *writer) take(r *request) error {
	o, err := w.decide(r)
	if err != nil {
		var wrong *wrongVersion
		var f *fault
		if !errors.As(err, &wrong) && !errors.As(err, &f) {
			return err
		}
		o = outcome{err: err}
	}
	w.group.waiting = append(w.group.waiting, answered{r, o})
	return nil
}

func (w *writer) commit() error {
	g := &w.group
	if !g.batch.Empty() {
		if err := g.batch.Commit(pebble.Sync); err != nil {
			return fmt.Errorf("committing events: %w", err)
		}
		if cause := w.store.failure(); cause != nil {
			return cause
		}
		w.store.advance(w.tail)
	}
	for _, a := range g.waiting {
		a.done <- a.outcome
	}
	if err := g.batch.Close(); err != nil {
		return fmt.Errorf("closing a batch: %w", err)
	}
	return nil
}

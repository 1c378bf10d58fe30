package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime"
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
	number   uint64        // of the append in its call
	done     chan answered // has room for the answer
}

// outcome is the answer to a request: where its last event stands, or why nothing
// was written.
type outcome struct {
	revision    int64
	position    uint64
	hasPosition bool
	err         error
}

// Bounds of one group.
const (
	groupRequests = 1024
	groupBytes    = 4 << 20
)

// flushAfter is how many bytes of records may have their index in memory only; after a
// kill they have to be indexed again.
var flushAfter uint64 = 256 << 20

// writer decides requests and collects groups of them, while the committer makes the
// group before durable. All its fields belong to its goroutine, but for queue and ended.
type writer struct {
	store *store
	queue chan *request
	ended chan struct{}

	heads  headCache
	recent *recent
	misses int // streams that were not there

	group  group
	before int             // requests of the last group with records
	late   *time.Timer     // when the group has to go even if it is small
	skips  int             // groups that do not wait, since others waited in vain
	vain   int             // how many they will be the next time
	ahead  map[string]bool // streams with events in the group that is being committed
	work   chan group
	free   chan []byte // has a buffer when the committer is idle
}

// group is what will be committed together.
type group struct {
	start   uint64 // position
	records []byte
	index   *indexing
	dirty   map[string]bool // streams with events in the group
	heads   []string        // streams whose head changes
	waiting []answered
	waits   bool   // for more requests, as long as the timer of the writer runs
	overdue bool   // waits no more
	now     int64  // ticks, when its first request came
	last    uint64 // position of the last event
}

func (g *group) end() uint64 { return g.start + uint64(len(g.records)) }

type answered struct {
	*request
	outcome
}

// errDirty: the request needs to read events that are not committed yet.
var errDirty = errors.New("stream has uncommitted events")

func startWriter(s *store) *writer {
	w := &writer{
		store: s, queue: make(chan *request, groupRequests), ended: make(chan struct{}),
		late: time.NewTimer(patience), heads: newHeadCache(), recent: newRecent(),
		work: make(chan group), free: make(chan []byte, 1),
	}
	w.begin(s.view.tail, nil)
	w.free <- nil
	go w.run()
	go w.commitGroups(s.view.tail)
	return w
}

// do hands a request to the writer and waits for the outcome.
func (w *writer) do(ctx context.Context, r *request) outcome {
	r.done = make(chan answered, 1)
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
	case a := <-r.done:
		return a.outcome
	case <-w.store.failed:
		select { // it may have been answered just before
		case a := <-r.done:
			return a.outcome
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

// begin begins a group, with a buffer that is used again.
func (w *writer) begin(start uint64, buffer []byte) {
	if cap(buffer) > 2*groupBytes {
		buffer = nil
	}
	w.group = group{
		start: start, records: buffer[:0], index: newIndexing(w.store.db),
		dirty: make(map[string]bool),
	}
}

func (w *writer) isDirty(stream string) bool { return w.group.dirty[stream] || w.ahead[stream] }

// run decides requests as they come, until the queue is closed.
func (w *writer) run() {
	defer close(w.work)
	for {
		r := w.next()
		if r == nil {
			break
		}
		err := w.take(r)
		if errors.Is(err, errDirty) && w.settle() {
			err = w.take(r)
		}
		if err != nil {
			w.store.fail(err)
			return
		}
	}
	if len(w.group.waiting) > 0 {
		w.settle()
	}
}

// next returns the next request, or nil when there will be none. While no request waits
// it hands the group on, as soon as the committer is idle and the group is not too small.
func (w *writer) next() *request {
	for len(w.group.waiting) > 0 {
		queue := w.queue
		if len(w.group.waiting) >= groupRequests || len(w.group.records) >= groupBytes {
			queue = nil
		}
		if len(queue) == 0 {
			// Whoever is ready to run may have a request that can join the group.
			runtime.Gosched()
		}
		if len(queue) > 0 {
			return <-queue
		}
		free := w.free
		if w.tooSmall() {
			free = nil
		}
		select {
		case r := <-queue:
			return r
		case buffer := <-free:
			w.hand(buffer)
		case <-w.late.C:
			w.ranOut()
		case <-w.store.failed:
			return nil
		}
	}
	return <-w.queue
}

// patience is how long a group waits for more requests: much longer than as many as before
// need to come, and not long for the caller who waits when they do not.
const patience = 2 * time.Millisecond

// maxVain bounds how many groups do not wait after one that waited in vain.
const maxVain = 255

// tooSmall reports whether the group should wait, since half as many requests as came for the
// group before are likely to come soon. A sync costs the same for few and for many. Who
// needs no sync does not wait, nor do those behind whom nobody came lately.
func (w *writer) tooSmall() bool {
	g := &w.group
	if g.overdue || len(g.records) == 0 || len(g.records) >= smallGroup ||
		2*len(g.waiting) >= w.before {
		return false
	}
	if !g.waits && w.skips > 0 {
		w.skips--
		g.overdue = true
		return false
	}
	if !g.waits {
		g.waits = true
		w.late.Reset(patience)
	}
	return true
}

// ranOut ends the waiting of a group for which too few requests came. The more often that
// happens the more groups behind it do not wait at all.
func (w *writer) ranOut() {
	if w.group.waits {
		w.group.overdue = true
		w.vain = min(2*w.vain+1, maxVain)
		w.skips = w.vain
	}
}

// hand gives the group to the committer, which is idle, and begins another one.
func (w *writer) hand(buffer []byte) {
	w.late.Stop()
	if w.group.waits && !w.group.overdue {
		w.vain = max(w.vain-1, 0)
	}
	if len(w.group.records) > 0 {
		w.before = len(w.group.waiting)
	}
	w.ahead = w.group.dirty
	w.work <- w.group
	w.begin(w.group.end(), buffer)
}

// settle waits until everything is committed. It reports false when that failed.
func (w *writer) settle() bool {
	for {
		select {
		case buffer := <-w.free:
			if len(w.group.waiting) == 0 {
				w.ahead = nil
				w.free <- buffer
				return true
			}
			w.hand(buffer)
		case <-w.store.failed:
			return false
		}
	}
}

// take decides a request and adds its events to the group. An error other than
// errDirty is one of the store and ends the writer.
func (w *writer) take(r *request) error {
	if len(w.group.waiting) == 0 {
		w.group.now = time.Now().UnixNano() / 100
	}
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

// commitGroups makes one group after the other durable and then visible, and answers
// its requests.
func (w *writer) commitGroups(flushed uint64) {
	defer close(w.ended)
	defer func() {
		if p := recover(); p != nil { // so Pebble says that it cannot go on
			w.store.fail(fmt.Errorf("storing: %v", p))
		}
	}()
	for g := range w.work {
		if err := w.store.commit(&g); err != nil {
			w.store.fail(err)
			return
		}
		for _, a := range g.waiting {
			a.done <- a
		}
		if g.end()-flushed >= flushAfter {
			flushed = g.end()
			if _, err := w.store.db.AsyncFlush(); err != nil {
				w.store.fail(fmt.Errorf("indexing events: %w", err))
				return
			}
		}
		w.free <- g.records
	}
}

func (s *store) commit(g *group) error {
	if len(g.records) > 0 {
		sealGroup(g.records, g.start)
		if err := s.log.append(g.records, g.start); err != nil {
			return err
		}
		if err := errors.Join(g.index.endGroup(g.start, g.end()),
			g.index.batch.Commit(pebble.NoSync)); err != nil {
			return fmt.Errorf("indexing events: %w", err)
		}
		if cause := s.failure(); cause != nil {
			return cause
		}
		s.advance(g.end(), g.heads)
	}
	return g.index.batch.Close()
}

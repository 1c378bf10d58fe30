package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Store is an [eventstore.Store] on a folder that this process has open. It is safe for
// concurrent use.
type Store struct {
	store    *store
	writer   *writer
	stopping chan struct{} // closed when subscriptions have to end
	stop     func()
	close    func() error

	mu     sync.Mutex // guards closed, and that no call begins behind it
	closed bool
	calls  sync.WaitGroup
}

var _ eventstore.Store = (*Store)(nil)

// errClosed: the store was closed by its owner.
var errClosed = errors.New("the event store is closed")

// OpenStore opens the store in a folder, or makes it. Only one Store at a time can have a
// folder open. The options that say how to serve it have no effect.
func OpenStore(o Options) (*Store, error) {
	if o.Dir == "" {
		return nil, errors.New("opening an event store: no folder was given")
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	st, err := openStore(o.Dir, o.FS, o.Logger, true)
	if err != nil {
		return nil, err
	}
	s := &Store{store: st, writer: startWriter(st), stopping: make(chan struct{})}
	s.stop = sync.OnceFunc(func() { close(s.stopping) })
	s.close = sync.OnceValue(s.shut)
	return s, nil
}

// Failed is closed when a failed write or sync has ended all writing.
func (s *Store) Failed() <-chan struct{} { return s.store.failed }

// Err is the cause why writing has ended, or nil.
func (s *Store) Err() error { return s.store.failure() }

// Close ends subscriptions, waits for the other calls and closes the store. After a failure
// it returns its cause and leaves the files for the next process to recover.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	s.stop()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.calls.Wait()
	s.writer.stop()
	return s.store.close()
}

// enter begins a call, which ends with calls.Done.
func (s *Store) enter(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.calls.Add(1)
	return nil
}

// Append implements [eventstore.Store].
func (s *Store) Append(
	ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed,
) (eventstore.Position, error) {
	o, err := s.append(ctx, stream, expected, events)
	var wrong *wrongVersion
	if errors.As(err, &wrong) {
		err = fmt.Errorf("%w: %w", eventstore.ErrConflict, err)
	}
	if err != nil {
		return eventstore.Start, fmt.Errorf("appending to %s: %w", stream, err)
	}
	if !o.hasPosition {
		return eventstore.Unknown, nil
	}
	return eventstore.Position{Commit: o.position, Prepare: o.position}, nil
}

func (s *Store) append(
	ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed,
) (outcome, error) {
	r, err := newRequest(stream, expected, events)
	if err != nil {
		return outcome{}, err
	}
	if err := s.enter(ctx); err != nil {
		return outcome{}, err
	}
	defer s.calls.Done()
	o := s.writer.do(ctx, r)
	return o, o.err
}

// newRequest asks for an append.
func newRequest(
	stream string, expected eventstore.Expected, events []eventstore.Proposed,
) (*request, error) {
	if err := eventstore.CheckAppend(expected, events); err != nil {
		return nil, err
	}
	if err := checkTarget(stream); err != nil {
		return nil, err
	}
	e := expectation{kind: expectNoStream}
	if expected >= 0 {
		e = expectation{expectExact, uint64(expected)}
	}
	b := requestBuilder{request: &request{action: actAppend, stream: stream, expected: e}}
	for _, e := range events {
		b.event(proposed{
			id: e.ID, eventType: []byte(e.Type), contentType: []byte(contentJSON),
			custom: e.Meta, data: e.Data,
		})
	}
	return b.finish()
}

// yielder is what an iterator hands its events to.
type yielder = func(eventstore.Recorded, error) bool

// errEnough: the consumer wants no more.
var errEnough = errors.New("consumer has stopped")

// iterate runs a read as an iterator, on the view of the time when it begins.
func (s *Store) iterate(
	ctx context.Context, doing string, read func(v *view, pass func(stored) error) error,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		err := s.enter(ctx)
		if err == nil {
			defer s.calls.Done()
			v := s.store.acquire()
			defer s.store.release(v)
			err = read(v, func(e stored) error { return pass(ctx, yield, e) })
		}
		finish(yield, doing, err)
	}
}

// pass yields an event, unless the context has ended.
func pass(ctx context.Context, yield yielder, e stored) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	parsed, err := parseFrame(e.frame)
	if err != nil {
		return unreadable(e, err)
	}
	if !yield(parsed.record(), nil) {
		return errEnough
	}
	return nil
}

// finish yields the error that ended an iteration, if it has to be known.
func finish(yield yielder, doing string, err error) {
	if err != nil && !errors.Is(err, errEnough) {
		yield(eventstore.Recorded{}, fmt.Errorf("%s: %w", doing, err))
	}
}

// record returns the event without keeping the memory of its page.
func (e *event) record() eventstore.Recorded {
	kept := make([]byte, 0, len(e.custom)+len(e.data))
	kept = append(append(kept, e.custom...), e.data...)
	n := len(e.custom)
	return eventstore.Recorded{
		Stream: string(e.stream), Revision: e.revision, ID: uuid.UUID(e.id),
		Type: catalog.TypeName(e.eventType), Meta: kept[:n:n], Data: kept[n:],
		Position: eventstore.Position{Commit: e.position, Prepare: e.position},
		Stored:   time.Unix(0, 100*e.created).UTC(),
	}
}

// Read implements [eventstore.Store].
func (s *Store) Read(
	ctx context.Context, stream string, r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	limit := r.Limit
	if limit == 0 {
		limit = math.MaxUint64
	}
	return s.iterate(ctx, "reading "+stream, func(v *view, pass func(stored) error) error {
		w, err := v.window(stream)
		if err != nil {
			return err
		}
		if w == nil {
			return eventstore.ErrNotFound
		}
		return w.each(v, r.From, r.Backwards, limit, pass)
	})
}

// ReadAll implements [eventstore.Store].
func (s *Store) ReadAll(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return s.iterate(ctx, "reading all events", func(v *view, pass func(stored) error) error {
		from, wanted, err := v.begin(after, prefixes)
		for more := true; more && err == nil; {
			from, more, err = v.page(from, wanted, pass)
		}
		return err
	})
}

// begin returns where reading begins behind a position, and the filter for the prefixes.
func (v *view) begin(after eventstore.Position, prefixes []string) (uint64, *filter, error) {
	if err := eventstore.CheckPrefixes(prefixes); err != nil {
		return 0, nil, err
	}
	wanted := &filter{}
	for _, p := range prefixes {
		wanted.prefixes = append(wanted.prefixes, []byte(p))
	}
	from, err := v.behind(after.Commit, after.Prepare)
	return from, wanted, err
}

// page hands on the wanted events of the next page of $all, without those of system
// streams, and returns where the page after it begins.
func (v *view) page(
	from uint64, wanted *filter, pass func(stored) error,
) (next uint64, more bool, err error) {
	p, err := scanAll(v, from, false, math.MaxUint64)
	if err != nil {
		return from, false, err
	}
	for _, e := range p.events {
		parsed, err := parseUntil(e.frame, hasStream)
		if err != nil {
			return from, false, unreadable(e, err)
		}
		if bytes.HasPrefix(parsed.stream, []byte("$")) || !wanted.matches(parsed.stream) {
			continue
		}
		if err := pass(e); err != nil {
			return from, false, err
		}
	}
	return p.next, p.more, nil
}

// Subscribe implements [eventstore.Store].
func (s *Store) Subscribe(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		err := s.enter(ctx)
		if err == nil {
			defer s.calls.Done()
			err = s.subscribe(ctx, after, prefixes, yield)
		}
		finish(yield, "following events", err)
	}
}

func (s *Store) subscribe(
	ctx context.Context, after eventstore.Position, prefixes []string, yield yielder,
) error {
	v := s.store.acquire()
	from, wanted, err := v.begin(after, prefixes)
	s.store.release(v)
	if err != nil {
		return err
	}
	return s.follow(ctx, func(v *view) (more bool, err error) {
		from, more, err = v.page(from, wanted, func(e stored) error { return pass(ctx, yield, e) })
		return more, err
	}, func() error { return nil })
}

// Streams implements [eventstore.Store]. The index has the streams in the order of their
// names.
func (s *Store) Streams(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := s.enter(ctx)
		if err == nil {
			defer s.calls.Done()
			err = s.eachStream(ctx, prefix, yield)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield("", fmt.Errorf("listing the streams %s: %w", prefix, err))
		}
	}
}

func (s *Store) eachStream(
	ctx context.Context, prefix string, yield func(string, error) bool,
) error {
	v := s.store.acquire()
	defer s.store.release(v)
	return scan(v, appendHeadKey(nil, prefix), func(key, value []byte) error {
		h, err := parseHead(value)
		if err == nil {
			err = ctx.Err()
		}
		name := string(key[1:])
		if err != nil || h.events() == 0 || strings.HasPrefix(name, "$") {
			return err
		}
		if !yield(name, nil) {
			return errEnough
		}
		return nil
	})
}

package projections

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/eventstore"
)

// batchEvents is the most events of one transaction. Codes are scattered over the
// whole table, so ten times as many events write little more to the disk than one
// tenth of them.
const batchEvents = 10_000

// itemsAhead is how many events are read ahead of the batches.
const itemsAhead = 1000

// batch is a run of consecutive events on its way into one transaction.
type batch struct {
	after  eventstore.Position // of the event before the first
	raw    []eventstore.Recorded
	wanted []string // prefixes of the streams whose events are decoded
	events []Event
	err    error         // met after the events
	ready  chan struct{} // closed when events are decoded
}

func (b *batch) decode() {
	defer close(b.ready)
	b.events = make([]Event, 0, len(b.raw))
	for _, r := range b.raw {
		e, err := decode(r, b.wanted)
		if err != nil {
			b.err = err
			break
		}
		b.events = append(b.events, e)
	}
	b.raw = nil
}

// decode reads an event. The facts of a stream that nobody wants stay unread.
func decode(r eventstore.Recorded, wanted []string) (Event, error) {
	e := Event{stream: r.Stream, revision: r.Revision, position: r.Position, meta: r.Meta}
	var err error
	e.prefix, e.ID, err = catalog.Split(r.Stream, r.Type)
	if err == nil && slices.Contains(wanted, e.prefix) {
		e.Fact, err = catalog.Decode(r.Type, r.Data)
	}
	if err != nil {
		return Event{}, fmt.Errorf("reading %s at revision %d, position %s: %w", r.Stream,
			r.Revision, r.Position, err)
	}
	return e, nil
}

// item is what a store yields.
type item struct {
	recorded eventstore.Recorded
	err      error
}

// feed reads ahead of the transactions: one goroutine reads, one gathers batches,
// and each batch is decoded by its own.
type feed struct {
	items   chan item
	batches chan *batch
	wanted  []string // prefixes
	work    sync.WaitGroup
	cancel  context.CancelFunc
}

// source is eventstore.Store's ReadAll or Subscribe.
type source func(ctx context.Context, after eventstore.Position,
	prefixes ...string) iter.Seq2[eventstore.Recorded, error]

// startFeed reads all public events after the position, and decodes those of the wanted streams.
// With patience a batch is filled as long as there are events; without, only while they are at
// hand.
func startFeed(
	ctx context.Context, after eventstore.Position, from source, wanted []string, patient bool,
) *feed {
	ctx, cancel := context.WithCancel(ctx)
	f := &feed{
		wanted:  wanted,
		items:   make(chan item, itemsAhead),
		batches: make(chan *batch, runtime.GOMAXPROCS(0)),
		cancel:  cancel,
	}
	f.work.Go(func() { f.read(ctx, from(ctx, after, catalog.PublicStreams...)) })
	f.work.Go(func() { f.gather(ctx, after, patient) })
	return f
}

// stop ends the reading and waits until nothing runs any more.
func (f *feed) stop() {
	f.cancel()
	f.work.Wait()
}

func (f *feed) read(ctx context.Context, events iter.Seq2[eventstore.Recorded, error]) {
	defer close(f.items)
	for r, err := range events {
		select {
		case f.items <- item{r, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (f *feed) gather(ctx context.Context, after eventstore.Position, patient bool) {
	defer close(f.batches)
	for first := range f.items {
		b := &batch{after: after, wanted: f.wanted, ready: make(chan struct{})}
		for it, more := first, true; more && b.add(it); {
			it, more = f.next(patient)
		}
		if n := len(b.raw); n > 0 {
			after = b.raw[n-1].Position
		}
		f.work.Go(b.decode)
		select {
		case f.batches <- b:
		case <-ctx.Done():
			return
		}
	}
}

// next takes another item for a batch that has begun.
func (f *feed) next(patient bool) (item, bool) {
	if patient {
		it, ok := <-f.items
		return it, ok
	}
	select {
	case it, ok := <-f.items:
		return it, ok
	default:
		return item{}, false
	}
}

// add takes an item in and reports whether the batch has room for another.
func (b *batch) add(it item) bool {
	if it.err != nil {
		b.err = it.err
		return false
	}
	b.raw = append(b.raw, it.recorded)
	return len(b.raw) < batchEvents
}

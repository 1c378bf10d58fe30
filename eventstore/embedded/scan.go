package embedded

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// Bounds of one page. A reader holds one page at a time, however slow it is.
const (
	pageEvents = 512
	pageBytes  = 1 << 20
)

// stored is a frame out of the store and where it stands. Frames of a page share
// memory that nobody changes.
type stored struct {
	frame    []byte
	position uint64
	revision uint64 // only of stream pages
}

// page is a piece of what is being read. More tells that the next page begins at
// next; otherwise the end was reached.
type page struct {
	events []stored
	size   int
	next   uint64
	more   bool
	arena  []byte
}

const arenaChunk = 64 << 10

// add copies a record's frame to the page.
func (p *page) add(frame []byte, position, revision uint64) {
	if cap(p.arena)-len(p.arena) < len(frame) {
		p.arena = make([]byte, 0, max(len(frame), min(arenaChunk, 4096<<min(len(p.events), 4))))
	}
	from := len(p.arena)
	p.arena = append(p.arena, frame...)
	p.events = append(p.events, stored{p.arena[from:len(p.arena):len(p.arena)], position, revision})
	p.size += len(frame)
}

func (p *page) full(limit uint64) bool {
	return uint64(len(p.events)) >= min(limit, pageEvents) || p.size >= pageBytes
}

// scanAll reads a page of $all: forwards the events at or after a position, backwards
// those before it.
func scanAll(v *view, from uint64, backwards bool, limit uint64) (page, error) {
	p := page{next: from}
	bounds := &pebble.IterOptions{LowerBound: appendEventKey(nil, from), UpperBound: []byte{prefixEvent + 1}}
	if backwards {
		bounds = &pebble.IterOptions{LowerBound: []byte{prefixEvent}, UpperBound: appendEventKey(nil, from)}
	}
	it, err := v.NewIter(bounds)
	if err != nil {
		return p, fmt.Errorf("scanning $all: %w", err)
	}
	step := it.Next
	ok := false
	if backwards {
		step, ok = it.Prev, it.Last()
	} else {
		ok = it.First()
	}
	for ; ok; ok = step() {
		if p.full(limit) {
			p.more = true
			break
		}
		position := eventPosition(it.Key())
		frame, hidden, err := openRecord(it.Value())
		if err != nil {
			return p, errors.Join(fmt.Errorf("reading the event at %d: %w", position, err), it.Close())
		}
		if !hidden {
			p.add(frame, position, 0)
		}
		p.next = position
		if !backwards {
			p.next++
		}
	}
	if err := it.Close(); err != nil {
		return p, fmt.Errorf("scanning $all: %w", err)
	}
	return p, nil
}

// isBoundary reports whether a record begins at this position, or the log ends.
func isBoundary(v *view, position uint64) (bool, error) {
	if position == v.tail {
		return true, nil
	}
	_, closer, err := v.Get(appendEventKey(nil, position))
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a position: %w", err)
	}
	return true, closer.Close()
}

// window is the part of a stream that may be seen.
type window struct {
	stream string
	head   head
	oldest int64 // ticks; events created before are expired
}

func newWindow(stream string, h head) window {
	if _, ok := originalOf(stream); ok {
		h.maxCount = 1
	}
	w := window{stream: stream, head: h, oldest: math.MinInt64}
	if h.maxAge > 0 {
		age := int64(min(h.maxAge, math.MaxInt32)) * int64(time.Second/100)
		w.oldest = time.Now().UnixNano()/100 - age
	}
	return w
}

// scanStream reads a page of a stream: forwards the events at or after a revision,
// backwards those at or before it.
func (w window) scanStream(v *view, from uint64, backwards bool, limit uint64) (page, error) {
	p := page{next: from}
	first := w.head.first()
	lower, upper := max(first, from), uint64(tombstoned)
	if backwards {
		lower, upper = first, min(from, tombstoned-1)+1
	}
	if lower >= upper {
		return p, nil
	}
	index, err := v.NewIter(&pebble.IterOptions{
		LowerBound: appendIndexKey(nil, w.stream, lower), UpperBound: appendIndexKey(nil, w.stream, upper),
	})
	if err != nil {
		return p, fmt.Errorf("scanning a stream: %w", err)
	}
	events := eventReader{view: v}
	err = w.collect(&p, index, &events, backwards, limit)
	if err = errors.Join(err, events.close(), index.Close()); err != nil {
		return p, fmt.Errorf("scanning a stream: %w", err)
	}
	return p, nil
}

func (w window) collect(p *page, index *pebble.Iterator, events *eventReader, backwards bool, limit uint64) error {
	step, ok := index.Next, false
	if backwards {
		step, ok = index.Prev, index.Last()
	} else {
		ok = index.First()
	}
	for ; ok; ok = step() {
		revision := indexRevision(index.Key())
		if p.full(limit) {
			p.next, p.more = revision, true
			return nil
		}
		position, _, err := parseIndexValue(index.Value())
		if err != nil {
			return err
		}
		frame, err := events.at(position)
		if err != nil {
			return err
		}
		if w.oldest != math.MinInt64 {
			e, err := parseFrame(frame)
			if err != nil {
				return fmt.Errorf("reading the event at %d: %w", position, err)
			}
			if e.created < w.oldest {
				continue
			}
		}
		p.add(frame, position, revision)
		p.next = revision + 1
	}
	return nil
}

// eventReader reads events by position, cheaply when they stand close together.
type eventReader struct {
	view *view
	it   *pebble.Iterator
	end  uint64 // where the record after the last one begins
}

// at returns a frame that is valid until the next call.
func (r *eventReader) at(position uint64) ([]byte, error) {
	if r.it == nil {
		it, err := r.view.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixEvent}, UpperBound: []byte{prefixEvent + 1}})
		if err != nil {
			return nil, err
		}
		r.it = it
	}
	var key [eventKeyLen]byte
	ok := false
	if position == r.end && r.end > 0 {
		ok = r.it.Next()
	} else {
		ok = r.it.SeekGE(appendEventKey(key[:0], position))
	}
	if !ok || eventPosition(r.it.Key()) != position {
		return nil, fmt.Errorf("the event at %d is missing", position)
	}
	record := r.it.Value()
	r.end = position + uint64(len(record))
	frame, _, err := openRecord(record)
	if err != nil {
		return nil, fmt.Errorf("reading the event at %d: %w", position, err)
	}
	return frame, nil
}

func (r *eventReader) close() error {
	if r.it == nil {
		return nil
	}
	return r.it.Close()
}

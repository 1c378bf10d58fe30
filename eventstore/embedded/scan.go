package embedded

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
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
}

func (p *page) add(e stored) {
	p.events = append(p.events, e)
	p.size += len(e.frame)
}

func (p *page) full(limit uint64) bool {
	return uint64(len(p.events)) >= min(limit, pageEvents) || p.size >= pageBytes
}

func (v *view) reader(at uint64) *logReader { return &logReader{log: v.log, at: at, end: v.tail} }

// event reads the record at the reader; it has no frame when it is to be hidden.
func (r *logReader) event() (e stored, err error) {
	e.position = r.at
	record, err := r.record()
	if err == nil {
		var kind byte
		if e.frame, kind, err = openRecord(record); kind != kindEvent {
			e.frame = nil
		}
	}
	if err != nil {
		return e, fmt.Errorf("reading the event at %d: %w", e.position, err)
	}
	return e, nil
}

// scanAll reads a page of $all: forwards the events at or after a position, where a
// record begins, backwards those before it.
func scanAll(v *view, from uint64, backwards bool, limit uint64) (page, error) {
	from = max(from, firstPosition)
	if backwards {
		return scanBack(v, from, limit)
	}
	p := page{next: from}
	for r := v.reader(from); r.at < v.tail; p.next = r.at {
		if p.full(limit) {
			p.more = true
			break
		}
		e, err := r.event()
		if err != nil {
			return p, err
		}
		if e.frame != nil {
			p.add(e)
		}
	}
	return p, nil
}

func scanBack(v *view, from uint64, limit uint64) (page, error) {
	p := page{next: from}
	for p.next > firstPosition {
		start, err := v.groupOf(p.next - 1)
		if err != nil {
			return p, err
		}
		var events []stored
		for r := v.reader(start); r.at < p.next; {
			e, err := r.event()
			if err != nil {
				return p, err
			}
			if e.frame != nil {
				events = append(events, e)
			}
		}
		for _, e := range slices.Backward(events) {
			if p.full(limit) {
				p.more = true
				return p, nil
			}
			p.add(e)
			p.next = e.position
		}
		p.next = start
	}
	return p, nil
}

// groupOf returns where the group begins in which a position lies.
func (v *view) groupOf(position uint64) (start uint64, err error) {
	it, err := v.NewIter(&pebble.IterOptions{
		LowerBound: []byte{prefixGroup},
		UpperBound: appendGroupKey(nil, position+1),
	})
	if err != nil {
		return 0, fmt.Errorf("looking for a position: %w", err)
	}
	start = firstPosition
	if it.Last() {
		start = groupPosition(it.Key())
	}
	if err := it.Close(); err != nil {
		return 0, fmt.Errorf("looking for a position: %w", err)
	}
	for r := v.reader(start); ; start = r.at {
		end, err := r.group()
		if err != nil {
			return 0, fmt.Errorf("%w: %s: %w", ErrDamaged, atPosition(start), err)
		}
		if position < end {
			return start, nil
		}
		r.seek(end)
	}
}

// recordAt reports whether a record begins at a position, and where it ends.
func (v *view) recordAt(position uint64) (end uint64, ok bool, err error) {
	if position < firstPosition || position >= v.tail {
		return position, position == v.tail, nil
	}
	start, err := v.groupOf(position)
	if err != nil {
		return 0, false, err
	}
	r := v.reader(start)
	for r.at < position {
		if _, err := r.record(); err != nil {
			return 0, false, fmt.Errorf("looking for a position: %w", err)
		}
	}
	if r.at > position {
		return 0, false, nil
	}
	_, err = r.event()
	return r.at, err == nil, err
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

// window returns what may be seen of a stream, or nil without events.
func (v *view) window(stream string) (*window, error) {
	if err := checkStream(stream); err != nil {
		return nil, err
	}
	h, err := liveHead(v, stream)
	if err != nil || h.last < 0 || h.softDeleted() {
		return nil, err
	}
	w := newWindow(stream, h)
	return &w, nil
}

// each hands on the events that a page of [window.scanStream] begins with, and those of the
// pages behind it, but not more than the limit.
func (w window) each(
	v *view, from uint64, backwards bool, limit uint64, pass func(stored) error,
) error {
	for limit > 0 {
		p, err := w.scanStream(v, from, backwards, limit)
		if err != nil {
			return err
		}
		for _, e := range p.events {
			if err := pass(e); err != nil {
				return err
			}
		}
		limit -= uint64(len(p.events))
		if !p.more {
			return nil
		}
		from = p.next
	}
	return nil
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
	if lower >= upper || !backwards && lower > uint64(w.head.last) {
		return p, nil
	}
	for e, err := range v.events(w.stream, lower, upper, backwards) {
		if err != nil {
			return p, fmt.Errorf("scanning a stream: %w", err)
		}
		if p.full(limit) {
			p.next, p.more = e.revision, true
			break
		}
		if w.oldest != math.MinInt64 {
			parsed, err := parseFrame(e.frame)
			if err != nil {
				return p, unreadable(e, err)
			}
			if parsed.created < w.oldest {
				continue
			}
		}
		p.add(e)
		p.next = e.revision + 1
	}
	return p, nil
}

// events yields the events of a stream from a revision to another, which is not among
// them.
func (v *view) events(stream string, lower, upper uint64, backwards bool) iter.Seq2[stored, error] {
	return func(yield func(stored, error) bool) {
		it, err := v.NewIter(&pebble.IterOptions{
			LowerBound: appendRunKey(nil, stream, 0),
			UpperBound: appendRunKey(nil, stream, upper),
		})
		if err != nil {
			yield(stored{}, err)
			return
		}
		step, ok := it.Next, false
		if backwards {
			step, ok = it.Prev, it.Last()
		} else {
			ok = it.SeekLT(appendRunKey(nil, stream, lower+1)) || it.First()
		}
		reader := v.reader(firstPosition)
		for ; ok; ok = step() {
			r, err := parseRun(it.Key(), it.Value())
			if err == nil && r.first+uint64(r.count) <= lower {
				if backwards {
					break
				}
				continue
			}
			var events []stored
			if err == nil {
				events, err = reader.run(r, lower, upper)
			}
			if err != nil {
				yield(stored{}, errors.Join(err, it.Close()))
				return
			}
			if backwards {
				slices.Reverse(events)
			}
			for _, e := range events {
				if !yield(e, nil) {
					_ = it.Close() // whatever it met was told already
					return
				}
			}
		}
		if err := it.Close(); err != nil {
			yield(stored{}, err)
		}
	}
}

// run reads the part of a run that lies between two revisions.
func (r *logReader) run(of run, lower, upper uint64) ([]stored, error) {
	if of.position >= r.end {
		return nil, fmt.Errorf("%w: the index names the position %d, which is not there",
			ErrDamaged, of.position)
	}
	r.seek(of.position)
	last := min(upper, of.first+uint64(of.count))
	events := make([]stored, 0, last-max(lower, of.first))
	for revision := of.first; revision < last; revision++ {
		if revision < lower {
			if _, err := r.record(); err != nil {
				return nil, fmt.Errorf("reading the event at %d: %w", r.at, err)
			}
			continue
		}
		e, err := r.event()
		if err == nil && e.frame == nil {
			err = fmt.Errorf("the event at %d is missing", e.position)
		}
		if err != nil {
			return nil, err
		}
		e.revision = revision
		events = append(events, e)
	}
	return events, nil
}

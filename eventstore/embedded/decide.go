package embedded

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// decide checks a request against the stream and, when it is to be granted, adds its
// events to the group.
func (w *writer) decide(r *request) (outcome, error) {
	h, err := w.head(r.stream)
	if err != nil {
		return outcome{}, err
	}
	dead := h.tombstoned
	if original, ok := originalOf(r.stream); ok && !dead {
		o, err := w.head(original)
		if err != nil {
			return outcome{}, err
		}
		dead = o.tombstoned
	}
	switch {
	case dead:
		return outcome{}, streamDeleted(r.stream)
	case r.action == actDelete:
		return w.decideDelete(r, h)
	case r.action == actTombstone:
		return w.decideTombstone(r, h)
	default:
		return w.decideAppend(r, h)
	}
}

func (w *writer) decideAppend(r *request, h head) (outcome, error) {
	written, known, err := w.check(r, h)
	if err == nil && known {
		written.hasPosition, err = w.readable(r.stream, h, written.revision)
	}
	if err != nil || known {
		return written, err
	}
	if len(r.events) == 0 {
		return w.decideNothing(r, h)
	}
	original, isMeta := originalOf(r.stream)
	var described head
	if isMeta {
		if described, err = w.head(original); err != nil {
			return outcome{}, err
		}
	}
	var revive []byte
	switch {
	case h.softDeleted():
		if revive, err = w.revival(metastreamOf(r.stream), uint64(h.last+1)); err != nil {
			return outcome{}, err
		}
	case isMeta && described.softDeleted():
		last := r.events[len(r.events)-1]
		if last.isJSON {
			revive, _ = undeleted(last.content(), uint64(described.last+1))
		}
	}
	o, err := w.write(r.stream, r.events)
	if err != nil || revive == nil {
		return o, err
	}
	if isMeta {
		err = w.writeMetadata(original, revive)
	} else {
		err = w.writeMetadata(r.stream, revive)
	}
	return o, err
}

// decideNothing appends no events. A soft-deleted stream is there again all the same, and so is
// the one that a metastream describes.
func (w *writer) decideNothing(r *request, h head) (outcome, error) {
	stream, deleted := r.stream, h
	if original, ok := originalOf(r.stream); ok && !h.softDeleted() {
		var err error
		if deleted, err = w.head(original); err != nil {
			return outcome{}, err
		}
		stream = original
	}
	if !deleted.softDeleted() {
		return w.writeNothing(h), nil
	}
	revive, err := w.revival(metastreamOf(stream), uint64(deleted.last+1))
	if err != nil {
		return outcome{}, err
	}
	o := w.writeNothing(h)
	return o, w.writeMetadata(stream, revive)
}

// readable reports whether a reader sees the event at this revision. A repetition of an append
// whose last event they do not see is answered without its position.
func (w *writer) readable(stream string, h head, revision int64) (bool, error) {
	if h.softDeleted() || uint64(revision) < newWindow(stream, h).head.first() {
		return false, nil
	}
	if h.maxAge == 0 {
		return true, nil
	}
	e, err := w.stored(stream, revision)
	return err == nil && e.created >= newWindow(stream, h).oldest, err
}

// revival returns the metadata that lifts the deletion of a stream: that of its last
// metadata event with another truncation.
func (w *writer) revival(metastream string, truncateBefore uint64) ([]byte, error) {
	m, err := w.head(metastream)
	if err != nil {
		return nil, err
	}
	e, err := w.stored(metastream, m.last)
	if err != nil {
		return nil, err
	}
	data, ok := undeleted(e.data, truncateBefore)
	if !ok {
		return nil, fmt.Errorf("metadata event %d of a soft-deleted stream is no JSON object",
			m.last)
	}
	return data, nil
}

func (w *writer) decideDelete(r *request, h head) (outcome, error) {
	if err := w.checkEnd(r, h, h.last < 0 && !h.hasMetadata); err != nil {
		return outcome{}, err
	}
	if err := w.writeMetadata(r.stream,
		fmt.Appendf(nil, `{%q:%d}`, metaTruncateBefore, int64(tombstoned))); err != nil {
		return outcome{}, err
	}
	m, err := w.head(metastreamOf(r.stream))
	return outcome{revision: m.last, position: w.group.last, hasPosition: true}, err
}

func (w *writer) decideTombstone(r *request, h head) (outcome, error) {
	if err := w.checkEnd(r, h, false); err != nil {
		return outcome{}, err
	}
	end := newProposal(r.stream, uuid.New(), typeStreamDeleted, true, nil, []byte("{}"))
	w.group.dirty[r.stream] = true
	position, err := w.put(r.stream, tombstoned, end)
	if err != nil {
		return outcome{}, err
	}
	h.tombstoned = true
	return outcome{revision: tombstoned, position: position, hasPosition: true},
		w.putHead(r.stream, h)
}

const (
	typeStreamDeleted = "$streamDeleted"
	typeMetadata      = "$metadata"
	typeLink          = "$>"
)

// checkEnd checks the expectation of a delete or tombstone: like an append of an
// event that was never written before.
func (w *writer) checkEnd(r *request, h head, absent bool) error {
	if absent {
		return wrong(r, h)
	}
	switch r.expected.kind {
	case expectAny:
		return nil
	case expectExists:
		return w.checkExists(r, h)
	case expectNoStream:
		if h.last >= 0 && !h.softDeleted() {
			return wrong(r, h)
		}
		return nil
	default:
		if h.last < 0 || r.expected.revision != uint64(h.last) {
			return wrong(r, h)
		}
		return nil
	}
}

func (w *writer) checkExists(r *request, h head) error {
	switch {
	case h.softDeleted():
		return streamDeleted(r.stream)
	case h.last < 0 && !h.hasMetadata:
		return wrong(r, h)
	}
	return nil
}

func wrong(r *request, h head) *wrongVersion { return &wrongVersion{r.stream, r.expected, h.last} }

// check compares the expectation of an append with the stream. It reports known when
// the events are there already, and then where.
func (w *writer) check(r *request, h head) (o outcome, known bool, err error) {
	switch r.expected.kind {
	case expectAny:
		return w.checkRecent(r, h)
	case expectExists:
		if err := w.checkExists(r, h); err != nil {
			return o, false, err
		}
		return w.checkRecent(r, h)
	case expectNoStream:
		if h.last < 0 {
			return o, false, nil
		}
		o, match, err := w.checkStored(r, 0, h)
		switch {
		case err != nil || match == matchAll:
			return o, err == nil, err
		case match == matchNone && h.softDeleted():
			return o, false, nil
		}
		return o, false, wrong(r, h)
	default:
		n := r.expected.revision
		switch {
		case h.last < 0 || n > uint64(h.last):
			return o, false, wrong(r, h)
		case n == uint64(h.last):
			return o, false, nil
		}
		o, match, err := w.checkStored(r, n+1, h)
		if err != nil || match == matchAll {
			return o, err == nil, err
		}
		return o, false, wrong(r, h)
	}
}

// checkRecent is the check of an append without exact expectation: only ids that are
// remembered count. The order in the request is irrelevant.
func (w *writer) checkRecent(r *request, h head) (o outcome, known bool, err error) {
	for i, e := range r.events {
		p, ok := w.recent.in(r.stream, e.id)
		if !ok && i == 0 {
			return outcome{}, false, nil
		}
		if !ok {
			return outcome{}, false, wrong(r, h)
		}
		o = outcome{revision: p.revision, position: p.position, hasPosition: true}
	}
	return o, len(r.events) > 0, nil
}

type match uint8

const (
	matchNone match = iota // the first id differs, or there are no ids to compare
	matchSome
	matchAll
)

// checkStored compares the ids of a request with those stored from a revision on.
func (w *writer) checkStored(r *request, from uint64, h head) (o outcome, m match, err error) {
	if len(r.events) == 0 {
		return o, matchSome, nil
	}
	if w.isDirty(r.stream) {
		return o, matchNone, errDirty
	}
	v := w.store.acquire()
	defer w.store.release(v)
	n := 0
	for stored, err := range v.events(r.stream, from,
		min(uint64(h.last+1), from+uint64(len(r.events))), false) {
		if err != nil {
			return o, matchNone, err
		}
		e, err := parseUntil(stored.frame, hasID)
		if err != nil {
			return o, matchNone, unreadable(stored, err)
		}
		if e.id != r.events[n].id {
			return o, min(match(n), matchSome), nil
		}
		o = outcome{revision: int64(stored.revision), position: stored.position, hasPosition: true}
		n++
	}
	if n < len(r.events) {
		return o, matchSome, nil
	}
	return o, matchAll, nil
}

func hasID(e *event) bool { return e.idLen > 0 }

// head returns the head of a stream as the requests before this one left it.
func (w *writer) head(stream string) (head, error) {
	if h, ok := w.heads.get(stream); ok {
		return h, nil
	}
	h, err := noHead, error(nil)
	if !w.store.names.Load().lacks(stream) {
		h, err = readHead(w.store.db, stream)
	}
	if err != nil {
		return noHead, err
	}
	if h == noHead {
		w.missed()
	}
	w.heads.put(stream, h)
	return h, nil
}

// readHead reads the head of a stream.
func readHead(from pebble.Reader, stream string) (head, error) {
	v, closer, err := from.Get(appendHeadKey(nil, stream))
	if errors.Is(err, pebble.ErrNotFound) {
		return noHead, nil
	}
	if err != nil {
		return noHead, fmt.Errorf("reading a stream head: %w", err)
	}
	h, err := parseHead(v)
	return h, errors.Join(err, closer.Close())
}

// stored returns a committed event.
func (w *writer) stored(stream string, revision int64) (event, error) {
	if w.isDirty(stream) {
		return event{}, errDirty
	}
	v := w.store.acquire()
	defer w.store.release(v)
	return v.eventOf(stream, uint64(revision))
}

// eventOf reads an event that is there.
func (v *view) eventOf(stream string, revision uint64) (event, error) {
	for stored, err := range v.events(stream, revision, revision+1, false) {
		if err != nil {
			return event{}, err
		}
		e, err := parseFrame(stored.frame)
		return e, unreadable(stored, err)
	}
	return event{}, fmt.Errorf("%w: %s is not in the index", ErrDamaged,
		atRevision(stream, revision))
}

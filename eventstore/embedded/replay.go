package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// errBehind: the store was not closed in order, and opening it would change something.
var errBehind = errors.New("the index is behind the events")

// replayer brings the index to the end of the log, as the writer would have.
type replayer struct {
	*store
	index *indexing
	heads headCache
}

// indexed returns the position up to which the index was made.
func (s *store) indexed() (uint64, error) {
	v, closer, err := s.db.Get(indexedKey)
	if errors.Is(err, pebble.ErrNotFound) {
		return firstPosition, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the index: %w", err)
	}
	if len(v) != 8 {
		return 0, errors.Join(fmt.Errorf("%w: the end of the index has a wrong length", ErrDamaged),
			closer.Close())
	}
	return binary.BigEndian.Uint64(v), closer.Close()
}

// replay indexes the groups that the index does not have yet and returns where the
// records end. What stands behind the last whole group was never acknowledged and is
// cut off; unless a group follows, which was begun only when everything before it was
// durable.
func (s *store) replay() (tail uint64, err error) {
	tail, err = s.indexed()
	if err != nil {
		return 0, err
	}
	if err := s.checkEnd(tail); err != nil {
		return 0, err
	}
	r := replayer{s, newIndexing(s.db), newHeadCache()}
	var last []byte // the group that ends at the tail
	reader := logReader{log: s.log, at: tail, end: s.log.size}
	for {
		group, err := reader.whole()
		if err != nil {
			return 0, err
		}
		if group == nil {
			break
		}
		if !s.writes {
			return 0, errBehind
		}
		if err := r.group(last, tail); err != nil {
			return 0, err
		}
		tail, last = reader.at, group
	}
	// What the unfinished group itself holds is no group, whatever its author made it look like.
	size, err := s.log.unfinished(tail)
	if err != nil {
		return 0, err
	}
	dirty, follows, err := s.log.behind(tail, tail+size)
	switch {
	case err != nil:
		return 0, err
	case follows > 0:
		return 0, fmt.Errorf("%w: %s: no whole group begins here, and another one follows at %d",
			ErrDamaged, atPosition(tail), follows)
	case dirty && !s.writes:
		return 0, errBehind
	case dirty:
		if err := errors.Join(s.log.zero(tail), s.log.SyncData()); err != nil {
			return 0, fmt.Errorf("cutting off what was not finished: %w", err)
		}
	}
	if last == nil {
		return tail, nil
	}
	// The last group may never have been synced, or not with success.
	if err := s.log.append(last, tail-uint64(len(last))); err != nil {
		return 0, err
	}
	if err := r.group(last, tail); err != nil {
		return 0, err
	}
	return tail, r.commit()
}

// checkEnd demands that the last group that was indexed is there.
func (s *store) checkEnd(end uint64) error {
	if end > s.log.size {
		return fmt.Errorf("%w: the file of events has %d bytes, and had %d", ErrDamaged, s.log.size,
			end)
	}
	if end == firstPosition {
		return nil
	}
	v := s.newView(end)
	start, err := v.groupOf(end - 1)
	if err = errors.Join(err, v.Close()); err != nil {
		return err
	}
	group, err := v.reader(start).whole()
	if err == nil && group == nil {
		err = fmt.Errorf("%w: %s: the last group that was indexed is not whole", ErrDamaged,
			atPosition(start))
	}
	return err
}

// whole returns the next group, or nothing when no whole one begins here.
func (r *logReader) whole() (group []byte, err error) {
	at := r.at
	err = r.fill(groupHeader)
	var length uint64
	if err == nil {
		length, err = parseGroup(r.buf[:min(groupHeader, len(r.buf))], at)
	}
	if err == nil {
		group, err = r.take(groupHeader + int(length))
	}
	if err == nil {
		err = eachRecord(group, at, func([]byte, uint64, event, byte) error { return nil })
	}
	if isDamage(err) {
		return nil, nil
	}
	return group, err
}

// group indexes a group that ends before end.
func (r *replayer) group(group []byte, end uint64) error {
	if group == nil {
		return nil
	}
	start := end - uint64(len(group))
	err := eachRecord(group, start, func(_ []byte, at uint64, e event, kind byte) error {
		if kind != kindEvent {
			return nil
		}
		return r.event(at, e)
	})
	if err == nil {
		err = r.index.endGroup(start, end)
	}
	if err != nil || r.index.batch.Len() < replayBatch {
		return err
	}
	return r.commit()
}

// replayBatch bounds a batch so that it touches fewer streams than the cache of heads holds.
const replayBatch = 1 << 20

func (r *replayer) event(at uint64, e event) error {
	stream := string(e.stream)
	h, err := r.head(stream)
	if err != nil {
		return err
	}
	switch {
	case h.tombstoned:
		return fmt.Errorf("%w: %s: %s follows the end of the stream", ErrDamaged, atPosition(at),
			atRevision(stream, e.revision))
	case e.revision == tombstoned:
		h.tombstoned = true
	case e.revision != uint64(h.last+1):
		return fmt.Errorf("%w: %s: %s follows revision %d", ErrDamaged, atPosition(at),
			atRevision(stream, e.revision), h.last)
	default:
		h.last++
	}
	if err := r.index.add(stream, e.revision, at); err != nil {
		return err
	}
	if err := r.setHead(stream, h); err != nil {
		return err
	}
	original, ok := originalOf(stream)
	if !ok || h.tombstoned {
		return nil
	}
	described, err := r.head(original)
	if err != nil {
		return err
	}
	return r.setHead(original, described.withMetadata(e.isJSON, e.data))
}

// head returns the head of a stream as the records before left it. One that is not in
// the cache is in the database.
func (r *replayer) head(stream string) (head, error) {
	if h, ok := r.heads.get(stream); ok {
		return h, nil
	}
	return readHead(r.db, stream)
}

func (r *replayer) setHead(stream string, h head) error {
	r.heads.put(stream, h)
	return r.index.head(stream, h)
}

func (r *replayer) commit() error {
	if err := r.index.batch.Commit(pebble.NoSync); err != nil {
		return fmt.Errorf("indexing events: %w", err)
	}
	r.index = newIndexing(r.db)
	return nil
}

package embedded

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// rebuilder derives index and heads from records, as the writer made them.
type rebuilder struct {
	db    *pebble.DB
	batch *pebble.Batch
	heads headCache
}

func (r *rebuilder) add(record []byte, position uint64, e event, hidden bool) error {
	if err := r.batch.Set(appendEventKey(nil, position), record, nil); err != nil || hidden {
		return err
	}
	stream := string(e.stream)
	h, err := r.head(stream)
	if err != nil {
		return err
	}
	switch {
	case h.tombstoned:
		return fmt.Errorf("%w: %s: %s follows the end of the stream", ErrBadBackup, atPosition(position), atRevision(stream, e.revision))
	case e.revision == tombstoned:
		h.tombstoned = true
	case e.revision != uint64(h.last+1):
		return fmt.Errorf("%w: %s: %s follows revision %d", ErrBadBackup, atPosition(position), atRevision(stream, e.revision), h.last)
	default:
		h.last++
	}
	if err := r.batch.Set(appendIndexKey(nil, stream, e.revision), appendIndexValue(nil, position, e.id), nil); err != nil {
		return err
	}
	if err := r.setHead(stream, h); err != nil {
		return err
	}
	if original, ok := originalOf(stream); ok && !h.tombstoned {
		described, err := r.head(original)
		if err != nil {
			return err
		}
		if err := r.setHead(original, described.withMetadata(e.isJSON, e.data)); err != nil {
			return err
		}
	}
	if r.batch.Len() < groupBytes {
		return nil
	}
	return r.commit()
}

// head returns the head of a stream as the records before left it. One that is not in
// the cache is in the database, because a batch touches fewer than the cache holds.
func (r *rebuilder) head(stream string) (head, error) {
	if h, ok := r.heads.get(stream); ok {
		return h, nil
	}
	return readHead(r.db, stream)
}

func (r *rebuilder) setHead(stream string, h head) error {
	r.heads.put(stream, h)
	return r.batch.Set(appendHeadKey(nil, stream), h.encode(), nil)
}

func (r *rebuilder) commit() error {
	if err := r.batch.Commit(pebble.NoSync); err != nil {
		return err
	}
	r.batch = r.db.NewBatch()
	return nil
}

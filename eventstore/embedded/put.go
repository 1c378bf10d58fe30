package embedded

import (
	"fmt"

	"github.com/google/uuid"
)

// write adds events to the end of a stream. When the stream describes another one,
// the last of them becomes its metadata.
func (w *writer) write(stream string, events []proposal) (outcome, error) {
	h, err := w.head(stream)
	if err != nil {
		return outcome{}, err
	}
	for _, e := range events {
		h.last++
		if _, err := w.put(stream, uint64(h.last), e); err != nil {
			return outcome{}, err
		}
	}
	if err := w.putHead(stream, h); err != nil {
		return outcome{}, err
	}
	o := outcome{revision: h.last, position: w.group.last, hasPosition: true}
	original, ok := originalOf(stream)
	if !ok {
		return o, nil
	}
	described, err := w.head(original)
	if err != nil {
		return outcome{}, err
	}
	last := events[len(events)-1]
	return o, w.putHead(original, described.withMetadata(last.isJSON, last.data))
}

// writeMetadata writes a metadata event of a stream.
func (w *writer) writeMetadata(stream string, data []byte) error {
	metastream := metastreamOf(stream)
	_, err := w.write(metastream, []proposal{newProposal(metastream, uuid.New(), typeMetadata, true, nil, data)})
	return err
}

// writeNothing takes a position for an append without events.
func (w *writer) writeNothing(h head) (outcome, error) {
	position := w.tail
	op := w.group.batch.SetDeferred(eventKeyLen, recordHeader)
	appendEventKey(op.Key[:0], position)
	op.Value[4] = flagHidden
	seal(op.Value)
	if err := op.Finish(); err != nil {
		return outcome{}, fmt.Errorf("adding a position to a batch: %w", err)
	}
	w.tail += recordHeader
	return outcome{revision: h.last, position: position, hasPosition: true}, nil
}

// put adds one event with its index entry to the group.
func (w *writer) put(stream string, revision uint64, e proposal) (position uint64, err error) {
	position = w.tail
	var buf [96]byte
	suffix := stamp{revision, position, w.group.now}.suffix(buf[:0])
	size := recordHeader + frameLen(len(e.body)+len(suffix), position)

	op := w.group.batch.SetDeferred(eventKeyLen, size)
	appendEventKey(op.Key[:0], position)
	op.Value[4] = 0
	appendFrame(op.Value[:recordHeader], e.body, suffix, nil, position)
	seal(op.Value)
	if err := op.Finish(); err != nil {
		return 0, fmt.Errorf("adding an event to a batch: %w", err)
	}

	op = w.group.batch.SetDeferred(indexKeyLen(stream), indexValueLen)
	appendIndexKey(op.Key[:0], stream, revision)
	appendIndexValue(op.Value[:0], position, e.id)
	if err := op.Finish(); err != nil {
		return 0, fmt.Errorf("adding an index entry to a batch: %w", err)
	}
	w.recent.add(e.id, place{stream, int64(revision), position})
	w.group.dirty[stream] = true
	w.group.last = position
	w.tail += uint64(size)
	return position, nil
}

// putHead adds the head of a stream to the group.
func (w *writer) putHead(stream string, h head) error {
	if err := w.group.batch.Set(appendHeadKey(nil, stream), h.encode(), nil); err != nil {
		return fmt.Errorf("adding a stream head to a batch: %w", err)
	}
	w.heads.put(stream, h)
	return nil
}

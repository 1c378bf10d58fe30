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
	w.group.dirty[stream] = true
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
	return o, w.putHead(original, described.withMetadata(last.isJSON, last.content()))
}

// writeMetadata writes a metadata event of a stream.
func (w *writer) writeMetadata(stream string, data []byte) error {
	metastream := metastreamOf(stream)
	_, err := w.write(metastream,
		[]proposal{newProposal(metastream, uuid.New(), typeMetadata, true, nil, data)})
	return err
}

// writeNothing takes a position for an append without events.
func (w *writer) writeNothing(h head) outcome {
	w.group.beginRecord(kindNothing)
	position := w.group.end() - recordHeader
	seal(w.group.records[position-w.group.start:])
	return outcome{revision: h.last, position: position, hasPosition: true}
}

// beginRecord adds the header of a record, behind that of the group.
func (g *group) beginRecord(kind byte) {
	if len(g.records) == 0 {
		g.records = append(g.records, make([]byte, groupHeader)...)
	}
	g.records = append(g.records, 0, 0, 0, 0, kind)
}

// put adds one event with its index entry to the group.
func (w *writer) put(stream string, revision uint64, e proposal) (position uint64, err error) {
	g := &w.group
	g.beginRecord(kindEvent)
	position = g.end() - recordHeader
	var buf [96]byte
	suffix := stamp{revision, position, g.now}.suffix(buf[:0])
	g.records = appendFrame(g.records, e.body, suffix, nil, position)
	seal(g.records[position-g.start:])
	if err := g.index.add(stream, revision, position); err != nil {
		return 0, fmt.Errorf("adding an index entry to a batch: %w", err)
	}
	w.recent.add(e.id, place{stream, int64(revision), position})
	g.last = position
	return position, nil
}

// putHead adds the head of a stream to the group.
func (w *writer) putHead(stream string, h head) error {
	if err := w.group.index.head(stream, h); err != nil {
		return fmt.Errorf("adding a stream head to a batch: %w", err)
	}
	w.group.heads = append(w.group.heads, stream)
	if n := w.store.names.Load(); n != nil {
		n.add(stream)
	}
	w.heads.put(stream, h)
	return nil
}

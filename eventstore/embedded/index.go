package embedded

import "github.com/cockroachdb/pebble/v2"

// run is a piece of a stream whose events stand one behind the other in a group. The
// index has one entry for each.
type run struct {
	stream   string
	first    uint64 // revision
	position uint64 // of the first event
	count    uint32
}

const (
	// runBytes bounds how far the last event of a run begins behind the first one.
	runBytes = 32 << 10
	// markBytes is the distance of positions between which some group is marked.
	markBytes = 64 << 10
)

// runs finds the runs among records that come in the order of the log.
type runs struct {
	run
	each func(run) error
}

func (r *runs) add(stream string, revision, position uint64) error {
	if r.count > 0 && r.stream == stream && revision == r.first+uint64(r.count) &&
		position-r.position < runBytes {
		r.count++
		return nil
	}
	err := r.end()
	r.run = run{stream, revision, position, 1}
	return err
}

// end ends the run, as the end of a group does.
func (r *runs) end() error {
	if r.count == 0 {
		return nil
	}
	last := r.run
	r.run = run{}
	return r.each(last)
}

// indexing is a batch of changes to the index.
type indexing struct {
	runs
	batch *pebble.Batch
}

func newIndexing(db *pebble.DB) *indexing {
	x := &indexing{batch: db.NewBatch()}
	x.each = func(r run) error {
		op := x.batch.SetDeferred(runKeyLen(r.stream), runValueLen)
		appendRunKey(op.Key[:0], r.stream, r.first)
		appendRunValue(op.Value[:0], r)
		return op.Finish()
	}
	return x
}

func (x *indexing) head(stream string, h head) error {
	return x.batch.Set(appendHeadKey(nil, stream), h.encode(), nil)
}

// isMarked reports whether the index has the position of a group, so that it can be
// found from any position in it.
func isMarked(start, end uint64) bool { return start/markBytes != end/markBytes }

// endGroup ends the index of a group that ends before end.
func (x *indexing) endGroup(start, end uint64) error {
	if err := x.end(); err != nil {
		return err
	}
	if isMarked(start, end) {
		if err := x.batch.Set(appendGroupKey(nil, start), nil, nil); err != nil {
			return err
		}
	}
	return x.batch.Set(indexedKey, appendGroupKey(nil, end)[1:], nil)
}

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"
)

// Finding is something in a store that is not as it was written.
type Finding struct {
	Place string `json:"place"` // a file, a position of $all, or a stream and a revision
	What  string `json:"what"`
}

func (f Finding) String() string { return f.Place + ": " + f.What }

// Checked is the outcome of a check. The store is sound when it has no findings.
type Checked struct {
	Events   uint64    `json:"events"`
	Streams  uint64    `json:"streams"`
	Tail     uint64    `json:"tail"`     // where the next record will begin
	Findings []Finding `json:"findings"` // the first ones
	Found    uint64    `json:"found"`    // how many there are
}

// checker reads a store once in the order of the tables, once in that of positions,
// once by streams and once by heads. It holds one record at a time.
type checker struct {
	context.Context
	*store
	*Checked
	limit    int
	progress func(done, all int64)
	folder   Folder
	bytes    int64 // of all tables

	records, entries fingerprint // of the index as it should be, and as it is
	steps            uint
}

// Check reads everything that is stored and verifies each checksum and how the parts
// belong together: records without a gap, one index entry for each event, revisions
// without a gap, heads as the events left them. It keeps the first findings, as many
// as limit says, and tells progress in bytes. An error means that the store could not
// be read, which says nothing about its state.
func (f Folder) Check(ctx context.Context, limit int, progress func(done, all int64)) (Checked,
	error,
) {
	var found Checked
	c := &checker{Context: ctx, Checked: &found, limit: limit, progress: progress, folder: f}
	err := f.read(func(s *store) error {
		c.store = s
		return c.run()
	})
	if errors.Is(err, ErrDamaged) {
		c.find(f.Dir, "%v", err)
		err = nil
	}
	return found, err
}

func (c *checker) run() error {
	for _, step := range []func() error{
		c.tables, c.checkRecords, c.checkStreams, c.checkHeads,
		c.locate,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) find(place, what string, args ...any) {
	c.Found++
	if len(c.Findings) < c.limit {
		c.Findings = append(c.Findings,
			Finding{place, strings.ReplaceAll(fmt.Sprintf(what, args...), "\n", "; ")})
	}
}

// damaged turns damage that ends the reading of something into a finding.
func (c *checker) damaged(place string, err error) error {
	if pebble.IsCorruptionError(err) || errors.Is(err, errHead) {
		c.find(place, "%v", err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("checking the event store: %w", err)
	}
	return nil
}

// tick is called for each entry that is read.
func (c *checker) tick(position uint64) error {
	if c.steps++; c.steps%1024 != 0 {
		return nil
	}
	c.progress(c.bytes+int64(position), c.bytes+int64(c.view.tail))
	return c.Err()
}

func atPosition(p uint64) string { return fmt.Sprintf("position %d", p) }

func atRevision(stream string, revision uint64) string {
	return fmt.Sprintf("stream %q revision %d", stream, revision)
}

// checkRecords reads the log.
func (c *checker) checkRecords() error {
	return c.eachEvent(c.find, func(e event) { c.Events++ }, func(r run) error {
		c.records.add(r.stream, r.first, appendRunValue(nil, r))
		return nil
	})
}

// eachEvent reads the log as far as it can be understood: behind a record that has no
// length it goes on with the next group. It hands on events, and the runs that they
// form.
func (c *checker) eachEvent(find func(place, what string, args ...any), each func(event),
	eachRun func(run) error,
) error {
	found := runs{each: eachRun}
	r := c.view.reader(firstPosition)
	groupEnd := uint64(firstPosition)
	for c.Tail = firstPosition; r.at < r.end; c.Tail = r.at {
		at := r.at
		record, err := r.record()
		var e event
		var kind byte
		if err == nil {
			e, kind, err = parseRecord(record, at)
		}
		switch {
		case err != nil && !isDamage(err):
			return fmt.Errorf("checking the event store: %w", err)
		case err == nil && (kind == kindGroup) != (at == groupEnd):
			err = errors.New("groups and records do not follow each other")
		}
		if err != nil {
			find(atPosition(at), "%v", err)
		}
		switch {
		case err == nil && kind == kindGroup:
			length, _ := parseGroup(record, at) // it was parsed before
			groupEnd = r.at + length
			if err := found.end(); err != nil {
				return err
			}
		case err == nil && kind == kindEvent:
			each(e)
			if err := found.add(string(e.stream), e.revision, at); err != nil {
				return err
			}
		case r.at == at || at == groupEnd:
			if groupEnd <= at {
				_, next, err := c.log.behind(at, at+1)
				if err != nil {
					return fmt.Errorf("checking the event store: %w", err)
				}
				if groupEnd = next; next == 0 {
					groupEnd = r.end
				}
			}
			r.seek(groupEnd)
		}
		if err := c.tick(at); err != nil {
			return err
		}
	}
	return found.end()
}

// isDamage reports whether an error says that a record is not as it was written.
func isDamage(err error) bool {
	for _, kind := range []error{errRecordSize, errChecksum, errGroup, errFrame, ErrDamaged} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// streamEnd is what the entries of a stream say of its head.
type streamEnd struct {
	name       string
	next       uint64 // revision
	tombstoned bool
}

// checkStreams reads the index, which is in the order of streams and revisions.
func (c *checker) checkStreams() error {
	var at streamEnd
	err := scan(c.db, []byte{prefixRun}, func(key, value []byte) error {
		stream, revision, err := parseRunKey(key)
		if err != nil {
			c.find(fmt.Sprintf("after stream %q", at.name), "%v", err)
			return nil
		}
		if stream != at.name {
			if err := c.endStream(at); err != nil {
				return err
			}
			c.Streams++
			at = streamEnd{name: stream}
		}
		r, err := parseRun(key, value)
		switch {
		case err != nil:
			c.find(atRevision(stream, revision), "%v", err)
			return nil
		case revision == tombstoned:
			at.tombstoned = true
		case revision != at.next:
			c.find(atRevision(stream, at.next),
				"the index has no entry; the next one is of revision %d", revision)
		}
		if revision != tombstoned {
			at.next = revision + uint64(r.count)
		}
		c.entries.add(stream, revision, value)
		return c.tick(c.Tail)
	})
	if err == nil {
		err = c.endStream(at)
	}
	return c.damaged(fmt.Sprintf("index after stream %q", at.name), err)
}

// endStream compares the head of a stream, and of the one that it describes, with its
// events.
func (c *checker) endStream(at streamEnd) error {
	if at.name == "" {
		return nil
	}
	h, err := readHead(c.db, at.name)
	if err != nil {
		return c.damaged(fmt.Sprintf("head of stream %q", at.name), err)
	}
	if h.last+1 != int64(at.next) || h.tombstoned != at.tombstoned {
		c.find(fmt.Sprintf("head of stream %q", at.name),
			"it says last revision %d, tombstone %v; the index says %d, %v",
			h.last, h.tombstoned, int64(at.next)-1, at.tombstoned)
	}
	original, ok := originalOf(at.name)
	if !ok || at.next == 0 {
		return nil
	}
	described, err := readHead(c.db, original)
	if err != nil {
		return c.damaged(fmt.Sprintf("head of stream %q", original), err)
	}
	e, err := c.view.eventOf(at.name, at.next-1)
	if err != nil {
		c.find(atRevision(at.name, at.next-1), "%v", err)
		return nil
	}
	if described != described.withMetadata(e.isJSON, e.data) {
		c.find(fmt.Sprintf("head of stream %q", original),
			"it differs from the metadata event at %d", e.position)
	}
	return nil
}

// checkHeads demands events for each head.
func (c *checker) checkHeads() error {
	name := ""
	err := scan(c.db, []byte{prefixHead}, func(key, value []byte) error {
		name = string(key[1:])
		place := fmt.Sprintf("head of stream %q", name)
		h, err := parseHead(value)
		if err != nil {
			c.find(place, "%v", err)
			return nil
		}
		var needs []string
		need := func(stream string, revision uint64) error {
			ok, err := c.has(stream, revision)
			if err == nil && !ok {
				needs = append(needs, atRevision(stream, revision))
			}
			return err
		}
		if h.last >= 0 {
			err = need(name, uint64(h.last))
		}
		if h.tombstoned {
			err = errors.Join(err, need(name, tombstoned))
		}
		if h.hasMetadata {
			err = errors.Join(err, need(metastreamOf(name), 0))
		} else if h != (head{last: h.last, tombstoned: h.tombstoned}) {
			c.find(place, "it has settings without a metadata event")
		}
		if err != nil {
			return err
		}
		for _, n := range needs {
			c.find(place, "it needs %s, which the index has not", n)
		}
		return c.tick(c.Tail)
	})
	return c.damaged(fmt.Sprintf("after the head of stream %q", name), err)
}

// has reports whether the index has an event.
func (c *checker) has(stream string, revision uint64) (bool, error) {
	it, err := c.view.NewIter(&pebble.IterOptions{
		LowerBound: appendRunKey(nil, stream, 0),
		UpperBound: appendRunKey(nil, stream, revision+1),
	})
	if err != nil {
		return false, err
	}
	ok := it.Last()
	if ok {
		r, err := parseRun(it.Key(), it.Value())
		ok = err == nil && revision-r.first < uint64(r.count)
	}
	return ok, it.Close()
}

// locate finds out where records and index differ, if they do.
func (c *checker) locate() error {
	if c.records == c.entries {
		return nil
	}
	silent := func(string, string, ...any) {} // it was found before
	err := c.eachEvent(silent, func(event) {}, func(r run) error {
		entry, closer, err := c.db.Get(appendRunKey(nil, r.stream, r.first))
		switch {
		case errors.Is(err, pebble.ErrNotFound):
			c.find(atPosition(r.position), "%s has no entry in the index",
				atRevision(r.stream, r.first))
			return nil
		case err != nil:
			return err
		}
		if !bytes.Equal(entry, appendRunValue(nil, r)) {
			c.find(atPosition(r.position),
				"the index entry of %s names another place or number of events",
				atRevision(r.stream, r.first))
		}
		return closer.Close()
	})
	if err := c.damaged("records against the index", err); err != nil {
		return err
	}
	reader := c.view.reader(firstPosition)
	err = scan(c.db, []byte{prefixRun}, func(key, value []byte) error {
		stream, revision, err := parseRunKey(key)
		if err != nil {
			return nil
		}
		r, err := parseRun(key, value)
		if err != nil {
			return nil
		}
		r.count = 1
		found, err := reader.run(r, revision, revision+1)
		if err != nil {
			c.find(atRevision(stream, revision), "%v", err)
		} else if e, err := parseFrame(found[0].frame); err != nil || string(e.stream) != stream ||
			e.revision != revision {
			c.find(atRevision(stream, revision), "at %d stands another event", r.position)
		}
		return c.tick(c.Tail)
	})
	return c.damaged("index against the records", err)
}

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
func (f Folder) Check(ctx context.Context, limit int, progress func(done, all int64)) (Checked, error) {
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
	for _, step := range []func() error{c.tables, c.checkRecords, c.checkStreams, c.checkHeads, c.locate} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) find(place, what string, args ...any) {
	c.Found++
	if len(c.Findings) < c.limit {
		c.Findings = append(c.Findings, Finding{place, strings.ReplaceAll(fmt.Sprintf(what, args...), "\n", "; ")})
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

// checkRecords reads all events in their order.
func (c *checker) checkRecords() error {
	next := uint64(firstPosition)
	err := scan(c.db, prefixEvent, func(key, record []byte) error {
		if len(key) != eventKeyLen {
			c.find(atPosition(next), "a key has the wrong length %d", len(key))
			return nil
		}
		position := eventPosition(key)
		if position != next {
			c.find(atPosition(next), "no record begins here; the next one is at %d", position)
		}
		next = position + uint64(len(record))
		e, hidden, err := parseRecord(record, position)
		if err != nil {
			c.find(atPosition(position), "%v", err)
		} else if !hidden {
			c.Events++
			c.records.add(string(e.stream), e.revision, appendIndexValue(nil, position, e.id))
		}
		return c.tick(position)
	})
	c.Tail = next
	return c.damaged("after "+atPosition(next), err)
}

// streamEnd is what the entries of a stream say of its head.
type streamEnd struct {
	name       string
	next       uint64 // revision
	last       uint64 // position of the last event but a tombstone
	tombstoned bool
}

// checkStreams reads the index, which is in the order of streams and revisions.
func (c *checker) checkStreams() error {
	var at streamEnd
	err := scan(c.db, prefixIndex, func(key, value []byte) error {
		stream, revision, err := parseIndexKey(key)
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
		position, _, err := parseIndexValue(value)
		switch {
		case err != nil:
			c.find(atRevision(stream, revision), "%v", err)
			return nil
		case revision == tombstoned:
			at.tombstoned = true
		case revision != at.next:
			c.find(atRevision(stream, at.next), "the index has no entry; the next one is of revision %d", revision)
		}
		if revision != tombstoned {
			at.next, at.last = revision+1, position
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
		c.find(fmt.Sprintf("head of stream %q", at.name), "it says last revision %d, tombstone %v; the index says %d, %v",
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
	e, err := readEvent(c.db, at.last)
	if err != nil {
		c.find(atRevision(at.name, at.next-1), "%v", err)
		return nil
	}
	if described != described.withMetadata(e.isJSON, e.data) {
		c.find(fmt.Sprintf("head of stream %q", original), "it differs from the metadata event at %d", at.last)
	}
	return nil
}

// checkHeads demands events for each head.
func (c *checker) checkHeads() error {
	name := ""
	err := scan(c.db, prefixHead, func(key, value []byte) error {
		name = string(key[1:])
		place := fmt.Sprintf("head of stream %q", name)
		h, err := parseHead(value)
		if err != nil {
			c.find(place, "%v", err)
			return nil
		}
		var needs [][]byte
		if h.last >= 0 {
			needs = append(needs, appendIndexKey(nil, name, uint64(h.last)))
		}
		if h.tombstoned {
			needs = append(needs, appendIndexKey(nil, name, tombstoned))
		}
		if h.hasMetadata {
			needs = append(needs, appendIndexKey(nil, metastreamOf(name), 0))
		} else if h != (head{last: h.last, tombstoned: h.tombstoned}) {
			c.find(place, "it has settings without a metadata event")
		}
		for _, key := range needs {
			if ok, err := c.has(key); err != nil {
				return err
			} else if !ok {
				stream, revision, _ := parseIndexKey(key)
				c.find(place, "it needs %s, which the index has not", atRevision(stream, revision))
			}
		}
		return c.tick(c.Tail)
	})
	return c.damaged(fmt.Sprintf("after the head of stream %q", name), err)
}

func (c *checker) has(key []byte) (bool, error) {
	_, closer, err := c.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, closer.Close()
}

// locate finds out where records and index differ, if they do.
func (c *checker) locate() error {
	if c.records == c.entries {
		return nil
	}
	err := scan(c.db, prefixEvent, func(key, record []byte) error {
		if len(key) != eventKeyLen {
			return nil
		}
		position := eventPosition(key)
		e, hidden, err := parseRecord(record, position)
		if err != nil || hidden {
			return c.tick(position) // it was found before
		}
		entry, closer, err := c.db.Get(appendIndexKey(nil, string(e.stream), e.revision))
		switch {
		case errors.Is(err, pebble.ErrNotFound):
			c.find(atPosition(position), "%s has no entry in the index", atRevision(string(e.stream), e.revision))
			return c.tick(position)
		case err != nil:
			return err
		}
		if !bytes.Equal(entry, appendIndexValue(nil, position, e.id)) {
			c.find(atPosition(position), "the index entry of %s names another place or id", atRevision(string(e.stream), e.revision))
		}
		return errors.Join(closer.Close(), c.tick(position))
	})
	if err := c.damaged("records against the index", err); err != nil {
		return err
	}
	err = scan(c.db, prefixIndex, func(key, value []byte) error {
		stream, revision, err := parseIndexKey(key)
		if err != nil {
			return nil
		}
		position, _, err := parseIndexValue(value)
		if err != nil {
			return nil
		}
		if e, err := readEvent(c.db, position); err != nil {
			c.find(atRevision(stream, revision), "%v", err)
		} else if string(e.stream) != stream || e.revision != revision {
			c.find(atRevision(stream, revision), "at %d stands another event", position)
		}
		return c.tick(c.Tail)
	})
	return c.damaged("index against the records", err)
}

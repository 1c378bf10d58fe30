package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Status is what can be told of a store without reading its events.
type Status struct {
	Layout    string `json:"layout"`
	Events    uint64 `json:"events"`
	Streams   uint64 `json:"streams"`       // that have events, metadata streams among them
	Last      uint64 `json:"last_position"` // of the last record, 0 without one
	Tail      uint64 `json:"tail"`          // where the next record will begin
	DiskBytes uint64 `json:"disk_bytes"`    // of all files in the folder
	Served    bool   `json:"served"`        // a server has it open
	Writable  bool   `json:"writable"`
	Cause     string `json:"cause,omitempty"` // why it is not writable
}

// Status tells about the store in the folder. It takes as long as reading the heads of all streams.
func (f Folder) Status() (Status, error) {
	var st Status
	err := f.read(func(s *store) (err error) {
		st, err = s.status(f.Dir, f.fs())
		return damage(err)
	})
	return st, err
}

// status describes what is visible now.
func (s *store) status(dir string, fs vfs.FS) (Status, error) {
	v := s.acquire()
	defer s.release(v)
	st := Status{Layout: layout, Tail: v.tail, Writable: true}
	if cause := s.failure(); cause != nil {
		st.Writable, st.Cause = false, cause.Error()
	}
	err := scan(v, []byte{prefixHead}, func(_, value []byte) error {
		h, err := parseHead(value)
		if err != nil {
			return err
		}
		st.Events += h.events()
		if h.events() > 0 {
			st.Streams++
		}
		return nil
	})
	if err != nil {
		return st, fmt.Errorf("counting streams: %w", err)
	}
	if st.Last, err = lastRecord(v); err != nil {
		return st, err
	}
	for _, dir := range []string{dir, fs.PathJoin(dir, indexName)} {
		size, err := folderSize(fs, dir)
		if err != nil {
			return st, err
		}
		st.DiskBytes += size
	}
	return st, nil
}

// events is the number of events that were ever written to the stream.
func (h head) events() uint64 {
	n := uint64(h.last + 1)
	if h.tombstoned {
		n++
	}
	return n
}

// scan hands all entries whose keys have a prefix to each, in order. They are valid until it
// returns.
func scan(from pebble.Reader, prefix []byte, each func(key, value []byte) error) error {
	end := bytes.TrimRight(prefix, "\xff") // never empty: each kind of entry begins with a letter
	end = append(slices.Clone(end[:len(end)-1]), end[len(end)-1]+1)
	it, err := from.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: end})
	if err != nil {
		return err
	}
	for ok := it.First(); ok; ok = it.Next() {
		if err := each(it.Key(), it.Value()); err != nil {
			return errors.Join(err, it.Close())
		}
	}
	return it.Close()
}

// lastRecord returns where the last record begins.
func lastRecord(v *view) (last uint64, err error) {
	if v.tail == firstPosition {
		return 0, nil
	}
	start, err := v.groupOf(v.tail - 1)
	if err != nil {
		return 0, err
	}
	for r := v.reader(start); r.at < v.tail; {
		last = r.at
		if _, err := r.record(); err != nil {
			return 0, fmt.Errorf("looking for the last record: %w", err)
		}
	}
	return last, nil
}

// folderSize adds up the files. One that vanishes meanwhile counts nothing.
func folderSize(fs vfs.FS, dir string) (uint64, error) {
	names, err := fs.List(dir)
	if err != nil {
		return 0, fmt.Errorf("listing the folder of the event store: %w", err)
	}
	total := uint64(0)
	for _, name := range names {
		if info, err := fs.Stat(fs.PathJoin(dir, name)); err == nil && !info.IsDir() {
			total += uint64(info.Size())
		}
	}
	return total, nil
}

package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

const tableSuffix = ".sst"

// guard refuses a folder whose list of files, the manifest, has lost some. Pebble
// takes damage in it for the end of the list, begins from what stands before, and
// removes the files that it does not find there: one wrong bit and the store is empty.
// Because records are never removed, a table that is not listed and holds a record
// behind the last one proves it.
func (s *store) guard(dir string, opts *pebble.Options) error {
	var tables []string
	names, err := opts.FS.List(dir)
	if err != nil {
		return fmt.Errorf("listing the folder: %w", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, tableSuffix) {
			tables = append(tables, name)
		}
	}
	desc, err := pebble.Peek(dir, opts.FS)
	if err != nil || len(tables) == 0 {
		return err
	}
	if !desc.Exists {
		return fmt.Errorf("%w: there are tables and nothing that lists them", ErrDamaged)
	}
	readOnly := *opts
	readOnly.ReadOnly = true
	look := &store{failed: make(chan struct{}), log: s.log}
	if look.db, err = pebble.Open(dir, &readOnly); err != nil {
		return damage(err)
	}
	tail, err := look.findTail()
	if err == nil {
		err = look.unlisted(dir, tables, &readOnly, tail, func(name string, position uint64) error {
			return fmt.Errorf("%w: file %s holds a record at %d, behind the last one that is listed", ErrDamaged, name, position)
		})
	}
	return damage(errors.Join(err, look.db.Close()))
}

// unlisted calls lost for tables that are not part of the database and yet hold
// records behind its tail. A table that cannot be read was never finished.
func (s *store) unlisted(dir string, names []string, opts *pebble.Options, tail uint64, lost func(name string, position uint64) error) error {
	levels, err := s.db.SSTables()
	if err != nil {
		return fmt.Errorf("listing the tables: %w", err)
	}
	listed := make(map[string]bool)
	for _, level := range levels {
		for _, t := range level {
			listed[tableName(t)] = true
		}
	}
	for _, name := range names {
		if listed[name] {
			continue
		}
		if last, err := lastInTable(dir, name, opts); err == nil && last >= tail {
			if err := lost(name, last); err != nil {
				return err
			}
		}
	}
	return nil
}

func tableName(t pebble.SSTableInfo) string { return t.BackingSSTNum.String() + tableSuffix }

// lastInTable returns the position of the last record in a table file, 0 without one.
func lastInTable(dir, name string, opts *pebble.Options) (position uint64, err error) {
	r, err := openTable(opts.FS, opts.FS.PathJoin(dir, name), opts)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	it, err := r.NewIter(sstable.NoTransforms, nil, nil, sstable.AssertNoBlobHandles)
	if err != nil {
		return 0, err
	}
	if kv := it.SeekLT([]byte{prefixEvent + 1}, 0); kv != nil && len(kv.K.UserKey) == eventKeyLen && kv.K.UserKey[0] == prefixEvent {
		position = eventPosition(kv.K.UserKey)
	}
	return position, it.Close()
}

// openTable opens a table file outside of the database.
func openTable(fs vfs.FS, path string, opts *pebble.Options) (*sstable.Reader, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	readable, err := sstable.NewSimpleReadable(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	filled := *opts
	filled.EnsureDefaults()
	return sstable.NewReader(context.Background(), readable, filled.MakeReaderOptions()) // which closes it on an error
}

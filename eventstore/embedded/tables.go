package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// fingerprint is a digest of a set of index entries that does not depend on their
// order: two sets that differ by chance have different ones.
type fingerprint struct{ sum [2]uint64 }

func (f *fingerprint) add(stream string, revision uint64, value []byte) {
	h := sha256.Sum256(append(appendRunKey(nil, stream, revision), value...))
	f.sum[0] += binary.BigEndian.Uint64(h[:])
	f.sum[1] += binary.BigEndian.Uint64(h[8:])
}

// tables verifies the checksum of each block of each table file.
func (c *checker) tables() error {
	levels, err := c.db.SSTables()
	if err != nil {
		return fmt.Errorf("listing the files of the event store: %w", err)
	}
	all := int64(c.view.tail)
	for _, level := range levels {
		for _, t := range level {
			all += int64(t.Size)
		}
	}
	for _, level := range levels {
		for _, t := range level {
			if err := c.Err(); err != nil {
				return err
			}
			name := t.BackingSSTNum.String() + ".sst"
			if err := c.damaged("file "+name, c.table(name)); err != nil {
				return err
			}
			c.bytes += int64(t.Size)
			c.progress(c.bytes, all)
		}
	}
	return nil
}

func (c *checker) table(name string) error {
	fs := c.folder.fs()
	r, err := openTable(fs, fs.PathJoin(c.folder.Dir, indexName, name), c.options(fs))
	if err != nil {
		return fmt.Errorf("opening %s: %w", name, err)
	}
	return errors.Join(r.ValidateBlockChecksums(), r.Close())
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
	opts.EnsureDefaults()
	// which closes it on an error
	return sstable.NewReader(context.Background(), readable, opts.MakeReaderOptions())
}

package embedded

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Names in the folder of a store.
const (
	logName   = "events"
	indexName = "index"
)

// eventLog is the file of all records. Its offsets are the positions of $all.
type eventLog struct {
	vfs.File
	size uint64 // of the file, with the zeros that were prepared behind the records
}

// A group that is small takes zeros with it, so that the syncs of the next ones need not
// write a new length of the file: an eighth of what there is, within these bounds.
const (
	smallGroup  = 32 << 10
	minPrepared = 16 << 10
	maxPrepared = 1 << 20
)

// append writes a group to the end of the records and makes it durable.
func (l *eventLog) append(group []byte, position uint64) error {
	if _, err := l.WriteAt(group, int64(position)); err != nil {
		return fmt.Errorf("writing events: %w", err)
	}
	if end := position + uint64(len(group)); end > l.size {
		l.size = end
		if len(group) < smallGroup {
			l.size += min(max(minPrepared, end/8), maxPrepared)
			if err := l.zero(end); err != nil {
				return fmt.Errorf("writing events: %w", err)
			}
		}
	}
	if err := l.SyncData(); err != nil {
		return fmt.Errorf("syncing events: %w", err)
	}
	return nil
}

// zero makes all bytes from a position on zero.
func (l *eventLog) zero(from uint64) error {
	zeros := make([]byte, min(l.size-from, maxPrepared))
	for at := from; at < l.size; at += uint64(len(zeros)) {
		zeros = zeros[:min(uint64(len(zeros)), l.size-at)]
		if _, err := l.WriteAt(zeros, int64(at)); err != nil {
			return err
		}
	}
	return nil
}

// makeLog makes the file of a new store, whole or not at all.
func makeLog(disk vfs.FS, dir string) error {
	header := new(Backup).header(nil)
	err := createFile(disk, disk.PathJoin(dir, logName), func(f vfs.File) error {
		_, err := f.Write(header)
		return errors.Join(err, f.Sync())
	})
	if err != nil {
		return err
	}
	return syncFolder(disk, disk.PathDir(dir))
}

// findLog returns [ErrNoStore] when the folder has none, and refuses what is no store of this
// layout.
func findLog(disk vfs.FS, dir string) error {
	_, err := disk.Stat(disk.PathJoin(dir, logName))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if hasIndex(disk, dir) {
		return unknownLayout("1")
	}
	if hasIndex(disk, disk.PathJoin(dir, indexName)) {
		return fmt.Errorf("%w: there is an index and no file of events", ErrDamaged)
	}
	return fmt.Errorf("%w in %s", ErrNoStore, dir)
}

func hasIndex(disk vfs.FS, dir string) bool {
	desc, err := pebble.Peek(dir, disk)
	return err == nil && desc.Exists
}

func unknownLayout(version string) error {
	return fmt.Errorf("the layout has version %q; this program knows version %q only; open the "+
		"store with the program that wrote it", version, layout)
}

// openLog opens the file and compares its header.
func openLog(disk vfs.FS, dir string, writes bool) (l *eventLog, err error) {
	path := disk.PathJoin(dir, logName)
	l = &eventLog{}
	if writes {
		l.File, err = disk.OpenReadWrite(path, vfs.WriteCategoryUnspecified)
	} else {
		l.File, err = disk.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the file of events: %w", err)
	}
	if err := l.check(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *eventLog) check() error {
	info, err := l.Stat()
	if err != nil {
		return fmt.Errorf("opening the file of events: %w", err)
	}
	l.size = uint64(info.Size())
	header := make([]byte, firstPosition)
	if _, err := l.ReadAt(header, 0); err != nil {
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: the file of events has %d bytes, fewer than its header",
				ErrDamaged, l.size)
		}
		return fmt.Errorf("reading the file of events: %w", err)
	}
	if bytes.Equal(header, new(Backup).header(nil)) {
		return nil
	}
	if version := versionOf(header); string(header[:8]) == backupMagic && isWhole(header) &&
		version != layout {
		return unknownLayout(version)
	}
	return fmt.Errorf("%w: the file of events has a wrong header", ErrDamaged)
}

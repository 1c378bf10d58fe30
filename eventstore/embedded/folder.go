package embedded

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/rs/zerolog"
)

// Errors of the operations on a folder that callers branch on.
var (
	// ErrNoStore: the folder holds no event store.
	ErrNoStore = errors.New("there is no event store")
	// ErrDamaged: what is stored is not what was written.
	ErrDamaged = errors.New("the event store is damaged")
	// ErrBadBackup: the file is no backup, is incomplete or was changed.
	ErrBadBackup = errors.New("the backup cannot be used")
	// ErrExists: what would be written is there already.
	ErrExists = errors.New("exists already")
)

// Folder is a store that is not being served. The operations on it change nothing in
// it, and refuse it while a server has it open.
type Folder struct {
	Dir string
	FS  vfs.FS // default the disk
}

func (f Folder) fs() vfs.FS {
	if f.FS == nil {
		return vfs.Default
	}
	return f.FS
}

// read opens the folder for reading alone, works and closes it.
func (f Folder) read(work func(*store) error) (err error) {
	desc, err := pebble.Peek(f.Dir, f.fs())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for an event store in %s: %w", f.Dir, err)
	}
	if err != nil || !desc.Exists {
		return fmt.Errorf("%w in %s", ErrNoStore, f.Dir)
	}
	s := &store{failed: make(chan struct{}), log: zerolog.Nop()}
	if err := s.lock(f.Dir, f.fs()); err != nil {
		return err
	}
	opts := s.options(f.fs())
	opts.ReadOnly = true
	if err := s.start(f.Dir, opts); err != nil {
		if s.failure() != nil { // nothing was being written: the folder is free again
			err = errors.Join(err, s.locked.Close())
		}
		return damage(fmt.Errorf("opening the event store in %s: %w", f.Dir, err))
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return work(s)
}

// damage marks an error of Pebble that tells of damage.
func damage(err error) error {
	if pebble.IsCorruptionError(err) && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

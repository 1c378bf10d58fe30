package embedded

import (
	"errors"
	"fmt"

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

// Folder is a store that is not being served. The operations on it refuse it while a
// server has it open. They change nothing in it; but when its last server did not end in
// order, they first do what opening does.
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
	if err := findLog(f.fs(), f.Dir); errors.Is(err, ErrNoStore) { // before a lock is made
		return err
	}
	s, err := openStore(f.Dir, f.fs(), zerolog.Nop(), false)
	if errors.Is(err, errBehind) {
		if s, err = openStore(f.Dir, f.fs(), zerolog.Nop(), true); err == nil {
			err = s.close()
		}
		if err == nil {
			s, err = openStore(f.Dir, f.fs(), zerolog.Nop(), false)
		}
	}
	if err != nil {
		return err
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

package embedded

import (
	"errors"
	"os"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// What package durable does on the disk is done here on a file system of Pebble, which
// tests halt.

// createFile makes a file under the name NAME.part, renames it and syncs the folder. fill
// writes and syncs the file. An error leaves no file behind; a crash leaves NAME.part, which
// the next attempt overwrites.
func createFile(fs vfs.FS, name string, fill func(vfs.File) error) error {
	part := name + ".part"
	f, err := createPrivate(fs, part)
	if err != nil {
		return err
	}
	if err = errors.Join(fill(f), f.Close()); err == nil {
		err = fs.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, fs.Remove(part))
	}
	return syncFolder(fs, fs.PathDir(name))
}

// createPrivate makes a file that its owner alone may read. Pebble lets everybody read what it
// makes; so on a disk the file is there before Pebble opens it.
func createPrivate(fs vfs.FS, name string) (vfs.File, error) {
	if vfs.Root(fs) != vfs.Default {
		return fs.Create(name, vfs.WriteCategoryUnspecified)
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return fs.ReuseForWrite(name, name, vfs.WriteCategoryUnspecified)
}

// makeFolder makes a folder and those above it. Each but the last is durable.
func makeFolder(fs vfs.FS, dir string) error {
	if _, err := fs.Stat(dir); err == nil {
		return nil
	}
	above := fs.PathDir(dir)
	if above == dir {
		return nil
	}
	if err := makeFolder(fs, above); err != nil {
		return err
	}
	if err := fs.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncFolder(fs, above)
}

func syncFolder(fs vfs.FS, dir string) error {
	d, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

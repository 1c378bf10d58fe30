// Package durable writes files that a crash or a loss of power leaves whole.
//
// [Replace] and [Create] first write a file with a new name in the same folder:
//
//	open (O_CREAT|O_EXCL), write, fsync, close
//
// Then the file gets its own name, and the folder is synced:
//
//	Replace: rename, fsync of the folder
//	Create:  link, unlink of the new name, fsync of the folder
//
// The promises:
//
//   - Nobody ever sees a part of a file under its own name.
//   - After nil, the file and its name survive a loss of power.
//   - After an error, the name stands for the old file or for the whole new one, and the
//     new name is gone. Only a crash leaves a file behind whose name begins with ".new-".
//   - Create never overwrites. Of two that create one name, one gets [fs.ErrExist].
//   - The umask narrows the mode of a file, as it does for [os.OpenFile].
//
// [MakeFolder] promises that each folder it makes survives a loss of power.
//
// Two packages keep their own steps, because their tests interrupt each of them: package
// tiles, which syncs many files at once, and the embedded store, which writes to a file
// system of Pebble.
package durable

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace writes a file in the place of the one that may be there.
func Replace(name string, mode fs.FileMode, write func(io.Writer) error) error {
	return place(name, mode, write, os.Rename)
}

// Create writes a file where there is none. It returns [fs.ErrExist] where there is one.
func Create(name string, mode fs.FileMode, write func(io.Writer) error) error {
	return place(name, mode, write, func(from, to string) error {
		err := link(from, to)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
			return reserve(from, to)
		}
		return err
	})
}

// link is replaced by a test.
var link = os.Link

// reserve renames a file to a name that is not taken, on a file system without links. A
// crash may leave an empty file there.
func reserve(from, to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), os.Rename(from, to)); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// Bytes returns a function that writes these bytes.
func Bytes[T string | []byte](b T) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write([]byte(b))
		return err
	}
}

// place makes a file under a new name, moves it and syncs the folder.
func place(
	name string, mode fs.FileMode, write func(io.Writer) error, move func(from, to string) error,
) error {
	dir := filepath.Dir(name)
	fresh := filepath.Join(dir, ".new-"+rand.Text())
	f, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = move(fresh, name)
	}
	// After a rename there is nothing to remove.
	if err = errors.Join(err, os.RemoveAll(fresh)); err != nil {
		return err
	}
	return SyncFolder(dir)
}

// MakeFolder makes a folder, and those above it, unless they are there.
func MakeFolder(dir string, mode fs.FileMode) error {
	err := os.Mkdir(dir, mode)
	above := filepath.Dir(dir)
	if errors.Is(err, fs.ErrNotExist) && above != dir {
		if err := MakeFolder(above, mode); err != nil {
			return err
		}
		err = os.Mkdir(dir, mode)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return SyncFolder(above)
}

// SyncFolder makes the names in a folder survive a loss of power.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

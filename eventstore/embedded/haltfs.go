package embedded

import (
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// haltFS keeps failures to write from Pebble, which answers some of them by crashing
// the process. A goroutine whose write, sync, creation or renaming of a file fails
// never returns from it: see [store.halt].
type haltFS struct {
	vfs.FS
	halt func(cause error)
}

func (fs haltFS) failed(doing, name string, err error) {
	if err != nil {
		fs.halt(fmt.Errorf("%s %s: %w", doing, fs.PathBase(name), err))
	}
}

func (fs haltFS) wrap(doing, name string, f vfs.File, err error) (vfs.File, error) {
	fs.failed(doing, name, err)
	if err != nil {
		return nil, err
	}
	return haltFile{f, fs, name}, nil
}

// Unwrap returns the file system that is watched.
func (fs haltFS) Unwrap() vfs.FS { return fs.FS }

// Create makes a file. What a marker names must be there whenever the marker is, also
// on a disk that keeps the entries of a folder in any order.
func (fs haltFS) Create(name string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if strings.HasPrefix(fs.PathBase(name), "marker.") {
		if err := syncFolder(fs, fs.PathDir(name)); err != nil {
			return nil, err
		}
	}
	f, err := fs.FS.Create(name, category)
	return fs.wrap("creating", name, f, err)
}

// ReuseForWrite makes a file out of an old one.
func (fs haltFS) ReuseForWrite(from, to string, category vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(from, to, category)
	return fs.wrap("reusing", from, f, err)
}

// OpenDir opens a folder, to sync it.
func (fs haltFS) OpenDir(name string) (vfs.File, error) {
	f, err := fs.FS.OpenDir(name)
	return fs.wrap("opening", name, f, err)
}

// Rename moves a file.
func (fs haltFS) Rename(from, to string) error {
	err := fs.FS.Rename(from, to)
	fs.failed("renaming", from, err)
	return err
}

// haltFile is a file of a haltFS.
type haltFile struct {
	vfs.File
	fs   haltFS
	name string
}

// Write appends to the file.
func (f haltFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.fs.failed("writing", f.name, err)
	return n, err
}

// WriteAt writes into the file.
func (f haltFile) WriteAt(p []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(p, at)
	f.fs.failed("writing", f.name, err)
	return n, err
}

// Sync makes the file durable.
func (f haltFile) Sync() error {
	err := f.File.Sync()
	f.fs.failed("syncing", f.name, err)
	return err
}

// SyncData makes the content of the file durable.
func (f haltFile) SyncData() error {
	err := f.File.SyncData()
	f.fs.failed("syncing", f.name, err)
	return err
}

// SyncTo makes a beginning of the file durable.
func (f haltFile) SyncTo(length int64) (bool, error) {
	full, err := f.File.SyncTo(length)
	f.fs.failed("syncing", f.name, err)
	return full, err
}

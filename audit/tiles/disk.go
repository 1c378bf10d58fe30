package tiles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"lotteryledger/audit/durable"
	"lotteryledger/domain/fault"
)

const (
	// stagingPrefix begins the name of the folder in which files are made ready. It
	// exists only between a write and the barrier after it.
	stagingPrefix = ".staging-"
	// diskParallel is how many files are made durable at the same time: a file system
	// commits many of them at once, so most of the time is waiting.
	diskParallel = 16
)

// disk puts files into a folder so that each is there with all its bytes or not at
// all, also after a loss of power: it is written and synced under another name, then
// renamed. After barrier everything put is durable. Only one goroutine may use it.
type disk struct {
	root    string
	staging string // "" when there is none
	count   int    // of staged files, for their names
	group   *errgroup.Group
	failed  context.Context // done after a failure in the group
	dirs    map[string]bool // relative folders to be synced by barrier

	// intercept stands around every operation on the file system, so that tests can
	// make it fail before or after it was done. Nil means to just do it.
	intercept func(op, name string, do func() error) error
}

func newDisk(root string) *disk {
	d := &disk{root: root}
	d.reset()
	return d
}

func (d *disk) reset() {
	d.group, d.failed = errgroup.WithContext(context.Background())
	d.group.SetLimit(diskParallel)
	d.dirs = map[string]bool{".": true}
}

// prepare makes the folder and clears away what a crash left in staging.
func (d *disk) prepare() error {
	if err := d.makeRoot(d.root); err != nil {
		return err
	}
	list, err := os.ReadDir(d.root)
	if err != nil {
		return err
	}
	for _, f := range list {
		if strings.HasPrefix(f.Name(), stagingPrefix) {
			if err := os.RemoveAll(filepath.Join(d.root, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeRoot makes a folder, and its parents, durable in theirs.
func (d *disk) makeRoot(dir string) error {
	err := os.Mkdir(dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	parent := filepath.Dir(dir)
	if errors.Is(err, fs.ErrNotExist) && parent != dir {
		if err := d.makeRoot(parent); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o755)
	}
	if err != nil {
		return err
	}
	return d.syncName(parent)
}

// put starts to write an immutable file, whose bytes must not change until barrier has
// returned. If the file is there it only makes sure that its bytes are these.
func (d *disk) put(name string, data []byte) error {
	staged, err := d.stage(name)
	if err != nil {
		return err
	}
	d.group.Go(func() error {
		present, err := d.present(name, data)
		if err != nil || present {
			return err
		}
		return d.write(staged, name, data)
	})
	return nil
}

// replace writes a file in the place of the one that may be there.
func (d *disk) replace(name string, data []byte) error {
	staged, err := d.stage(name)
	if err != nil {
		return err
	}
	d.group.Go(func() error { return d.write(staged, name, data) })
	return nil
}

// barrier waits until everything that was put is durable.
func (d *disk) barrier() error {
	if err := d.group.Wait(); err != nil {
		return err
	}
	dirs := d.dirs
	d.reset()
	for dir := range dirs {
		d.group.Go(func() error { return d.syncName(d.full(dir)) })
	}
	if err := d.group.Wait(); err != nil {
		return err
	}
	d.reset()
	return d.clear()
}

// clear removes the staging folder.
func (d *disk) clear() error {
	if d.staging == "" {
		return nil
	}
	err := os.RemoveAll(d.staging)
	d.staging = ""
	return err
}

// stage returns the full path under which a file is made ready, and notes the folders
// that will hold the file.
func (d *disk) stage(name string) (string, error) {
	if d.failed.Err() != nil {
		return "", d.group.Wait()
	}
	if d.staging == "" {
		staging, err := os.MkdirTemp(d.root, stagingPrefix)
		if err != nil {
			return "", err
		}
		d.staging = staging
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		d.dirs[dir] = true
	}
	d.count++
	return filepath.Join(d.staging, strconv.Itoa(d.count)), nil
}

// present reports whether the file is there, with these bytes and durable.
func (d *disk) present(name string, data []byte) (bool, error) {
	f, err := os.Open(d.full(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	have, err := io.ReadAll(io.LimitReader(f, int64(len(data))+1))
	if err != nil {
		return false, err
	}
	if !bytes.Equal(have, data) {
		return false, fault.Site{File: name}.New(fault.Fork, "%w", ErrFork)
	}
	return true, d.do("sync", name, f.Sync)
}

func (d *disk) write(staged, name string, data []byte) error {
	full := d.full(name)
	err := d.do("mkdir", path.Dir(name),
		func() error { return os.MkdirAll(filepath.Dir(full), 0o755) })
	if err != nil {
		return err
	}
	f, err := os.OpenFile(staged, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = d.do("write", name, func() error {
		_, err := f.Write(data)
		return err
	})
	if err == nil {
		err = d.do("sync", name, f.Sync)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return d.do("rename", name, func() error { return os.Rename(staged, full) })
}

// syncName makes the entries of a folder durable.
func (d *disk) syncName(full string) error {
	return d.do("syncdir", full, func() error { return durable.SyncFolder(full) })
}

func (d *disk) full(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

func (d *disk) do(op, name string, f func() error) error {
	if d.intercept == nil {
		return f()
	}
	return d.intercept(op, name, f)
}

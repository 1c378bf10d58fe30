package tiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Prune deletes the partial tiles and bundles that a full one has replaced in the
// tree of size but not yet in that of from, which is the size of the Prune before,
// or 0. Call it after the checkpoint of size was published. Its
// time grows with size-from.
func Prune(dir string, from, size int64) error {
	if err := errors.Join(checkSize(from), checkSize(size)); err != nil {
		return err
	}
	for level := 0; hashCount(size, level+1) > 0; level++ {
		for n := hashCount(from, level+1); n < hashCount(size, level+1); n++ {
			if err := prune(dir, Path(level, n, Width)); err != nil {
				return err
			}
			if level > 0 {
				continue
			}
			if err := prune(dir, EntriesPath(n, Width)); err != nil {
				return err
			}
		}
	}
	return nil
}

// prune deletes the partial files beside a full one, which must exist.
func prune(dir, name string) error {
	full := filepath.Join(dir, filepath.FromSlash(name))
	partials := full + ".p"
	if _, err := os.Lstat(partials); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(full); err != nil {
		return fmt.Errorf("pruning partial files of %s: %w", name, err)
	}
	if err := os.RemoveAll(partials); err != nil {
		return fmt.Errorf("pruning partial files of %s: %w", name, err)
	}
	return nil
}

package tiles

import (
	"errors"

	"lotteryledger/domain/fault"
)

// ErrFork is wrapped by the error of a Writer that found other bytes where its own
// were to go: two histories were written to one folder. Nothing was replaced.
var ErrFork = errors.New("file exists with other bytes")

// at is the place of a file, with the index of the entry at fault or of the first leaf below
// the file.
func at(path string, leaf int64) fault.Site { return fault.Site{File: path, Leaf: &leaf} }

func checkSize(size int64) error {
	if size < 0 || size > MaxSize {
		return fault.New(fault.SizeRange, "size %d is not from 0 to %d", size, int64(MaxSize))
	}
	return nil
}

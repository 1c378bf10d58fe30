package tiles

import (
	"errors"
	"fmt"
)

// Code names the kind of a fault in a ledger folder. The texts are part of the public
// format of verification reports.
type Code string

// The codes.
const (
	MissingTile     Code = "missing_tile"     // a file that the size implies is not there; wraps fs.ErrNotExist
	TileLength      Code = "tile_length"      // a tile file is not 32 bytes for each of its hashes
	TileHash        Code = "tile_hash"        // a tile does not have the hash that the tree above it demands
	TruncatedBundle Code = "truncated_bundle" // a bundle ends before its last entry does
	BundleTrailing  Code = "bundle_trailing"  // a bundle goes on after its last entry
	EntryEmpty      Code = "entry_empty"      // an entry has no bytes
	EntryHash       Code = "entry_hash"       // an entry does not have the leaf hash in its tile
	EntrySize       Code = "entry_size"       // an entry to be appended has no bytes or too many
	RootMismatch    Code = "root_mismatch"    // the files agree with each other but not with the root
	SizeRange       Code = "size_range"       // a size or an index is outside of what the call allows
	Fork            Code = "fork"             // a file is there already with other bytes
)

// ErrFork is wrapped by the error of a Writer that found other bytes where its own
// were to go: two histories were written to one folder. Nothing was replaced.
var ErrFork = errors.New("file exists with other bytes")

// NoLeaf is the Leaf of an Error that concerns no leaf in particular.
const NoLeaf = -1

// Error is a fault in a ledger folder, and its place.
type Error struct {
	Code Code
	Path string // of the file at fault, relative to the folder; may be empty
	Leaf int64  // index of the entry at fault, or of the first leaf below the file at fault, or NoLeaf
	Err  error  // what is wrong
}

func (e *Error) Error() string {
	s := string(e.Code)
	if e.Path != "" {
		s += " " + e.Path
	}
	if e.Leaf != NoLeaf {
		s += fmt.Sprintf(" leaf %d", e.Leaf)
	}
	return s + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

func fault(code Code, path string, leaf int64, format string, args ...any) error {
	return &Error{Code: code, Path: path, Leaf: leaf, Err: fmt.Errorf(format, args...)}
}

func checkSize(size int64) error {
	if size < 0 || size > MaxSize {
		return fault(SizeRange, "", NoLeaf, "size %d is not from 0 to %d", size, int64(MaxSize))
	}
	return nil
}

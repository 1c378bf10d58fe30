package tiles

import (
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// ProveInclusion returns the RFC 6962 audit path of leaf index in the tree of this size
// and root, from the leaf up. tlog.CheckRecord checks it.
func ProveInclusion(files fs.FS, size int64, root tlog.Hash, index int64) ([]tlog.Hash, error) {
	if err := checkIndex(size, index); err != nil {
		return nil, err
	}
	t, err := openTrusted(files, size, root)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(size, index, t)
	if err != nil {
		return nil, fmt.Errorf("proving inclusion of leaf %d: %w", index, err)
	}
	return proof, nil
}

// ProveConsistency returns the RFC 6962 proof that the tree of this size and root
// begins with the tree of oldSize, 1 or more. tlog.CheckTree checks it.
func ProveConsistency(files fs.FS, size int64, root tlog.Hash, oldSize int64) ([]tlog.Hash, error) {
	if err := checkSize(size); err != nil {
		return nil, err
	}
	if oldSize < 1 || oldSize > size {
		return nil, fault.New(fault.SizeRange, "old size %d is not from 1 to %d", oldSize, size)
	}
	t, err := openTrusted(files, size, root)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveTree(size, oldSize, t)
	if err != nil {
		return nil, fmt.Errorf("proving consistency with size %d: %w", oldSize, err)
	}
	return proof, nil
}

// ReadEntry returns one entry, after tracing it to the root.
func ReadEntry(files fs.FS, size int64, root tlog.Hash, index int64) ([]byte, error) {
	if err := checkIndex(size, index); err != nil {
		return nil, err
	}
	t, err := openTrusted(files, size, root)
	if err != nil {
		return nil, err
	}
	leaf, err := t.hash(0, index)
	if err != nil {
		return nil, err
	}
	n := index / Width
	width := int(min(Width, size-n*Width))
	rest, err := t.folder.bundle(nil, n, width)
	if err != nil {
		return nil, err
	}
	var entry []byte
	for range index%Width + 1 {
		entry, rest = nextEntry(rest)
	}
	if tlog.RecordHash(entry) != leaf {
		return nil, at(EntriesPath(n, width), index).New(fault.EntryHash,
			"entry does not have the leaf hash in %s", Path(0, n, width))
	}
	return entry, nil
}

func checkIndex(size, index int64) error {
	if err := checkSize(size); err != nil {
		return err
	}
	if index < 0 || index >= size {
		return fault.New(fault.SizeRange, "index %d is not below size %d", index, size)
	}
	return nil
}

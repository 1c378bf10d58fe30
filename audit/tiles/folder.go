package tiles

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// folder reads the files of a ledger and checks their form, not their hashes.
type folder struct{ files fs.FS }

// tile appends the hashes of a tile to hashes.
func (f folder) tile(hashes []tlog.Hash, level int, n int64, width int) ([]tlog.Hash, error) {
	var buf [Width*tlog.HashSize + 1]byte
	path := func(width int) string { return Path(level, n, width) }
	data, got, err := f.load(buf[:0], path, width, tlog.HashSize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, at(path(width), firstLeaf(level, n)).New(fault.MissingTile, "%w", err)
	case err != nil:
		return nil, err
	case len(data) != got*tlog.HashSize:
		return nil, at(path(got), firstLeaf(level, n)).New(fault.TileLength,
			"file does not have %d bytes", got*tlog.HashSize)
	}
	return decodeTile(hashes, data[:width*tlog.HashSize]), nil
}

// bundle returns the bytes of the first width entries of a bundle. They are in buf if
// that is large enough.
func (f folder) bundle(buf []byte, n int64, width int) ([]byte, error) {
	path := func(width int) string { return EntriesPath(n, width) }
	data, got, err := f.load(buf[:0], path, width, lengthSize+MaxEntry)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, at(path(width), firstLeaf(0, n)).New(fault.MissingTile, "%w", err)
	case err != nil:
		return nil, err
	}
	if err := checkForm(data, path(got), firstLeaf(0, n), got); err != nil {
		return nil, err
	}
	rest := data
	for range width {
		_, rest = nextEntry(rest)
	}
	return data[:len(data)-len(rest)], nil
}

// load reads a file whose hashes or entries have at most itemSize bytes each, and
// returns its width. Where the partial file is gone because it was pruned, it is the full one.
func (f folder) load(buf []byte, path func(width int) string, width, itemSize int) ([]byte, int,
	error,
) {
	data, err := f.read(buf, path(width), width*itemSize)
	if width < Width && errors.Is(err, fs.ErrNotExist) {
		full, errFull := f.read(buf, path(Width), Width*itemSize)
		if !errors.Is(errFull, fs.ErrNotExist) {
			return full, Width, errFull
		}
	}
	return data, width, err
}

// checkForm refuses a bundle file that is not exactly width entries, the first of them
// with index leaf.
func checkForm(data []byte, name string, leaf int64, width int) error {
	for range width {
		if len(data) < lengthSize {
			return at(name, leaf).New(fault.TruncatedBundle,
				"file ends in or before the length of an entry")
		}
		size := int(binary.BigEndian.Uint16(data))
		if size == 0 {
			return at(name, leaf).New(fault.EntryEmpty, "entry has no bytes")
		}
		if len(data) < lengthSize+size {
			return at(name, leaf).New(fault.TruncatedBundle,
				"file ends %d bytes before its entry", lengthSize+size-len(data))
		}
		data = data[lengthSize+size:]
		leaf++
	}
	if len(data) > 0 {
		return at(name, leaf-1).New(fault.BundleTrailing,
			"file goes on after entry %d of %d", width, width)
	}
	return nil
}

// nextEntry takes an entry from a bundle that passed checkForm.
func nextEntry(data []byte) (entry, rest []byte) {
	end := lengthSize + int(binary.BigEndian.Uint16(data))
	return data[lengthSize:end], data[end:]
}

// checkBundle compares the entries of a bundle, which passed checkForm, with the
// leaf hashes in its tile.
func checkBundle(data []byte, n int64, width int, leaves []tlog.Hash) error {
	for i := range width {
		entry, rest := nextEntry(data)
		if leafHash(data[:lengthSize+len(entry)]) != leaves[i] {
			return at(EntriesPath(n, width), firstLeaf(0, n)+int64(i)).New(fault.EntryHash,
				"entry does not have the leaf hash in %s", Path(0, n, width))
		}
		data = rest
	}
	return nil
}

// leafHash returns the hash of an entry, which its length precedes. The 0 that a leaf is hashed
// with takes the place of the byte before the entry for that time, so that nothing is copied.
func leafHash(entry []byte) tlog.Hash {
	before := &entry[lengthSize-1]
	kept := *before
	*before = 0
	hash := sha256.Sum256(entry[lengthSize-1:])
	*before = kept
	return hash
}

// read appends a file to buf, but no more than limit+1 bytes of it.
func (f folder) read(buf []byte, name string, limit int) ([]byte, error) {
	file, err := f.files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("opening file of ledger: %w", err)
	}
	defer file.Close()
	for len(buf) <= limit {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		k, err := file.Read(buf[len(buf):min(cap(buf), limit+1)])
		buf = buf[:len(buf)+k]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading file of ledger: %w", err)
		}
	}
	return buf, nil
}

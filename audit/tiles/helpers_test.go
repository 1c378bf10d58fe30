package tiles

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// smallEntry is a distinct entry of 1 to 9 bytes for each index.
func smallEntry(i int64) []byte {
	if i < 100 {
		return []byte{byte(i)}
	}
	return fmt.Appendf(nil, "entry %d", i%1000)
}

// oracle is the tree as x/mod computes it, from all stored hashes.
type oracle struct{ hashes []tlog.Hash }

func (o *oracle) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		list[i] = o.hashes[x]
	}
	return list, nil
}

func (o *oracle) add(t require.TestingT, i int64, entry []byte) {
	hashes, err := tlog.StoredHashes(i, entry, o)
	require.NoError(t, err)
	o.hashes = append(o.hashes, hashes...)
}

func (o *oracle) root(t require.TestingT, size int64) tlog.Hash {
	root, err := tlog.TreeHash(size, o)
	require.NoError(t, err)
	return root
}

// noSync leaves out what only a loss of power would show.
func noSync(op, _ string, do func() error) error {
	if op == "sync" || op == "syncdir" {
		return nil
	}
	return do()
}

// openFast is Open without the waiting for the disk.
func openFast(dir string, size int64, root tlog.Hash) (*Writer, error) {
	d := newDisk(dir)
	d.intercept = noSync
	return open(d, size, root)
}

// fill appends entries until the size, and syncs.
func fill(t require.TestingT, w *Writer, size int64) tlog.Hash {
	for w.Size() < size {
		require.NoError(t, w.Append(smallEntry(w.Size())))
	}
	got, root, err := w.Sync()
	require.NoError(t, err)
	require.Equal(t, size, got)
	return root
}

// build makes a ledger of small entries and returns its files and root.
func build(t testing.TB, sizes ...int64) (string, tlog.Hash) {
	dir := t.TempDir()
	w, err := openFast(dir, 0, EmptyRoot())
	require.NoError(t, err)
	var root tlog.Hash
	for _, size := range sizes {
		root = fill(t, w, size)
	}
	require.NoError(t, w.Close())
	return dir, root
}

// load reads a folder into memory.
func load(t require.TestingT, dir string) fstest.MapFS {
	files := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	require.NoError(t, err)
	return files
}

// contents are the files as a map that require.Equal can print.
func contents(files fstest.MapFS) map[string]string {
	m := map[string]string{}
	for name, f := range files {
		m[name] = string(f.Data)
	}
	return m
}

// with returns the files with one changed, or left out if data is nil.
func with(files fstest.MapFS, name string, data []byte) fstest.MapFS {
	changed := fstest.MapFS{}
	for n, f := range files {
		changed[n] = f
	}
	changed[name] = &fstest.MapFile{Data: data}
	if data == nil {
		delete(changed, name)
	}
	return changed
}

func isBundle(name string) bool { return strings.HasPrefix(name, "tile/entries/") }

// requireFault checks code and path, and returns the rest.
func requireFault(t testing.TB, err error, code string, path string) *fault.Error {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, "%v", err)
	require.Equal(t, path, e.Site.File, "%v", err)
	return e
}

// bundleOf encodes entries as a bundle file.
func bundleOf(entries ...[]byte) []byte {
	var data []byte
	for _, e := range entries {
		data = binary.BigEndian.AppendUint16(data, uint16(len(e)))
		data = append(data, e...)
	}
	return data
}

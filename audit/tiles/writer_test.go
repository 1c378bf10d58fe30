package tiles

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"lotteryledger/domain/fault"
)

func TestEmptyRoot(t *testing.T) {
	root := EmptyRoot()
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		hex.EncodeToString(root[:]))
}

// Roots and tiles at the sizes where levels begin and end, against x/mod.
func TestRootsAgainstOracle(t *testing.T) {
	dir := t.TempDir()
	w, err := openFast(dir, 0, EmptyRoot())
	require.NoError(t, err)
	var o oracle
	for _, size := range []int64{0, 1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, 140_000} {
		for i := w.Size(); i < size; i++ {
			o.add(t, i, smallEntry(i))
		}
		root := fill(t, w, size)
		require.Equal(t, o.root(t, size), root, "size %d", size)
		require.NoError(t, Verify(os.DirFS(dir), size, root, nil, nil), "size %d", size)
	}
	files := load(t, dir)
	for _, tile := range tlog.NewTiles(height, 0, 140_000) {
		data, err := tlog.ReadTileData(tile, &o)
		require.NoError(t, err)
		require.Equal(t, data, files[Path(tile.L, tile.N, tile.W)].Data, "%v", tile)
	}
}

func TestAppendRefusesLengths(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "a", "b"))
	require.NoError(t, err)
	for _, size := range []int{0, MaxEntry + 1} {
		var e *fault.Error
		require.ErrorAs(t, w.Append(make([]byte, size)), &e)
		require.Equal(t, fault.EntrySize, e.Code)
	}
	require.NoError(t, w.Append(bytes.Repeat([]byte{7}, MaxEntry)))
	size, root, err := w.Sync()
	require.NoError(t, err)
	require.Equal(t, int64(1), size)
	require.Equal(t, tlog.RecordHash(bytes.Repeat([]byte{7}, MaxEntry)), root)
}

func TestSyncAgainIsTheSame(t *testing.T) {
	dir, _ := build(t, 300)
	before := contents(load(t, dir))
	w, err := Create(dir)
	require.NoError(t, err)
	root := fill(t, w, 300)
	require.Equal(t, root, fill(t, w, 300))
	require.Equal(t, before, contents(load(t, dir)))
}

func TestNothingButTheLedgerIsLeft(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, stagingPrefix+"crashed"), 0o700))
	w, err := Create(dir)
	require.NoError(t, err)
	fill(t, w, 300)
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, list, 1, "the tile folder, after a sync")
	require.NoError(t, w.Append([]byte("x")))
	require.NoError(t, w.Close())
	for _, name := range []string{"a", "b"} {
		require.NoError(t, Publish(dir, []byte(name)))
	}
	list, err = os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, []string{"checkpoint", "tile"}, []string{list[0].Name(), list[1].Name()})
	raw, err := os.ReadFile(filepath.Join(dir, CheckpointFile))
	require.NoError(t, err)
	require.Equal(t, "b", string(raw))
	require.Error(t, w.Append([]byte("x")), "closed")
	_, _, err = w.Sync()
	require.ErrorIs(t, err, os.ErrClosed)
}

func TestOpenRefusesAnotherEdge(t *testing.T) {
	dir, root := build(t, 300, 600)
	_, err := Open(dir, 300, root)
	requireFault(t, err, fault.RootMismatch, CheckpointFile)
	_, err = Open(dir, 601, root)
	requireFault(t, err, fault.MissingTile, "tile/0/002.p/89")
	_, err = Open(dir, -1, root)
	requireFault(t, err, fault.SizeRange, "")

	name := filepath.Join(dir, "tile", "entries", "002.p", "88")
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	data[len(data)-1] ^= 1
	require.NoError(t, os.WriteFile(name, data, 0o644))
	_, err = Open(dir, 600, root)
	e := requireFault(t, err, fault.EntryHash, "tile/entries/002.p/88")
	require.Equal(t, int64(599), *e.Site.Leaf)
}

func TestFork(t *testing.T) {
	dir, _ := build(t, 300)
	before := contents(load(t, dir))
	for _, changed := range []int64{0, 256, 299} {
		w, err := Create(dir)
		require.NoError(t, err)
		for i := range int64(300) {
			entry := smallEntry(i)
			if i == changed {
				entry = append(entry, '!')
			}
			if err := w.Append(entry); err != nil {
				break // the rest of the check is on Sync
			}
		}
		_, _, err = w.Sync()
		require.ErrorIs(t, err, ErrFork)
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, fault.Fork, e.Code)
		require.ErrorIs(t, w.Append([]byte("x")), ErrFork, "the writer has ended")
		require.NoError(t, w.Close())
		after := contents(load(t, dir))
		for name, data := range before {
			require.Equal(t, data, after[name], name)
		}
	}
}

// A file that only begins like the one to be written, or stops short of it, is other bytes.
func TestForkByLength(t *testing.T) {
	for _, name := range []string{
		"tile/0/000", "tile/entries/000", "tile/entries/001.p/44",
		"tile/1/000.p/1",
	} {
		dir, _ := build(t, 300)
		file := filepath.Join(dir, filepath.FromSlash(name))
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, other := range [][]byte{nil, data[:len(data)-1], append(bytes.Clone(data), 0)} {
			require.NoError(t, os.WriteFile(file, other, 0o644))
			w, err := openFast(dir, 0, EmptyRoot())
			require.NoError(t, err)
			for i := range int64(300) {
				_ = w.Append(smallEntry(i)) // Sync repeats its error
			}
			_, _, err = w.Sync()
			requireFault(t, err, fault.Fork, name)
			require.NoError(t, w.Close())
		}
	}
}

// Two writers at once: equal histories are equal files, and of two that differ one
// stops at the first file in which they do.
func TestTwoWriters(t *testing.T) {
	dir, root := build(t, 300)
	a, err := openFast(dir, 300, root)
	require.NoError(t, err)
	b, err := openFast(dir, 300, root)
	require.NoError(t, err)
	require.Equal(t, fill(t, a, 600), fill(t, b, 600))
	require.NoError(t, a.Append([]byte("from a")))
	require.NoError(t, b.Append([]byte("from b")))
	_, root, err = a.Sync()
	require.NoError(t, err)
	_, _, err = b.Sync()
	require.ErrorIs(t, err, ErrFork)
	require.NoError(t, b.Close())
	require.NoError(t, Verify(os.DirFS(dir), 601, root, nil, nil))
}

// Any cutting of one history into appends, syncs, crashes and reopenings gives the same
// full files, and at each sync the root that x/mod computes.
func TestCutsDoNotMatter(t *testing.T) {
	wholeDir, wholeRoot := build(t, 600)
	whole := contents(load(t, wholeDir))
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		require.NoError(rt, err)
		var o oracle
		known := int64(0) // entries in the oracle
		size, root := int64(0), EmptyRoot()
		w, err := openFast(dir, 0, root)
		require.NoError(rt, err)
		for size < 600 {
			for range rapid.IntRange(0, 300).Draw(rt, "append") {
				if w.Size() < 600 {
					require.NoError(rt, w.Append(smallEntry(w.Size())))
				}
			}
			switch rapid.IntRange(0, 3).Draw(rt, "then") {
			case 0:
				_ = w.disk.group.Wait() // the dead write nothing
				w, err = openFast(dir, size, root)
				require.NoError(rt, err)
			default:
				size, root, err = w.Sync()
				require.NoError(rt, err)
				for ; known < size; known++ {
					o.add(rt, known, smallEntry(known))
				}
				require.Equal(rt, o.root(rt, size), root)
			}
		}
		require.Equal(rt, wholeRoot, root)
		got := contents(load(rt, dir))
		for name, data := range whole {
			require.Equal(rt, data, got[name], name)
		}
		for name := range got {
			require.True(rt, whole[name] != "" || strings.Contains(name, ".p/") ||
				strings.HasPrefix(name, stagingPrefix), name)
		}
	})
}

func TestPrune(t *testing.T) {
	dir, root := build(t, 100, 256, 300, 600)
	require.NoError(t, Prune(dir, 0, 300))
	files := load(t, dir)
	require.NotContains(t, files, "tile/0/000.p/100")
	require.NotContains(t, files, "tile/entries/000.p/100")
	require.Contains(t, files, "tile/0/001.p/44", "not covered by 300")
	require.NoError(t, Prune(dir, 300, 600))
	files = load(t, dir)
	require.NotContains(t, files, "tile/0/001.p/44")
	require.Contains(t, files, "tile/0/002.p/88")
	require.Contains(t, files, "tile/1/000.p/1", "its full tile is not there yet")
	require.NoError(t, Verify(files, 600, root, nil, nil))

	_, old := build(t, 300)
	seen := int64(0)
	require.NoError(t, Verify(files, 300, old, func(i int64, entry []byte) error {
		require.Equal(t, smallEntry(i), entry)
		seen++
		return nil
	}, nil), "an older size is read from the full files")
	require.Equal(t, int64(300), seen)

	dir, _ = build(t, 100, 256)
	require.NoError(t, os.Remove(filepath.Join(dir, "tile", "0", "000")))
	require.Error(t, Prune(dir, 0, 256), "never the last copy")
	require.Contains(t, load(t, dir), "tile/0/000.p/100")
	var e *fault.Error
	require.True(t, errors.As(Prune(dir, 0, -1), &e))
}

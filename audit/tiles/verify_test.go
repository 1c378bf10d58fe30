package tiles

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

func TestVerifyDeliversInOrder(t *testing.T) {
	dir, root := build(t, 5_000)
	next, progress := int64(0), int64(0)
	err := Verify(os.DirFS(dir), 5_000, root, func(i int64, entry []byte) error {
		require.Equal(t, next, i)
		require.Equal(t, smallEntry(i), entry)
		next++
		return nil
	}, func(done int64) {
		require.Equal(t, next, done)
		progress = done
	})
	require.NoError(t, err)
	require.Equal(t, int64(5_000), next)
	require.Equal(t, int64(5_000), progress)
}

func TestVerifyEmpty(t *testing.T) {
	require.NoError(t, Verify(fstest.MapFS{}, 0, EmptyRoot(), nil, nil))
	requireFault(t, Verify(fstest.MapFS{}, 0, tlog.Hash{}, nil, nil), fault.RootMismatch,
		CheckpointFile)
	requireFault(t, Verify(fstest.MapFS{}, -1, EmptyRoot(), nil, nil), fault.SizeRange, "")
	requireFault(t, Verify(fstest.MapFS{}, MaxSize+1, EmptyRoot(), nil, nil), fault.SizeRange, "")
	requireFault(t, Verify(fstest.MapFS{}, MaxSize, EmptyRoot(), nil, nil), fault.MissingTile,
		Path(0, MaxSize>>8, 255))
}

// Every byte of every file changed once: refused, with the file at fault named.
func TestForgeEveryByte(t *testing.T) {
	dir, root := build(t, 600)
	files := load(t, dir)
	require.Len(t, files, 7)
	step := 1
	if testing.Short() {
		step = 17
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := 0; i < len(f.Data); i += step {
				data := append([]byte(nil), f.Data...)
				data[i] ^= 1 << (i % 8)
				err := Verify(with(files, name, data), 600, root, nil, nil)
				var e *fault.Error
				require.ErrorAs(t, err, &e, "byte %d", i)
				require.Equal(t, name, e.Site.File, "byte %d: %v", i, err)
				if isBundle(name) {
					require.Contains(t, []string{
						fault.EntryHash, fault.TruncatedBundle,
						fault.BundleTrailing, fault.EntryEmpty,
					}, e.Code)
				} else {
					require.Equal(t, fault.TileHash, e.Code)
				}
				require.NotNil(t, e.Site.Leaf)
			}
		})
	}
}

func TestRemoveOrCutEveryFile(t *testing.T) {
	dir, root := build(t, 70_000)
	files := load(t, dir)
	_, small := build(t, 600)
	smallDir, _ := build(t, 600)
	for _, tree := range []struct {
		files fstest.MapFS
		size  int64
		root  tlog.Hash
		every int
	}{{load(t, smallDir), 600, small, 1}, {files, 70_000, root, 40}} {
		i := 0
		for name, f := range tree.files {
			if i++; i%tree.every != 0 {
				continue
			}
			verify := func(data []byte) error {
				return Verify(with(tree.files, name, data), tree.size, tree.root, nil, nil)
			}
			err := verify(nil)
			requireFault(t, err, fault.MissingTile, name)
			require.ErrorIs(t, err, fs.ErrNotExist)
			short, long := fault.TileLength, fault.TileLength
			if isBundle(name) {
				short, long = fault.TruncatedBundle, fault.BundleTrailing
			}
			for _, size := range []int{0, 1, len(f.Data) / 2, len(f.Data) - 1} {
				requireFault(t, verify(append([]byte{}, f.Data[:size]...)), short, name)
			}
			requireFault(t, verify(append(append([]byte{}, f.Data...), 0)), long, name)
		}
	}
}

// A file that the operator made to fit: the entry and its leaf hash. Nothing of its bundle
// is delivered.
func TestEntriesAreTracedBeforeDelivery(t *testing.T) {
	dir, root := build(t, 600)
	files := load(t, dir)
	var entries [][]byte
	leaves := decodeTile(nil, files["tile/0/001"].Data)
	for i := range int64(Width) {
		entries = append(entries, smallEntry(Width+i))
	}
	entries[3] = []byte("forged")
	leaves[3] = tlog.RecordHash(entries[3])
	forged := with(with(files, "tile/0/001", encodeTile(leaves)), "tile/entries/001",
		bundleOf(entries...))
	seen := int64(0)
	err := Verify(forged, 600, root, func(int64, []byte) error { seen++; return nil }, nil)
	requireFault(t, err, fault.TileHash, "tile/0/001")
	require.Equal(t, int64(Width), seen)

	// The same with the level above made to fit: then the edge is not that of the root.
	level1 := decodeTile(nil, files["tile/1/000.p/2"].Data)
	level1[1] = subtreeHash(leaves)
	forged = with(forged, "tile/1/000.p/2", encodeTile(level1))
	err = Verify(forged, 600, root, func(int64, []byte) error { t.Fatal("delivered"); return nil },
		nil)
	requireFault(t, err, fault.RootMismatch, CheckpointFile)
}

// changing shows one file as it is at first, and later as another.
type changing struct {
	first, later fstest.MapFS
	name         string
	opened       atomic.Int32
}

func (c *changing) Open(name string) (fs.File, error) {
	if name == c.name && c.opened.Add(1) == 1 {
		return c.first.Open(name)
	}
	return c.later.Open(name)
}

// A folder that changes after the edge was proved, in a tile and its bundle.
func TestEdgeMustNotChange(t *testing.T) {
	dir, root := build(t, 3)
	files := load(t, dir)
	entries := [][]byte{smallEntry(0), []byte("forged"), smallEntry(2)}
	leaves := []tlog.Hash{
		tlog.RecordHash(entries[0]), tlog.RecordHash(entries[1]),
		tlog.RecordHash(entries[2]),
	}
	later := with(with(files, "tile/0/000.p/3", encodeTile(leaves)), "tile/entries/000.p/3",
		bundleOf(entries...))
	err := Verify(&changing{first: files, later: later, name: "tile/0/000.p/3"}, 3, root, nil, nil)
	e := requireFault(t, err, fault.TileHash, "tile/0/000.p/3")
	require.Equal(t, int64(1), *e.Site.Leaf)
}

func TestEmptyEntryIsRefused(t *testing.T) {
	leaf := tlog.RecordHash(nil)
	files := fstest.MapFS{
		"tile/0/000.p/1":       {Data: leaf[:]},
		"tile/entries/000.p/1": {Data: []byte{0, 0}},
	}
	requireFault(t, Verify(files, 1, leaf, nil, nil), fault.EntryEmpty, "tile/entries/000.p/1")
}

func TestVerifyStopsWithCaller(t *testing.T) {
	dir, root := build(t, 20_000)
	before := runtime.NumGoroutine()
	stop := errors.New("enough")
	for _, at := range []int64{0, 300, 19_999} {
		err := Verify(os.DirFS(dir), 20_000, root, func(i int64, _ []byte) error {
			if i == at {
				return stop
			}
			return nil
		}, nil)
		require.Equal(t, stop, err)
	}
	for range 100 { // a goroutine that has ended may be counted a moment longer
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("goroutines are left")
}

// broken fails to open one file, for a reason other than that it is not there.
type broken struct {
	fs.FS
	name string
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.FS.Open(name)
}

func TestFailureToReadIsNoFault(t *testing.T) {
	dir, root := build(t, 600)
	for name := range load(t, dir) {
		err := Verify(broken{os.DirFS(dir), name}, 600, root, nil, nil)
		require.ErrorIs(t, err, fs.ErrPermission)
		var e *fault.Error
		require.False(t, errors.As(err, &e), name)
	}
}

func FuzzBundle(f *testing.F) {
	f.Add(bundleOf([]byte("a"), []byte("bc")), uint8(2))
	f.Add([]byte{0, 1}, uint8(1))
	f.Add([]byte{0, 0}, uint8(1))
	f.Add([]byte{0, 1, 9, 9}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, count uint8) {
		width := int(count) + 1
		if err := checkForm(data, "b", 0, width); err != nil {
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			return
		}
		var entries [][]byte
		for rest := data; len(rest) > 0; {
			var entry []byte
			entry, rest = nextEntry(rest)
			require.NotEmpty(t, entry)
			entries = append(entries, entry)
		}
		require.Len(t, entries, width)
		require.Equal(t, data, bundleOf(entries...))
	})
}

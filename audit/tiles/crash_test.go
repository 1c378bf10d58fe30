package tiles

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// crashSizes are the sizes at which the ledger of the crash tests is synced.
var crashSizes = []int64{3, 256, 300, 700}

// machine dies at one operation on the file system: that one is done or not,
// and none after it is.
type machine struct {
	mu       sync.Mutex
	left     int // operations before the fatal one; negative once dead
	doFatal  bool
	ops      int
	errDeath error
}

func (m *machine) intercept(op, name string, do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ops++
	m.left--
	switch {
	case m.left >= 0:
		return noSync(op, name, do)
	case m.left == -1 && m.doFatal:
		_ = noSync(op, name, do)
	}
	return m.errDeath
}

// run writes the ledger, and returns the last size and root that a Sync told.
func (m *machine) run(dir string) (size int64, root tlog.Hash, err error) {
	root = EmptyRoot()
	d := newDisk(dir)
	d.intercept = m.intercept
	w, err := open(d, 0, root)
	if err != nil {
		return 0, root, err
	}
	for _, next := range crashSizes {
		for w.Size() < next {
			if err := w.Append(smallEntry(w.Size())); err != nil {
				return size, root, err
			}
		}
		n, r, err := w.Sync()
		if err != nil {
			return size, root, err
		}
		size, root = n, r
	}
	return size, root, nil
}

func TestDieAtEveryOperation(t *testing.T) {
	wantDir, _ := build(t, crashSizes...)
	want := contents(load(t, wantDir))
	count := &machine{left: 1 << 30}
	_, _, err := count.run(t.TempDir())
	require.NoError(t, err)
	require.Greater(t, count.ops, 60)

	for fatal := range count.ops {
		for _, done := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "ledger")
			m := &machine{left: fatal, doFatal: done, errDeath: errors.New("power is off")}
			size, root, err := m.run(dir)
			require.ErrorIs(t, err, m.errDeath, "operation %d", fatal)

			if size > 0 {
				require.NoError(t, Verify(os.DirFS(dir), size, root, nil, nil),
					"operation %d: a told size is whole", fatal)
			}
			w, err := openFast(dir, size, root)
			require.NoError(t, err, "operation %d", fatal)
			for _, next := range crashSizes {
				if next > size {
					fill(t, w, next)
				}
			}
			require.NoError(t, w.Close())
			require.Equal(t, want, contents(load(t, dir)), "operation %d", fatal)
		}
	}
}

// What Sync tells is durable: each file was synced before it got its name, and each
// folder on its way after that.
func TestOrderOfSyncs(t *testing.T) {
	var mu sync.Mutex
	var log []string
	dir := t.TempDir()
	d := newDisk(dir)
	d.intercept = func(op, name string, do func() error) error {
		if err := do(); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		log = append(log, op+" "+name)
		return nil
	}
	w, err := open(d, 0, EmptyRoot())
	require.NoError(t, err)
	fill(t, w, 600)
	at := func(entry string) int {
		for i := len(log) - 1; i >= 0; i-- {
			if log[i] == entry {
				return i
			}
		}
		t.Fatalf("%q did not happen", entry)
		return 0
	}
	files := load(t, dir)
	require.Len(t, files, 7)
	for name := range files {
		require.Less(t, at("write "+name), at("sync "+name))
		require.Less(t, at("sync "+name), at("rename "+name))
		for folder := path.Dir(name); ; folder = path.Dir(folder) {
			require.Less(t, at("rename "+name), at("syncdir "+filepath.Join(dir, folder)))
			if folder == "." {
				break
			}
		}
	}

	// Files that are there already, after a crash or a copy, are made durable too.
	log = nil
	require.NoError(t, w.Close())
	d = newDisk(dir)
	d.intercept = w.disk.intercept
	w, err = open(d, 0, EmptyRoot())
	require.NoError(t, err)
	fill(t, w, 600)
	for name := range files {
		require.Less(t, at("sync "+name), at("syncdir "+filepath.Join(dir, path.Dir(name))))
	}
}

func TestPublishFailureKeepsTheOld(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Publish(dir, []byte("old")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
	require.Error(t, Publish(filepath.Join(dir, "absent"), []byte("new")))
	raw, err := os.ReadFile(filepath.Join(dir, CheckpointFile))
	require.NoError(t, err)
	require.Equal(t, "old", string(raw))
}

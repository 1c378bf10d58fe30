package projections_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/round"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// counter is a projection of a version that the test chooses. Its table is named
// after the version.
type counter struct {
	name    string
	version int
}

func (c counter) Name() string { return c.name }
func (c counter) Version() int { return c.version }

func (c counter) table() string { return c.name + "_v" + string(rune('0'+c.version)) }

func (c counter) Schema() string {
	return "CREATE TABLE " + c.table() + " (leaf INTEGER NOT NULL) STRICT"
}

func (c counter) Streams() []string { return []string{round.StreamPrefix} }

func (c counter) Begin(tx *projections.Tx) projections.Batch { return counting{c, tx} }

type counting struct {
	counter
	tx *projections.Tx
}

func (c counting) Apply(e projections.Event) error {
	if _, ok := e.Fact.(round.Event); !ok {
		return fmt.Errorf("%T is not an event of a round", e.Fact)
	}
	return c.tx.Insert(c.table(), 1, []any{e.Leaf})
}

func (counting) End() error { return nil }

func TestVersionRises(t *testing.T) {
	w := busyWorld(t)
	path := newPath(t)
	first, err := projections.Open(path, counter{"count", 1}, counter{"counts", 1})
	require.NoError(t, err)
	require.NoError(t, first.CatchUp(ctx, w.store))
	rows := texts(t, first, "SELECT leaf FROM count_v1 ORDER BY leaf")
	require.NotEmpty(t, rows)
	require.Equal(t, rows, texts(t, first, "SELECT leaf FROM counts_v1 ORDER BY leaf"))

	second, err := projections.Open(path, counter{"count", 2})
	require.NoError(t, err)
	at, err := second.Position(ctx, "count")
	require.NoError(t, err)
	require.Zero(t, at)
	require.Equal(t, []string{"count_v2", "counts_v1", "projections"},
		texts(t, second, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
	require.Equal(t, rows, texts(t, second, "SELECT leaf FROM counts_v1 ORDER BY leaf"),
		"a projection with a longer name is another one")
	require.NoError(t, second.CatchUp(ctx, w.store))
	require.Equal(t, rows, texts(t, second, "SELECT leaf FROM count_v2 ORDER BY leaf"))

	// the older program, still running, must not write any more, nor start again
	w.submit(50)
	require.ErrorContains(t, first.CatchUp(ctx, w.store), "newer program")
	require.ErrorContains(t, first.Rebuild(ctx, "count"), "newer program")
	require.NoError(t, first.Close())
	require.NoError(t, second.Close())
	_, err = projections.Open(path, counter{"count", 1})
	require.ErrorContains(t, err,
		"projection count of version 1, stored with version 2: it belongs to a newer program")
}

func TestOpenRefuses(t *testing.T) {
	exec := func(t *testing.T, path, statement string) {
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.Exec(statement)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
	refused := func(t *testing.T, path, why string) {
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = projections.Open(path, pool.Projection{})
		require.ErrorContains(t, err, why)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after, "a file that is refused is left alone")
	}
	t.Run("a newer layout", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "read.db")
		require.NoError(t, reopen(t, path).Close())
		exec(t, path, "PRAGMA user_version = 2")
		refused(t, path, "the file has layout 2, this program knows layout 1")
	})
	t.Run("another database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "read.db")
		exec(t, path, "CREATE TABLE accounts (id INTEGER)")
		refused(t, path, "a database of something else")
	})
	t.Run("no database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "read.db")
		require.NoError(t, os.WriteFile(path, make([]byte, 5000), 0o600))
		refused(t, path, "not a database")
	})
	t.Run("no folder", func(t *testing.T) {
		_, err := projections.Open(filepath.Join(t.TempDir(), "none", "read.db"), pool.Projection{})
		require.ErrorContains(t, err, "no such file or directory")
	})
	for name, p := range map[string][]projections.Projection{
		"nothing":     nil,
		"twice":       {pool.Projection{}, pool.Projection{}},
		"a bad name":  {counter{"Pool_1", 1}},
		"no name":     {counter{"", 1}},
		"no version":  {counter{"count", 0}},
		"sql in name": {counter{"a; drop", 1}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "read.db")
			_, err := projections.Open(path, p...)
			require.Error(t, err)
			require.NoFileExists(t, path)
		})
	}
}

// TestOpenAtOnce makes a new file in several processes at the same moment.
func TestOpenAtOnce(t *testing.T) {
	for range 10 {
		path := newPath(t)
		errs := make([]error, 4)
		var g sync.WaitGroup
		for i := range errs {
			g.Go(func() {
				db, err := projections.Open(path, pool.Projection{}, results.Projection{},
					timeline.Projection{})
				if err == nil {
					err = db.Close()
				}
				errs[i] = err
			})
		}
		g.Wait()
		require.NoError(t, errors.Join(errs...))
	}
}

func TestReaderCannotWrite(t *testing.T) {
	db := open(t, newPath(t))
	_, err := db.Reader().Exec("DELETE FROM projections")
	require.ErrorContains(t, err, "readonly")
	_, err = db.Position(ctx, "odds")
	require.ErrorContains(t, err, "projection odds")
}

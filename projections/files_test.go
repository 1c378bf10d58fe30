package projections_test

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

func digest(b []byte) [32]byte { return sha256.Sum256(b) }

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "read #1?.db") }

// open opens a file with all projections, until the test ends.
func open(t testing.TB, path string) *projections.DB {
	t.Helper()
	db := reopen(t, path)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func reopen(t require.TestingT, path string) *projections.DB {
	db, err := projections.Open(path, pool.Projection{}, results.Projection{},
		timeline.Projection{})
	require.NoError(t, err)
	return db
}

// dump is the content of every table, line by line in order.
func dump(t require.TestingT, db *projections.DB) string {
	var out strings.Builder
	for _, table := range texts(t, db,
		"SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
		columns := texts(t, db,
			"SELECT group_concat(format('quote(%s)', name), ' || '','' || ') FROM "+
				"pragma_table_info($1)", table)
		for _, line := range texts(t, db,
			fmt.Sprintf("SELECT %s AS line FROM %s ORDER BY line", columns[0], table)) {
			fmt.Fprintln(&out, table, line)
		}
	}
	return out.String()
}

// texts is the first column of a query.
func texts(t require.TestingT, db *projections.DB, query string, args ...any) (all []string) {
	rows, err := db.Reader().Query(query, args...)
	require.NoError(t, err)
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		all = append(all, s)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return all
}

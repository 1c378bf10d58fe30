package main

import (
	"bytes"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// TestUnknownLayout demands that no command touches a store of a later layout.
func TestUnknownLayout(t *testing.T) {
	dir := t.TempDir()
	s, err := embedded.Open(embedded.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db, err := pebble.Open(dir, &pebble.Options{FormatMajorVersion: pebble.FormatTableFormatV6})
	require.NoError(t, err)
	require.NoError(t, db.Set([]byte("v"), []byte("2"), pebble.Sync))
	require.NoError(t, db.Close())
	for _, args := range [][]string{
		{"store", "status"}, {"store", "check"}, {"store", "backup", "--to", t.TempDir() + "/backup"}, {"store", "serve", "--listen", "127.0.0.1:0"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, exitIO, run(t.Context(), append(args, "--data", dir), &stdout, &stderr), args)
		require.Contains(t, stderr.String(), `the layout has version "2"; this program knows version "1" only`)
		require.Empty(t, stdout.String())
	}
}

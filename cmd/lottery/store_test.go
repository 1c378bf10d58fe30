package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded"
)

// TestUnknownLayout demands that no command touches a store of a later layout.
func TestUnknownLayout(t *testing.T) {
	dir := t.TempDir()
	s, err := embedded.Open(embedded.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	path := filepath.Join(dir, "events")
	events, err := os.ReadFile(path)
	require.NoError(t, err)
	binary.BigEndian.PutUint32(events[8:], 3)
	binary.BigEndian.PutUint32(events[60:],
		crc32.Checksum(events[:60], crc32.MakeTable(crc32.Castagnoli)))
	require.NoError(t, os.WriteFile(path, events, 0o600))
	for _, args := range [][]string{
		{"store", "status"},
		{"store", "check"},
		{"store", "backup", "--to", t.TempDir() + "/backup"},
		{"store", "serve", "--listen", "127.0.0.1:0"},
	} {
		var stdout, stderr bytes.Buffer
		require.Equal(t, cli.Failed,
			run(t.Context(), append(args, "--data", dir), &stdout, &stderr), args)
		require.Contains(t, stderr.String(),
			`the layout has version "3"; this program knows version "2" only`)
		require.Empty(t, stdout.String())
	}
}

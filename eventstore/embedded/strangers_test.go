package embedded_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// TestStopsWithStrangers: whoever connects and says nothing, or half a word, does not keep a
// server from stopping.
func TestStopsWithStrangers(t *testing.T) {
	t.Parallel()
	server, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	for _, said := range []string{"", "PRI * HT", "\x16\x03\x01"} {
		conn, err := net.Dial("tcp", server.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() }) // closed by the server before
		_, err = conn.Write([]byte(said))
		require.NoError(t, err)
	}
	stopped := make(chan error)
	go func() { stopped <- server.Close() }()
	select {
	case err := <-stopped:
		require.NoError(t, err)
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not stop")
	}
}

// TestBackupIsPrivate: a backup holds every private event; nobody but its owner reads it.
func TestBackupIsPrivate(t *testing.T) {
	dir, to := t.TempDir(), filepath.Join(t.TempDir(), "backup")
	store, err := embedded.OpenStore(embedded.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, store.Close())
	require.NoError(t, os.WriteFile(to+".part", nil, 0o666)) // left by a crash
	folder := embedded.Folder{Dir: dir}
	for range 2 {
		_, err = folder.Backup(t.Context(), to, func(int64, int64) {})
		require.NoError(t, err)
		info, err := os.Stat(to)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		require.NoError(t, os.Remove(to))
	}
}

//go:build linux

package embedded_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// TestFullDisk fills a small file system for real. The writer stops and says why,
// reading goes on, a backup that does not fit leaves nothing, and with more room the
// store goes on where it was.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		t.Skip("no file system can be mounted here: ", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	folder := embedded.Folder{Dir: filepath.Join(dir, "store")}
	l := &ledger{streams: make(map[string][]uuid.UUID)}
	f := serve(t, embedded.Options{Dir: folder.Dir})
	for _, err := range l.write(f.ctx, f.client, 4, 50_000, func() bool { return true }) {
		require.ErrorContains(t, err, "no space left on device")
	}
	<-f.server.Failed()
	require.ErrorContains(t, f.server.Err(), "no space left on device")
	f.client = dial(t, f.server.ConnectionString())
	l.check(f)
	_, err := remote(t, f.server).Backup(t.Context(), nil, filepath.Join(dir, "backup"), quiet)
	require.ErrorContains(t, err, "no space left on device")
	left, err := filepath.Glob(filepath.Join(dir, "backup*"))
	require.NoError(t, err)
	require.Empty(t, left)
	elsewhere := filepath.Join(t.TempDir(), "backup")
	_, err = remote(t, f.server).Backup(t.Context(), nil, elsewhere, quiet)
	require.NoError(t, err, "a store that cannot be written can be backed up")
	require.ErrorIs(t, f.server.Close(), f.server.Err())

	// The folder is locked until the process ends, so the next one works on a copy.
	require.NoError(t, syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=200m"))
	again := embedded.Folder{Dir: filepath.Join(dir, "copy")}
	require.NoError(t, os.CopyFS(again.Dir, os.DirFS(folder.Dir)))
	sound(t, again)
	g := serve(t, embedded.Options{Dir: again.Dir})
	l.check(g)
	_, err = g.append("more", client.Any{}, some(1)...)
	require.NoError(t, err)
	require.NoError(t, g.server.Close())

	small := filepath.Join(dir, "small")
	require.NoError(t, syscall.Mkdir(small, 0o700))
	require.NoError(t, syscall.Mount("tmpfs", small, "tmpfs", 0, "size=1m"))
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(small, syscall.MNT_DETACH)) })
	_, err = embedded.Folder{Dir: filepath.Join(small, "store")}.Restore(t.Context(), elsewhere,
		quiet)
	require.ErrorContains(t, err, "no space left on device")
	left, err = filepath.Glob(filepath.Join(small, "*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

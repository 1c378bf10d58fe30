package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/catalog"
)

// TestKeyFiles: a key is readable by its owner alone, comes back as it was made, and is never
// replaced.
func TestKeyFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "officers", "a.key")
	public, err := MakeKey(name)
	require.NoError(t, err)
	require.True(t, public.Valid())
	key, err := ReadKey(name)
	require.NoError(t, err)
	require.Equal(t, public, catalog.PublicKeyOf(key))
	for file, mode := range map[string]os.FileMode{name: 0o600, filepath.Dir(name): 0o700} {
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm())
	}
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	_, err = MakeKey(name)
	require.Error(t, err)
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, before, after)

	for _, bad := range []string{"", "00", string(before[:62]) + "xx", string(before) + "00"} {
		require.NoError(t, os.WriteFile(name, []byte(bad), 0o600))
		_, err = ReadKey(name)
		require.Error(t, err, bad)
	}
}

package vault_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/vault"
)

// TestKeyFile: whatever moment a rotation is interrupted at, the vault opens, and the key that it
// is sealed under is in the file afterwards.
func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	name, path := filepath.Join(dir, "vault.key"), filepath.Join(dir, "vault.db")
	f := vault.KeyFile(name)
	_, err := f.Open(t.Context(), path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, f.Make())
	first, err := f.Read()
	require.NoError(t, err)
	require.NoError(t, f.Make(), "one that is there stays")
	v, err := f.Open(t.Context(), path)
	require.NoError(t, err)

	// Interrupted before the vault was sealed anew.
	next := vault.NewKey()
	require.NoError(t, os.WriteFile(name+".next", []byte(next.Reveal()), 0o600))
	require.NoError(t, v.Close())
	v, err = f.Open(t.Context(), path)
	require.NoError(t, err)
	got, err := f.Rotate(t.Context(), v)
	require.NoError(t, err)
	require.Equal(t, next, got, "no key is lost")
	require.NoFileExists(t, name+".next")

	// Interrupted after that.
	require.NoError(t, os.WriteFile(name, []byte(first.Reveal()), 0o600))
	require.NoError(t, v.Close())
	_, err = f.Open(t.Context(), path)
	require.Equal(t, fault.VaultKey, fault.CodeOf(err))
	require.NoError(t, os.WriteFile(name+".next", []byte(next.Reveal()), 0o600))
	v, err = f.Open(t.Context(), path)
	require.NoError(t, err)
	got, err = f.Read()
	require.NoError(t, err)
	require.Equal(t, next, got)
	require.NoFileExists(t, name+".next")
	require.NoError(t, v.Close())

	require.NoError(t, os.WriteFile(name, []byte("00"), 0o600))
	_, err = f.Open(t.Context(), path)
	require.Equal(t, fault.VaultKey, fault.CodeOf(err))
	require.ErrorContains(t, err, name)
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

func publicKey(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 2, "key VAR FILE")
	key, err := readKey(ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Setenv(args[0], string(catalog.PublicKeyOf(key)))
}

func signed(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "signed DIR")
	for r := range allEvents(ts.Check, ts.MkAbs(args[0])) {
		if r.Stream == eventstore.LedgerStream {
			continue
		}
		m, err := catalog.ParseMeta(r.Meta)
		ts.Check(err)
		if m.Signature.Value == "" {
			ts.Fatalf("%s revision %d is not signed", r.Stream, r.Revision)
		}
	}
}

// TestKeyFiles: a key is the officer's alone, comes back as it was made, and is never replaced.
func TestKeyFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "officers", "a.key")
	public, err := makeKey(name)
	require.NoError(t, err)
	require.True(t, public.Valid())
	key, err := readKey(name)
	require.NoError(t, err)
	require.Equal(t, public, catalog.PublicKeyOf(key))
	for file, mode := range map[string]os.FileMode{name: 0o600, filepath.Dir(name): 0o700} {
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm())
	}
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	_, err = makeKey(name)
	require.Error(t, err)
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, before, after)

	for _, bad := range []string{"", "00", string(before[:62]) + "xx", string(before) + "00"} {
		require.NoError(t, os.WriteFile(name, []byte(bad), 0o600))
		_, err = readKey(name)
		require.Error(t, err, bad)
	}
}

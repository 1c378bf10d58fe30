package main

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
)

// TestDemo runs the whole demonstration, twice, and looks for the people of its CSV
// files in everything that it stored, wrote or said.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	data := filepath.Join(dir, "data")
	said := &bytes.Buffer{}
	demo := func() string {
		var stdout bytes.Buffer
		status := run(t.Context(),
			[]string{
				"demo", "--offline", "--applications", "150", "--dir", dir, "--verifier",
				verifier(t),
			}, &stdout, said)
		require.Equal(t, cli.Succeeded, status, "%s", said)
		said.Write(stdout.Bytes())
		return stdout.String()
	}
	require.Contains(t, demo(), "Round demo-1 is over, and proven.")
	require.Contains(t, said.String(), "DEMONSTRATION beacon")
	require.Contains(t, said.String(), "a winner replaced in the published result: refused")
	require.Contains(t, demo(), "Round demo-2 is over, and proven.")

	secrets := people(t, filepath.Join(dir, "applications-demo-1.csv"),
		filepath.Join(dir, "applications-demo-2.csv"))
	require.Greater(t, len(secrets), 800)
	clean := func(where string, text []byte) {
		for _, s := range secrets {
			if bytes.Contains(text, []byte(s)) {
				t.Errorf("%s holds personal data", where)
				return
			}
		}
	}
	clean("the terminal", said.Bytes())
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), "applications-") {
			return err
		}
		clean(path, append([]byte(path), mustRead(t, path)...))
		files++
		return nil
	}))
	require.Greater(t, files, 30)

	published := 0
	for r := range allEvents(func(err error) { require.NoError(t, err) },
		filepath.Join(data, "store")) {
		// The files of the store are compressed, so its events are looked at as well.
		clean(r.Stream, slices.Concat([]byte(r.Stream), r.Meta, r.Data))
		if r.Type == (round.Published{}).EventType() {
			published++
		}
	}
	require.Equal(t, 2, published)

	// Whoever is not the office's own user reads nothing private.
	for name, mode := range map[string]fs.FileMode{
		"": 0o700, "private": 0o700, "store": 0o700, "log.jsonl": 0o600,
		"private/identity.key": 0o600, "private/ledger.key": 0o600, "private/vault.key": 0o600,
		"vault.db": 0o600,
	} {
		info, err := os.Stat(filepath.Join(data, name))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
}

// people are the names, numbers and mobiles of CSV files, whole and in parts that
// would give a person away.
func people(t *testing.T, names ...string) []string {
	var all []string
	for _, name := range names {
		r := csv.NewReader(bytes.NewReader(mustRead(t, name)))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		rows, err := r.ReadAll()
		require.NoError(t, err)
		for _, f := range rows[1:] {
			if len(f) != len(rows[0]) {
				continue // a damaged row
			}
			for _, s := range []string{
				f[csvfile.ColName], f[csvfile.ColIdentityNumber],
				f[csvfile.ColMobile],
			} {
				if s = strings.Trim(s, `"`); len(s) >= 6 {
					all = append(all, s)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func mustRead(t *testing.T, name string) []byte {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

package vault

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
)

var master = Key{0x4d, 31: 0x01}

const stored domain.Time = 1_790_000_000

func open(t testing.TB, path string, key Key) *Vault {
	t.Helper()
	v, err := Open(t.Context(), path, key)
	require.NoError(t, err)
	t.Cleanup(func() { _ = v.Close() })
	return v
}

func newVault(t testing.TB) *Vault {
	return open(t, filepath.Join(t.TempDir(), "vault.db"), master)
}

// entry is that of the nth applicant, in this version.
func entry(t require.TestingT, n, version int) Entry {
	var number identity.Number
	for _, check := range "0123456789X" {
		if p, err := identity.Parse(fmt.Sprintf("110101%04d0307%03d%c", 1900+n%100, n/100%1000,
			check)); err == nil {
			number = p
		}
	}
	r, err := personal.New(
		[]personal.Member{{
			Role: rules.Main, Name: fmt.Sprint("王小明", n), Identity: number,
			Mobile: fmt.Sprint(13_800_000_000 + 1000*n + version),
		}})
	require.NoError(t, err)
	id := applicantID{15: byte(n), 14: byte(n >> 8), 13: byte(n >> 16), 0: byte(n * 37)}
	return Entry{
		Applicant: hex.EncodeToString(id[:]),
		Salt:      personal.Salt{byte(n), byte(n >> 8), byte(version), 31: 9}, Record: r,
	}
}

func put(t testing.TB, v *Vault, entries ...Entry) {
	t.Helper()
	erased, err := v.Put(t.Context(), stored, entries...)
	require.NoError(t, err)
	require.Empty(t, erased)
}

func has(t testing.TB, v *Vault, e Entry) {
	t.Helper()
	got, err := v.Get(t.Context(), e.Applicant, e.Commitment())
	require.NoError(t, err)
	require.Equal(t, e.Salt, got.Salt)
	require.Equal(t, e.Record.Bytes(), got.Record.Bytes())
}

func refuses(t testing.TB, code string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.CodeOf(err), "%v", err)
}

func lacks(t testing.TB, v *Vault, code string, e Entry) {
	t.Helper()
	_, err := v.Get(t.Context(), e.Applicant, e.Commitment())
	refuses(t, code, err)
}

func count(t testing.TB, v *Vault, table string) int {
	t.Helper()
	var n int
	require.NoError(t, v.conn.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

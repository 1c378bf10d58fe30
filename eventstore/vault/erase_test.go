package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// onDisk reports how many of the secrets can be found in the files of the vault, by
// any run of 12 bytes of theirs.
func onDisk(t testing.TB, v *Vault, secrets [][]byte) int {
	t.Helper()
	var all []byte
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		b, err := os.ReadFile(v.path + suffix)
		if !errors.Is(err, fs.ErrNotExist) {
			require.NoError(t, err)
		}
		all = append(all, b...)
	}
	const run = 12
	places := map[[run]byte]bool{}
	for i := range len(all) - run + 1 {
		places[[run]byte(all[i:i+run])] = true
	}
	found := 0
	for _, s := range secrets {
		for i := range len(s) - run + 1 {
			if places[[run]byte(s[i:i+run])] {
				found++
				break
			}
		}
	}
	return found
}

// secretsOf are the wrapped key and sealed records of an applicant as they are stored.
func secretsOf(t testing.TB, v *Vault, applicant string) (secrets [][]byte) {
	t.Helper()
	for _, query := range []string{
		"SELECT wrapped FROM keys WHERE hex(applicant) = upper(?)",
		"SELECT sealed FROM records WHERE hex(applicant) = upper(?)",
	} {
		rows, err := v.conn.QueryContext(t.Context(), query, applicant)
		require.NoError(t, err)
		require.NoError(t, scan(rows, func() error {
			var b []byte
			err := rows.Scan(&b)
			secrets = append(secrets, bytes.Clone(b)[1:])
			return err
		}))
	}
	return secrets
}

// TestNothingOfTheErasedIsLeft: not in the file, not in its log, however the rows were moved
// between pages before; and the others are as they were.
func TestNothingOfTheErasedIsLeft(t *testing.T) {
	v := newVault(t)
	const people = 3000
	for n := 0; n < people; n += 50 { // in an order that splits pages
		var some []Entry
		for i := range 50 {
			some = append(some, entry(t, (n+i)*1009%people, 0))
		}
		put(t, v, some...)
	}
	var erased []string
	var secrets [][]byte
	for n := 5; n < people; n += 97 {
		put(t, v, entry(t, n, 1))
		e := entry(t, n, 0)
		erased = append(erased, e.Applicant)
		secrets = append(secrets, secretsOf(t, v, e.Applicant)...)
	}
	require.Len(t, secrets, 3*len(erased))
	require.Equal(t, len(secrets), onDisk(t, v, secrets), "what is looked for can be found")

	require.NoError(t, v.Erase(t.Context(), erased...))
	require.Zero(t, onDisk(t, v, secrets))
	info, err := os.Stat(v.path + "-wal")
	require.NoError(t, err)
	require.Zero(t, info.Size())
	require.NoError(t, v.Erase(t.Context(), erased...), "again")
	require.NoError(t, v.Erase(t.Context(), entry(t, 99_999, 0).Applicant), "who was never there")
	lacks(t, v, "applicant_erased", entry(t, 99_999, 0))

	v = open(t, v.path, master)
	gone := map[string]bool{}
	for _, a := range erased {
		gone[a] = true
	}
	for n := range people {
		e := entry(t, n, 0)
		if !gone[e.Applicant] {
			has(t, v, e)
			continue
		}
		lacks(t, v, "applicant_erased", e)
		back, err := v.Put(t.Context(), stored, e)
		require.NoError(t, err)
		require.Equal(t, map[string]bool{e.Applicant: true}, back)
		lacks(t, v, "applicant_erased", e)
	}
}

// TestEraseWhileOthersRead: another process that reads stands in the way of overwriting; that
// is an error, and the command can be given again.
func TestEraseWhileOthersRead(t *testing.T) {
	v := newVault(t)
	e := entry(t, 1, 0)
	put(t, v, e)
	secrets := secretsOf(t, v, e.Applicant)
	reader := open(t, v.path, master)
	require.NoError(t, reader.exec(t.Context(), "BEGIN"))
	require.Equal(t, 1, count(t, reader, "keys"))

	require.NoError(t, v.exec(t.Context(), "PRAGMA busy_timeout = 1"))
	require.ErrorContains(t, v.Erase(t.Context(), e.Applicant), "give the command again")
	lacks(t, v, "applicant_erased", e)
	require.NoError(t, reader.exec(t.Context(), "ROLLBACK"))
	require.NoError(t, v.Erase(t.Context(), e.Applicant))
	require.Zero(t, onDisk(t, v, secrets))
}

// fatesOf answers a sweep.
func fatesOf(known map[string]Fate) func(context.Context, []string) ([]Fate, error) {
	return func(_ context.Context, applicants []string) (fates []Fate, _ error) {
		for _, a := range applicants {
			fates = append(fates, known[a])
		}
		return fates, nil
	}
}

// TestSweep: what no event names is dropped once it is old enough, what the ledger knows as
// erased goes again, and everything else stays.
func TestSweep(t *testing.T) {
	v := newVault(t)
	live, replaced, refused, erased := entry(t, 1, 1), entry(t, 1, 0), entry(t, 2, 0),
		entry(t, 3, 0)
	put(t, v, live, replaced, refused, erased)
	young := entry(t, 4, 0)
	_, err := v.Put(t.Context(), stored+100, young)
	require.NoError(t, err)
	again := entry(t, 5, 0) // an old orphan that is put once more, as by an import that is repeated
	put(t, v, again)
	_, err = v.Put(t.Context(), stored+100, again)
	require.NoError(t, err)
	secrets := append(secretsOf(t, v, refused.Applicant), secretsOf(t, v, erased.Applicant)...)
	fates := map[string]Fate{
		live.Applicant:   {Commitment: live.Commitment()},
		erased.Applicant: {Erased: true},
	}

	sweep := func() Swept {
		s, err := v.Sweep(t.Context(), Sweep{Before: stored + 50, Fates: fatesOf(fates)})
		require.NoError(t, err)
		return s
	}
	require.Equal(t, Swept{Dropped: 2, Erased: 1}, sweep())
	require.Equal(t, Swept{}, sweep())
	has(t, v, live)
	has(t, v, young)
	has(t, v, again)
	lacks(t, v, "record_unknown", replaced)
	lacks(t, v, "record_unknown", refused)
	lacks(t, v, "applicant_erased", erased)
	require.Zero(t, onDisk(t, v, secrets))
}

// TestBackupBringsNobodyBack: the erased come back with an old copy of the file, and go
// again with the next sweep.
func TestBackupBringsNobodyBack(t *testing.T) {
	v := newVault(t)
	e := entry(t, 1, 0)
	put(t, v, e, entry(t, 2, 0))
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, v.exec(t.Context(), "VACUUM INTO ?", backup))
	require.NoError(t, v.Erase(t.Context(), e.Applicant))

	v = open(t, backup, master)
	has(t, v, e)
	other := entry(t, 2, 0)
	s, err := v.Sweep(t.Context(), Sweep{Before: stored + 1, Fates: fatesOf(map[string]Fate{
		e.Applicant:     {Erased: true},
		other.Applicant: {Commitment: other.Commitment()},
	})})
	require.NoError(t, err)
	require.Equal(t, Swept{Erased: 1}, s)
	lacks(t, v, "applicant_erased", e)
	has(t, v, other)
}

func TestRotate(t *testing.T) {
	v := newVault(t)
	var all []Entry
	for n := range 2100 { // several pieces
		all = append(all, entry(t, n, 0))
	}
	put(t, v, all...)
	require.NoError(t, v.Erase(t.Context(), all[3].Applicant))
	old := secretsOf(t, v, all[5].Applicant)[:1] // its data key under the old master key
	second := open(t, v.path, master)
	next := NewKey()
	require.NoError(t, v.Rotate(t.Context(), next))
	require.Zero(t, onDisk(t, v, old))
	for _, vault := range []*Vault{v, open(t, v.path, next)} {
		for n, e := range all {
			if n == 3 {
				lacks(t, vault, "applicant_erased", e)
			} else {
				has(t, vault, e)
			}
		}
	}
	_, err := Open(t.Context(), v.path, master)
	refuses(t, "vault_key", err)
	lacks(t, second, "vault_key", all[0]) // another process that had it open
	_, err = second.Put(t.Context(), stored, entry(t, 5000, 0))
	refuses(t, "vault_key", err)
	refuses(t, "vault_key", second.Rotate(t.Context(), NewKey()))
	lacks(t, v, "record_unknown", entry(t, 5000, 0))
	require.NoError(t, v.Rotate(t.Context(), next), "to the same key")
	has(t, v, all[0])
}

func TestLocked(t *testing.T) {
	v := newVault(t)
	second := open(t, v.path, master)
	failed := errors.New("disk full")
	require.ErrorIs(t, v.Locked(t.Context(), func() error { return failed }), failed)
	put(t, v, entry(t, 1, 0)) // the vault itself goes on

	rotated := make(chan error)
	require.NoError(t, v.Locked(t.Context(), func() error {
		go func() { rotated <- second.Rotate(t.Context(), NewKey()) }()
		select {
		case err := <-rotated:
			return fmt.Errorf("rotated meanwhile: %w", err)
		case <-time.After(50 * time.Millisecond):
			return nil
		}
	}))
	require.NoError(t, <-rotated)
	refuses(t, "vault_key", v.Locked(t.Context(), func() error {
		t.Error("called under an old key")
		return nil
	}))
}

package vault

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

func TestWhatIsPutIsThere(t *testing.T) {
	v := newVault(t)
	var all []Entry
	for n := range 3*chunk + 5 {
		all = append(all, entry(t, n, 0))
	}
	all = append(all, entry(t, 7, 1)) // another record of the same applicant, in the same batch
	put(t, v, all...)
	put(t, v, entry(t, 9, 1)) // and in a later one
	put(t, v, all...)         // again
	require.Equal(t, 3*chunk+5, count(t, v, "keys"))
	require.Equal(t, 3*chunk+7, count(t, v, "records"))
	put(t, v)

	require.NoError(t, v.Close())
	v = open(t, v.path, master)
	for _, e := range append(all, entry(t, 9, 1)) {
		has(t, v, e)
	}
	lacks(t, v, "record_unknown", entry(t, 5, 1))
	lacks(t, v, "record_unknown", entry(t, 5000, 0))
	mixed := entry(t, 5, 0)
	mixed.Applicant = all[6].Applicant
	lacks(t, v, "record_unknown", mixed)
	for _, id := range []string{"", "00", all[0].Applicant + "00", "no applicant at all"} {
		_, err := v.Get(t.Context(), id, domain.Digest{})
		refuses(t, "invalid_id", err)
		_, err = v.Put(t.Context(), stored, entry(t, 300, 0), Entry{Applicant: id})
		refuses(t, "invalid_id", err)
		refuses(t, "invalid_id", v.Erase(t.Context(), id))
	}
	lacks(t, v, "record_unknown", entry(t, 300, 0)) // all or none
	put(t, v, entry(t, 300, 0))                     // a refusal is no failure
}

// TestSettings: every commit waits for the disk, deleted bytes are overwritten, and
// the files are for nobody else.
func TestSettings(t *testing.T) {
	v := newVault(t)
	put(t, v, entry(t, 1, 0))
	for pragma, want := range map[string]string{
		"synchronous": "2", "secure_delete": "1",
		"journal_mode": "wal", "user_version": "1",
	} {
		var got string
		require.NoError(t, v.conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(v.path + suffix)
		require.NoError(t, err)
		require.EqualValues(t, 0o600, info.Mode().Perm(), suffix)
	}
}

func TestAnotherMasterKeyIsRefused(t *testing.T) {
	v := newVault(t)
	put(t, v, entry(t, 1, 0))
	other := master
	other[31] ^= 1
	_, err := Open(t.Context(), v.path, other)
	refuses(t, "vault_key", err)
	require.ErrorContains(t, err, master.ID())
	require.ErrorContains(t, err, other.ID())
	require.NotContains(t, err.Error(), master.Reveal())
	has(t, open(t, v.path, master), entry(t, 1, 0))
}

func TestKey(t *testing.T) {
	k := NewKey()
	back, err := ParseKey(" " + k.Reveal() + "\n")
	require.NoError(t, err)
	require.Equal(t, k, back)
	require.NotEqual(t, k, NewKey())
	for _, verb := range []string{"%v", "%s", "%x", "%#v", "%d"} {
		require.Equal(t, k.ID(), fmt.Sprintf(verb, k))
	}
	for _, bad := range []string{
		"", "00", k.Reveal()[1:], k.Reveal() + "00",
		strings.Repeat("x", 64),
	} {
		_, err := ParseKey(bad)
		refuses(t, "vault_key", err)
	}
}

func TestFilesThatAreNoVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	refused := func(want string) {
		t.Helper()
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = Open(t.Context(), path, master)
		require.ErrorContains(t, err, want)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after, "left as it was")
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600))
	refused("not a database")
	require.NoError(t, os.Remove(path))
	for pragma, want := range map[int]string{0: "something else", 2: "layout 2"} {
		db, err := sql.Open("sqlite", path)
		require.NoError(t, err)
		_, err = db.Exec(fmt.Sprintf(
			"CREATE TABLE IF NOT EXISTS other (id INTEGER); PRAGMA user_version = %d", pragma))
		require.NoError(t, err)
		require.NoError(t, db.Close())
		refused(want)
	}
	_, err := Open(t.Context(), t.TempDir(), master) // a folder
	require.Error(t, err)
	there, err := Exists(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	require.False(t, there)
}

// TestEveryAlteredByteIsFound: in the sealed record, its wrapped key, and their places.
func TestEveryAlteredByteIsFound(t *testing.T) {
	v := newVault(t)
	e, other := entry(t, 1, 0), entry(t, 2, 0)
	put(t, v, e, other, entry(t, 1, 1))
	var wrapped, sealed []byte
	require.NoError(t, v.conn.QueryRowContext(t.Context(),
		"SELECT wrapped, sealed FROM keys JOIN records USING (applicant) WHERE hex(applicant) = "+
			"upper(?) AND commitment = ?", e.Applicant, commitmentOf(e)).Scan(&wrapped, &sealed))
	change := func(table, column string, value []byte) {
		t.Helper()
		require.NoError(t, v.exec(t.Context(),
			"UPDATE "+table+" SET "+column+" = ? WHERE hex(applicant) = upper(?)", value,
			e.Applicant))
	}
	for _, c := range []struct {
		table, column string
		good          []byte
	}{{"keys", "wrapped", wrapped}, {"records", "sealed", sealed}} {
		for i := range c.good {
			bad := append([]byte{}, c.good...)
			bad[i] ^= 0x40
			change(c.table, c.column, bad)
			lacks(t, v, "record_altered", e)
			change(c.table, c.column, c.good[:i]) // torn
			lacks(t, v, "record_altered", e)
		}
		change(c.table, c.column, append(append([]byte{}, c.good...), 0))
		lacks(t, v, "record_altered", e)
		change(c.table, c.column, c.good)
		has(t, v, e)
	}
	// its row holds the other record of the applicant by now
	lacks(t, v, "record_altered", entry(t, 1, 1))
	for _, query := range []string{ // another applicant's
		"UPDATE records SET sealed = (SELECT sealed FROM records WHERE hex(applicant) = " +
			"upper(?2)) WHERE hex(applicant) = upper(?1)",
		"UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE hex(applicant) = upper(?2)) " +
			"WHERE hex(applicant) = upper(?1)",
		"DELETE FROM keys WHERE hex(applicant) = upper(?1) AND ?2 <> ''",
	} {
		require.NoError(t, v.exec(t.Context(), query, e.Applicant, other.Applicant))
		lacks(t, v, "record_altered", e)
		change("records", "sealed", sealed)
		require.NoError(t, v.exec(t.Context(),
			"INSERT INTO keys SELECT applicant, ? FROM records WHERE hex(applicant) = upper(?) "+
				"LIMIT 1 ON CONFLICT DO UPDATE SET wrapped = excluded.wrapped", wrapped,
			e.Applicant))
		has(t, v, e)
	}
}

func commitmentOf(e Entry) []byte {
	c := e.Commitment()
	return c[:]
}

// TestSeveralProcesses: several open files, as several programs have them, write and
// read at once.
func TestSeveralProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	var g errgroup.Group
	for p := range 3 {
		g.Go(func() error {
			v, err := Open(t.Context(), path, master) // one of them makes it
			if err != nil {
				return err
			}
			for n := range 15 {
				e := entry(t, 10*n, p) // all know the same applicants
				if _, err := v.Put(t.Context(), stored, e); err != nil {
					return err
				}
				if _, err := v.Get(t.Context(), e.Applicant, e.Commitment()); err != nil {
					return err
				}
			}
			return v.Close()
		})
	}
	require.NoError(t, g.Wait())
	v := open(t, path, master)
	for p := range 3 {
		for n := range 15 {
			has(t, v, entry(t, 10*n, p))
		}
	}
}

// TestLikeAMap plays random calls against a plain model.
func TestLikeAMap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		v := open(t, fmt.Sprint(path, runs), master)
		key := master
		defer func() { _ = v.Close() }()
		model, erased := map[[2]int]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 12).Draw(rt, "calls") {
			n, version := rapid.IntRange(0, 3).Draw(rt, "applicant"),
				rapid.IntRange(0, 2).Draw(rt, "version")
			e := entry(t, n, version)
			switch rapid.SampledFrom([]string{
				"put", "put", "put", "sweep", "erase", "rotate",
				"reopen",
			}).Draw(rt, "call") {
			case "put":
				gone, err := v.Put(t.Context(), stored, e)
				require.NoError(rt, err)
				require.Equal(rt, erased[n], gone[e.Applicant])
				if !erased[n] {
					model[[2]int{n, version}] = true
				}
			case "sweep": // the ledger names this record alone
				fates := fatesOf(map[string]Fate{e.Applicant: {Commitment: e.Commitment()}})
				swept, err := v.Sweep(t.Context(), Sweep{Before: stored + 1, Fates: fates})
				require.NoError(rt, err)
				before := len(model)
				for k := range model {
					if k != [2]int{n, version} {
						delete(model, k)
					}
				}
				require.Equal(rt, Swept{Dropped: before - len(model)}, swept)
			case "erase":
				require.NoError(rt, v.Erase(t.Context(), e.Applicant))
				erased[n] = true
				for version := range 3 {
					delete(model, [2]int{n, version})
				}
			case "rotate":
				key[0] = byte(rand.Int())
				require.NoError(rt, v.Rotate(t.Context(), key))
			case "reopen":
				require.NoError(rt, v.Close())
				v = open(t, v.path, key)
			}
			for n := range 4 {
				for version := range 3 {
					e := entry(t, n, version)
					got, err := v.Get(t.Context(), e.Applicant, e.Commitment())
					switch {
					case model[[2]int{n, version}]:
						require.NoError(rt, err)
						require.Equal(rt, e.Record.Bytes(), got.Record.Bytes())
					case erased[n]:
						require.Equal(rt, "applicant_erased", fault.CodeOf(err))
					default:
						require.Equal(rt, "record_unknown", fault.CodeOf(err))
					}
				}
			}
		}
	})
}

// FuzzUnseal: whatever stands in a row, it opens as what was sealed or is refused.
func FuzzUnseal(f *testing.F) {
	who := applicantID{1}
	e := entry(f, 1, 0)
	sealed := sealRecord(master, who, e, e.Commitment())
	f.Add(sealed, wrap(aead(master), who, NewKey()))
	f.Add([]byte{}, []byte{1})
	f.Add(seal(aead(master), []byte("short"), []byte(recordTag), who[:], commitmentOf(e)),
		seal(aead(master), []byte("short"), []byte(keyTag), who[:]))
	f.Add(seal(aead(master), append(e.Salt[:], `{"members":[]}`...), []byte(recordTag), who[:],
		commitmentOf(e)), sealed)
	f.Fuzz(func(t *testing.T, record, key []byte) {
		if _, r, err := unsealRecord(master, who, e.Commitment(), record); err == nil {
			require.Equal(t, e.Record.Bytes(), r.Bytes())
		} else {
			require.Equal(t, "record_altered", fault.CodeOf(err))
			require.True(t, r.IsZero())
		}
		if _, err := unwrap(aead(master), who, key); err != nil {
			require.Equal(t, "record_altered", fault.CodeOf(err))
		}
	})
}

// BenchmarkPut stores records in batches as an import does.
func BenchmarkPut(b *testing.B) {
	const batch = 2048
	v := newVault(b)
	entries := make([]Entry, batch)
	at := stored
	for b.Loop() {
		b.StopTimer()
		for i := range entries {
			entries[i] = entry(b, rand.IntN(100_000), 0)
			entries[i].Applicant = NewKey().Reveal()[:32]
		}
		at++
		b.StartTimer()
		_, err := v.Put(b.Context(), at, entries...)
		require.NoError(b, err)
	}
	b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

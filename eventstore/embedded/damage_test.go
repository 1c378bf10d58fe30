package embedded_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// TestDamagedBackups changes a backup in every way that storage and people do.
func TestDamagedBackups(t *testing.T) {
	folder, _ := variedStore(t)
	fs := folder.FS
	_, err := folder.Backup(t.Context(), "good", quiet)
	require.NoError(t, err)
	good := content(t, fs, "good")
	f := serve(t, embedded.Options{Dir: folder.Dir, FS: fs})
	f.put("z", some(1)...)
	require.NoError(t, f.server.Close())
	_, err = folder.Backup(t.Context(), "other", quiet)
	require.NoError(t, err)
	other := content(t, fs, "other")

	refused := func(name string, b []byte, words string) {
		t.Helper()
		put(t, fs, "bad", b)
		_, err := embedded.VerifyBackup(t.Context(), fs, "bad", quiet)
		require.ErrorIs(t, err, embedded.ErrBadBackup, name)
		require.ErrorContains(t, err, words, name)
		_, err = embedded.Folder{Dir: "victim", FS: fs}.Restore(t.Context(), "bad", quiet)
		require.ErrorIs(t, err, embedded.ErrBadBackup, name)
		for _, left := range []string{"victim", "victim.part"} {
			_, err = fs.Stat(left)
			require.Error(t, err, "%s: something is left", name)
		}
	}
	change := func(at int, with ...byte) []byte {
		b := append([]byte(nil), good...)
		copy(b[at:], with)
		return b
	}
	refused("empty", nil, "fewer than a header")
	refused("short", good[:63], "fewer than a header")
	refused("unfinished", change(0, make([]byte, 64)...), "never finished")
	refused("foreign", change(0, []byte("something else")...), "no backup of an event store")
	refused("truncated", good[:len(good)-1], "should have")
	refused("longer", append(change(0), 0), "should have")
	refused("another header", append(append([]byte(nil), other[:64]...), good[64:]...), "should have")
	resealed := change(64+40, good[64+40]^1)
	size := 5 + 2 + int(resealed[70]&0x7f) + int(resealed[71])<<7 + 1 // tag, length of two bytes, frame
	binary.BigEndian.PutUint32(resealed[64:], crc32.Checksum(resealed[68:64+size], crc32.MakeTable(crc32.Castagnoli)))
	refused("a record of somebody else", resealed, "SHA-256")
	for i := 0; i < 64; i++ {
		refused(fmt.Sprint("header ", i), change(i, good[i]^1), "")
	}
	for i := 64; i < len(good); i += 37 {
		refused(fmt.Sprint("byte ", i), change(i, good[i]^0x20), "position")
	}
}

// TestBackupOfAnotherLayout refuses a header that is whole but of a later version.
func TestBackupOfAnotherLayout(t *testing.T) {
	fs := vfs.NewMem()
	put(t, fs, "b", embedded.HeaderOfLayout(2))
	_, err := embedded.VerifyBackup(t.Context(), fs, "b", quiet)
	require.ErrorIs(t, err, embedded.ErrBadBackup)
	require.ErrorContains(t, err, "version 2; this program knows version 1 only")
}

// TestCheckFindsDamage changes one thing in a store after the other. Each is found,
// and the finding names the place.
func TestCheckFindsDamage(t *testing.T) {
	folder, n := variedStore(t)
	good := entries(t, folder)
	index := func(stream string, revision uint64) []byte {
		b := binary.BigEndian.AppendUint16([]byte{'s'}, uint16(len(stream)))
		return binary.BigEndian.AppendUint64(append(b, stream...), revision)
	}
	head := func(stream string) []byte { return []byte("h" + stream) }
	position := binary.BigEndian.Uint64([]byte(good[string(index("a-3", 1))]))
	record := binary.BigEndian.AppendUint64([]byte{'e'}, position)
	flipped := func(key []byte, at int) []byte {
		b := []byte(good[string(key)])
		b[at] ^= 1
		return b
	}
	for _, c := range []struct {
		name       string
		key, value []byte // nil: delete
		places     []string
	}{
		{"a record lost", record, nil, []string{fmt.Sprintf("position %d: no record begins here", position), `stream "a-3" revision 1`}},
		{"a record changed", record, flipped(record, 40), []string{fmt.Sprintf("position %d: record has a wrong checksum", position)}},
		{"a record's checksum changed", record, flipped(record, 0), []string{fmt.Sprintf("position %d: record has a wrong checksum", position)}},
		{"a record cut", record, []byte(good[string(record)])[:3], []string{fmt.Sprintf("position %d: record is too short", position)}},
		{"another record in its place", record, []byte(good[string(append([]byte{'e'}, good[string(index("a-3", 0))][:8]...))]), []string{fmt.Sprintf("position %d: the event there says that it stands at", position)}},
		{"an index entry lost", index("a-3", 1), nil, []string{`stream "a-3" revision 1: the index has no entry`, fmt.Sprintf("position %d: stream \"a-3\" revision 1 has no entry", position)}},
		{"the last index entry lost", index("a-3", 3), nil, []string{`head of stream "a-3"`, `stream "a-3" revision 3 has no entry`}},
		{"an index entry too many", index("a-3", 4), []byte(good[string(index("a-3", 3))]), []string{`head of stream "a-3"`, `stream "a-3" revision 4: at`}},
		{"an index entry of nothing", index("b", 0), make([]byte, 24), []string{`head of stream "b"`, `stream "b" revision 0: reading the event at 0`}},
		{"another id in the index", index("a-3", 1), flipped(index("a-3", 1), 20), []string{fmt.Sprintf("position %d: the index entry of stream \"a-3\" revision 1 names another place or id", position)}},
		{"another place in the index", index("a-3", 1), flipped(index("a-3", 1), 7), []string{`names another place or id`}},
		{"an index entry of a wrong length", index("a-3", 1), []byte("x"), []string{`stream "a-3" revision 1: index entry has a wrong length`}},
		{"an index key of a wrong length", []byte("s\x00\x09x"), make([]byte, 24), []string{"a key of the index has a wrong length"}},
		{"a head lost", head("a-3"), nil, []string{`head of stream "a-3": it says last revision -1`}},
		{"a head with another revision", head("a-3"), flipped(head("a-3"), 7), []string{`head of stream "a-3": it says last revision 2`}},
		{"a tombstone forgotten", head("a-6"), flipped(head("a-6"), 8), []string{`head of stream "a-6": it says last revision 2, tombstone false`}},
		{"a stream ended", head("a-3"), flipped(head("a-3"), 8), []string{`head of stream "a-3"`}},
		{"another setting", head("a-1"), flipped(head("a-1"), 24), []string{`head of stream "a-1": it differs from the metadata event at`}},
		{"a setting from nowhere", head("a-8"), flipped(head("a-8"), 16), []string{`head of stream "a-8": it has settings without a metadata event`}},
		{"a head of nothing", head("b"), []byte(good[string(head("a-3"))]), []string{`head of stream "b": it needs stream "b" revision 3`}},
		{"a head of a wrong length", head("a-3"), []byte("x"), []string{`head of stream "a-3"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, ok := good[string(c.key)]
			set := func(value []byte) {
				edit(t, folder, func(db *pebble.DB) {
					if value == nil {
						require.NoError(t, db.Delete(c.key, pebble.Sync))
					} else {
						require.NoError(t, db.Set(c.key, value, pebble.Sync))
					}
				})
			}
			set(c.value)
			got, err := folder.Check(t.Context(), 100, quiet)
			require.NoError(t, err)
			require.Len(t, got.Findings, int(got.Found))
			var all strings.Builder
			for _, f := range got.Findings {
				fmt.Fprintln(&all, f)
			}
			for _, place := range c.places {
				require.Contains(t, all.String(), place)
			}
			require.Less(t, got.Found, uint64(10), all.String())
			few, err := folder.Check(t.Context(), 1, quiet)
			require.NoError(t, err)
			require.Equal(t, got.Findings[:1], few.Findings)
			require.Equal(t, got.Found, few.Found)
			if ok {
				set([]byte(old))
			} else {
				set(nil)
			}
			require.EqualValues(t, n, sound(t, folder).Events)
		})
	}
}

// flipStep is how many bytes lie between two that are changed.
func flipStep() int {
	if testing.Short() {
		return 977
	}
	return 61
}

// flip changes one bit after the other in the files of a folder and checks it each
// time. It returns how often damage was found, by the ending or beginning of the file
// name; that events are missing and nothing was found is handed to missed.
func flip(t *testing.T, folder embedded.Folder, n int, missed func(name string, at, size int, events uint64)) map[string]int {
	names, err := folder.FS.List(folder.Dir)
	require.NoError(t, err)
	found := map[string]int{}
	for _, name := range names {
		path := folder.FS.PathJoin(folder.Dir, name)
		if name == "LOCK" {
			continue
		}
		kind, _, _ := strings.Cut(name, "-")
		if _, ending, ok := strings.Cut(name, "."); ok && kind == name {
			kind = ending
		}
		good := content(t, folder.FS, path)
		for at := 0; at < len(good); at += flipStep() {
			b := append([]byte(nil), good...)
			b[at] ^= 0x10
			put(t, folder.FS, path, b)
			got, err := folder.Check(t.Context(), 3, quiet)
			switch {
			case err != nil || got.Found > 0:
				found[kind]++
			case int(got.Events) != n:
				missed(name, at, len(good), got.Events)
			case kind == "sst":
				t.Errorf("%s at %d of %d: damage was not found", name, at, len(good))
			}
		}
		put(t, folder.FS, path, good)
	}
	sound(t, folder)
	return found
}

// TestFlippedBytes changes bits of a store that was closed: all damage of tables is
// found, and nothing is missing without a finding.
func TestFlippedBytes(t *testing.T) {
	folder, n := variedStore(t)
	found := flip(t, folder, n, func(name string, at, size int, events uint64) {
		t.Errorf("%s at %d of %d: %d events of %d", name, at, size, events, n)
	})
	require.Positive(t, found["sst"])
	require.Positive(t, found["MANIFEST"], found)
}

// TestFlippedLog changes bits of a store that was not closed, whose events stand in
// the log only. Damage is found by what was synced later, in another block of 32 KiB;
// in the last block, and in the last batch, it cannot be told from a write that the
// end of the process cut off.
func TestFlippedLog(t *testing.T) {
	const block = 32 << 10
	disk := vfs.NewCrashableMem()
	f := serve(t, embedded.Options{Dir: "store", FS: disk})
	for range 40 {
		varied := some(3)
		varied[1].Metadata = make([]byte, 1000)
		f.put("a", varied...)
	}
	n := len(f.all())
	folder := embedded.Folder{Dir: "store", FS: disk.CrashClone(vfs.CrashCloneCfg{})}
	found := flip(t, folder, n, func(name string, at, size int, events uint64) {
		if at < (size-1)/block*block && int(events) < n-3 {
			t.Errorf("%s at %d of %d: %d events of %d", name, at, size, events, n)
		}
	})
	require.Greater(t, found["log"], block/flipStep(), "of a log of two blocks and a bit")
}

// TestLostFiles removes, empties and halves each file of a store in turn. Opening it to
// write is refused, or serves every event; it never begins anew.
func TestLostFiles(t *testing.T) {
	disk := vfs.NewCrashableMem()
	folder := embedded.Folder{Dir: "store", FS: disk}
	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	n := varied(f)
	require.NoError(t, f.server.Close())
	names, err := disk.List(folder.Dir)
	require.NoError(t, err)
	refused := 0
	for _, name := range names {
		path := disk.PathJoin(folder.Dir, name)
		good := content(t, disk, path)
		for what, change := range map[string]func(*vfs.MemFS){
			"removed": func(d *vfs.MemFS) { require.NoError(t, d.Remove(path)) },
			"emptied": func(d *vfs.MemFS) { put(t, d, path, nil) },
			"halved":  func(d *vfs.MemFS) { put(t, d, path, good[:len(good)/2]) },
		} {
			broken := disk.CrashClone(vfs.CrashCloneCfg{})
			change(broken)
			s, err := embedded.Open(embedded.Options{Dir: folder.Dir, FS: broken})
			if err != nil {
				refused++
				continue
			}
			got, err := collect(dial(t, s.ConnectionString()).ReadAll(t.Context(), client.ReadAllOptions{From: client.Start{}}, 1<<20))
			require.NoError(t, err)
			require.Len(t, got, n, "%s %s", name, what)
			require.NoError(t, s.Close())
		}
	}
	require.GreaterOrEqual(t, refused, 5)
}

// TestOlderFormat opens a folder that an earlier version of this program wrote: with
// the same keys and records in an earlier form of Pebble's files.
func TestOlderFormat(t *testing.T) {
	folder, n := variedStore(t)
	old := embedded.Folder{Dir: "old", FS: folder.FS}
	db, err := pebble.Open(old.Dir, &pebble.Options{FS: old.FS, FormatMajorVersion: pebble.FormatColumnarBlocks, Logger: noLog{}})
	require.NoError(t, err)
	for key, value := range entries(t, folder) {
		require.NoError(t, db.Set([]byte(key), []byte(value), pebble.Sync))
	}
	require.NoError(t, db.Close())
	require.EqualValues(t, n, sound(t, old).Events)
	f := serve(t, embedded.Options{Dir: old.Dir, FS: old.FS})
	require.Len(t, f.all(), n)
	require.NoError(t, f.server.Close())
	require.EqualValues(t, n, sound(t, old).Events)
}

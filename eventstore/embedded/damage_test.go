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
	refused("another header", append(append([]byte(nil), other[:64]...), good[64:]...),
		"should have")
	const first = 64 + 17 // behind the header of the first group
	resealed := change(first+40, good[first+40]^1)
	// header, tag, length of two bytes, frame
	size := 5 + 1 + 2 + int(resealed[first+6]&0x7f) + int(resealed[first+7])<<7
	binary.BigEndian.PutUint32(resealed[first:],
		crc32.Checksum(resealed[first+4:first+size], crc32.MakeTable(crc32.Castagnoli)))
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
	put(t, fs, "b", embedded.HeaderOfLayout(3))
	_, err := embedded.VerifyBackup(t.Context(), fs, "b", quiet)
	require.ErrorIs(t, err, embedded.ErrBadBackup)
	require.ErrorContains(t, err, "version 3; this program knows version 2 only")
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
	const groupHeader = 17
	run := []byte(good[string(index("a-3", 0))]) // of four events, alone in their group
	position := binary.BigEndian.Uint64(run)
	flipped := func(key []byte, at int) []byte {
		b := []byte(good[string(key)])
		b[at] ^= 1
		return b
	}
	flip := func(at uint64, with byte) func([]byte) { return func(b []byte) { b[at] ^= with } }
	for _, c := range []struct {
		name       string
		change     func([]byte) // of the log
		key, value []byte       // of the index; nil: delete
		places     []string
	}{
		{
			"a record changed", flip(position+40, 1), nil, nil,
			[]string{fmt.Sprintf("position %d: record has a wrong checksum", position)},
		},
		{
			"a record's checksum changed", flip(position, 1), nil, nil,
			[]string{fmt.Sprintf("position %d: record has a wrong checksum", position)},
		},
		{
			"a record of no kind", flip(position+4, 8), nil, nil,
			[]string{fmt.Sprintf("position %d: no record of a possible length begins here",
				position), `stream "a-3" revision 0: reading the event at`},
		},
		{"a record hidden", func(b []byte) {
			copy(b[position:], []byte{0, 0, 0, 0, 1})
			binary.BigEndian.PutUint32(b[position:],
				crc32.Checksum([]byte{1}, crc32.MakeTable(crc32.Castagnoli)))
		}, nil, nil, []string{fmt.Sprintf("position %d: no record", position+5)}},
		{
			"a group's header changed", flip(position-groupHeader+7, 1), nil, nil,
			[]string{fmt.Sprintf("position %d: record has a wrong checksum",
				position-groupHeader)},
		},
		{
			"another group in its place",
			func(b []byte) { copy(b[position-groupHeader:], b[64:64+groupHeader]) }, nil, nil,
			[]string{fmt.Sprintf("position %d: no group begins here: it says that it stands at 64",
				position-groupHeader)},
		},
		{
			"an index entry lost", nil, index("a-3", 0), nil,
			[]string{
				`head of stream "a-3": it needs stream "a-3" revision 3`,
				fmt.Sprintf("position %d: stream \"a-3\" revision 0 has no entry", position),
			},
		},
		{
			"an index entry too many", nil, index("a-3", 4), run,
			[]string{`head of stream "a-3"`, `stream "a-3" revision 4: at`},
		},
		{
			"an index entry of nothing", nil, index("b", 0), append(make([]byte, 11), 1),
			[]string{`head of stream "b"`, `stream "b" revision 0: reading the event at 0`},
		},
		{
			"an index entry behind the end", nil, index("b", 0),
			[]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
			[]string{
				`head of stream "b"`,
				`stream "b" revision 0: the event store is damaged: the index names the position 72057594037927936`,
			},
		},
		{
			"an index entry without events", nil, index("b", 0), make([]byte, 12),
			[]string{`stream "b" revision 0: index entry of no events`},
		},
		{
			"an index entry of fewer events", nil, index("a-3", 0), flipped(index("a-3", 0), 11),
			[]string{
				`head of stream "a-3"`,
				fmt.Sprintf("position %d: the index entry of stream \"a-3\" revision 0 names "+
					"another place or number of events", position),
			},
		},
		{
			"another place in the index", nil, index("a-3", 0), flipped(index("a-3", 0), 7),
			[]string{`names another place or number of events`},
		},
		{
			"an index entry of a wrong length", nil, index("a-3", 0), []byte("x"),
			[]string{`stream "a-3" revision 0: index entry has a wrong length`},
		},
		{
			"an index key of a wrong length", nil, []byte("s\x00\x09x"), run,
			[]string{"a key of the index has a wrong length"},
		},
		{
			"a head lost", nil, head("a-3"), nil,
			[]string{`head of stream "a-3": it says last revision -1`},
		},
		{
			"a head with another revision", nil, head("a-3"), flipped(head("a-3"), 7),
			[]string{`head of stream "a-3": it says last revision 2`},
		},
		{
			"a tombstone forgotten", nil, head("a-6"), flipped(head("a-6"), 8),
			[]string{`head of stream "a-6": it says last revision 2, tombstone false`},
		},
		{
			"a stream ended", nil, head("a-3"), flipped(head("a-3"), 8),
			[]string{`head of stream "a-3"`},
		},
		{
			"another setting", nil, head("a-1"), flipped(head("a-1"), 24),
			[]string{`head of stream "a-1": it differs from the metadata event at`},
		},
		{
			"a setting from nowhere", nil, head("a-8"), flipped(head("a-8"), 16),
			[]string{`head of stream "a-8": it has settings without a metadata event`},
		},
		{
			"a head of nothing", nil, head("b"), []byte(good[string(head("a-3"))]),
			[]string{`head of stream "b": it needs stream "b" revision 3`},
		},
		{
			"a head of a wrong length", nil, head("a-3"), []byte("x"),
			[]string{`head of stream "a-3"`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := clone(folder)
			if c.change != nil {
				b := content(t, folder.FS, eventsOf(folder))
				c.change(b)
				put(t, folder.FS, eventsOf(folder), b)
			} else {
				edit(t, folder, func(db *pebble.DB) {
					if c.value == nil {
						require.NoError(t, db.Delete(c.key, pebble.Sync))
					} else {
						require.NoError(t, db.Set(c.key, c.value, pebble.Sync))
					}
				})
			}
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
		})
	}
	require.EqualValues(t, n, sound(t, folder).Events)
}

// flipStep is how many bytes lie between two that are changed.
func flipStep() int {
	if testing.Short() {
		return 977
	}
	return 61
}

// flip changes one bit after the other in the files of a folder and checks it each
// time. It hands on what became of it: whether damage was found, and how many events
// are left.
func flip(t *testing.T, folder embedded.Folder,
	each func(kind string, at, size int, found bool, events uint64),
) {
	for _, dir := range []string{folder.Dir, indexOf(folder)} {
		names, err := folder.FS.List(dir)
		require.NoError(t, err)
		for _, name := range names {
			path := folder.FS.PathJoin(dir, name)
			if name == "LOCK" || name == "index" {
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
				broken := clone(folder)
				put(t, broken.FS, path, b)
				got, err := broken.Check(t.Context(), 3, quiet)
				each(kind, at, len(good), err != nil || got.Found > 0, got.Events)
			}
		}
	}
	sound(t, folder)
}

// TestFlippedBytes changes bits of a store that was closed: all damage of events and of
// tables is found. What the index has lost otherwise is made again.
func TestFlippedBytes(t *testing.T) {
	folder, n := variedStore(t)
	st, err := folder.Status()
	require.NoError(t, err)
	seen := map[string]int{}
	flip(t, folder, func(kind string, at, size int, found bool, events uint64) {
		seen[kind]++
		if !found && (kind == "sst" || kind == "events" && at < int(st.Tail)) {
			t.Errorf("%s at %d of %d: damage was not found", kind, at, size)
		}
		if !found && int(events) != n {
			t.Errorf("%s at %d of %d: %d events of %d", kind, at, size, events, n)
		}
	})
	require.Positive(t, seen["sst"])
	require.Positive(t, seen["events"])
	require.Positive(t, seen["MANIFEST"])
}

// TestFlippedLog changes bits of a store that was not closed, whose index is in memory
// only. Damage is found by what was written later; in the last group it cannot be
// told from a write that the end of the process cut off.
func TestFlippedLog(t *testing.T) {
	folder := embedded.Folder{Dir: "store", FS: vfs.NewCrashableMem()}
	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	for range 40 {
		varied := some(3)
		varied[1].Metadata = make([]byte, 1000)
		f.put("a", varied...)
	}
	all := f.all()
	last := int(all[len(all)-3].Event.Position.Commit)
	cut := 0
	flip(t, clone(folder), func(kind string, at, size int, found bool, events uint64) {
		if kind == "events" && at < last-17 && !found {
			t.Errorf("%s at %d of %d: damage was not found", kind, at, size)
		}
		if !found && int(events) != len(all) {
			require.EqualValues(t, len(all)-3, events)
			cut++
		}
	})
	require.Positive(t, cut)
}

// TestLostFiles removes, empties and halves each file of a store in turn. Opening it to
// write is refused, or serves every event; it never begins anew.
func TestLostFiles(t *testing.T) {
	folder, n := variedStore(t)
	refused := 0
	for _, dir := range []string{folder.Dir, indexOf(folder)} {
		names, err := folder.FS.List(dir)
		require.NoError(t, err)
		for _, name := range names {
			path := folder.FS.PathJoin(dir, name)
			if name == "index" {
				continue
			}
			good := content(t, folder.FS, path)
			for what, change := range map[string]func(vfs.FS){
				"removed": func(d vfs.FS) { require.NoError(t, d.Remove(path)) },
				"emptied": func(d vfs.FS) { put(t, d, path, nil) },
				"halved":  func(d vfs.FS) { put(t, d, path, good[:len(good)/2]) },
			} {
				broken := clone(folder)
				if _, err := broken.FS.Stat(path); err != nil {
					continue // the lock was never synced
				}
				change(broken.FS)
				s, err := embedded.Open(embedded.Options{Dir: folder.Dir, FS: broken.FS})
				if err != nil {
					refused++
					continue
				}
				got, err := collect(dial(t, s.ConnectionString()).ReadAll(t.Context(),
					client.ReadAllOptions{From: client.Start{}}, 1<<20))
				require.NoError(t, err)
				require.Len(t, got, n, "%s %s", name, what)
				require.NoError(t, s.Close())
			}
		}
	}
	require.GreaterOrEqual(t, refused, 4)
}

// TestOlderLog puts an earlier file of events, or one whose end was lost, beside the
// index. It is not taken for one that ends there.
func TestOlderLog(t *testing.T) {
	folder := embedded.Folder{Dir: "store", FS: vfs.NewMem()}
	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	f.put("a", some(1)...)
	older := content(t, folder.FS, eventsOf(folder))
	f.put("a", some(2)...)
	last := f.all()[2].Event.Position.Commit
	require.NoError(t, f.server.Close())
	good := content(t, folder.FS, eventsOf(folder))
	require.Len(t, older, len(good), "zeros stand where the other events are")
	cut := append([]byte(nil), good...)
	clear(cut[last:])
	for _, bad := range [][]byte{older, cut, good[:last]} {
		put(t, folder.FS, eventsOf(folder), bad)
		_, err := embedded.Open(embedded.Options{Dir: folder.Dir, FS: folder.FS})
		require.ErrorIs(t, err, embedded.ErrDamaged)
	}
	put(t, folder.FS, eventsOf(folder), good)
	sound(t, folder)
}

// TestLostIndex removes the index: it is made again, the same.
func TestLostIndex(t *testing.T) {
	folder, n := variedStore(t)
	want := entries(t, folder)
	require.NoError(t, folder.FS.RemoveAll(indexOf(folder)))
	require.EqualValues(t, n, sound(t, folder).Events)
	require.Equal(t, want, entries(t, folder))
}

package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"lotteryledger/eventstore/embedded"
)

func quiet(int64, int64) {}

// varied writes something of every kind: plain streams, metadata, a deleted stream, a
// revived one, a tombstone, an append without events. It returns the number of events.
func varied(f *fixture) int {
	for i := range 20 {
		f.put(fmt.Sprint("a-", i), some(1+i%4)...)
	}
	f.setMetadata("a-1", `{"$maxCount":2,"$maxAge":3600}`)
	f.setMetadata("a-2", `[]`)
	f.put("$$a-3", some(3)...)
	f.put("empty")
	require.NoError(f, f.delete("a-4", client.Any{}))
	require.NoError(f, f.delete("a-5", client.Any{}))
	f.put("a-5", some(2)...)
	require.NoError(f, f.tombstone("a-6", client.Any{}))
	require.NoError(f, f.tombstone("never", client.NoStream{}))
	f.setMetadata("$$a-7", `{"$tb":0}`)
	f.put("a-0", some(2)...)
	return len(f.all())
}

// variedStore returns a closed folder that varied has filled.
func variedStore(t *testing.T) (embedded.Folder, int) {
	folder := embedded.Folder{Dir: "store", FS: vfs.NewCrashableMem()}
	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	n := varied(f)
	require.NoError(t, f.server.Close())
	return folder, n
}

// entries are all keys and values of the index of a closed folder.
func entries(t *testing.T, folder embedded.Folder) map[string]string {
	got := map[string]string{}
	edit(t, folder, func(db *pebble.DB) {
		it, err := db.NewIter(nil)
		require.NoError(t, err)
		for ok := it.First(); ok; ok = it.Next() {
			got[string(it.Key())] = string(it.Value())
		}
		require.NoError(t, it.Close())
	})
	return got
}

// edit changes the index of a closed folder behind the back of the store.
func edit(t *testing.T, folder embedded.Folder, change func(*pebble.DB)) {
	db, err := pebble.Open(indexOf(folder),
		&pebble.Options{
			FS: folder.FS, FormatMajorVersion: pebble.FormatTableFormatV6,
			Logger: noLog{},
		})
	require.NoError(t, err)
	change(db)
	require.NoError(t, db.Flush())
	require.NoError(t, db.Close())
}

func indexOf(folder embedded.Folder) string  { return folder.FS.PathJoin(folder.Dir, "index") }
func eventsOf(folder embedded.Folder) string { return folder.FS.PathJoin(folder.Dir, "events") }

// clone is the folder as it would be after a loss of power.
func clone(folder embedded.Folder) embedded.Folder {
	return embedded.Folder{
		Dir: folder.Dir,
		FS:  folder.FS.(*vfs.MemFS).CrashClone(vfs.CrashCloneCfg{}),
	}
}

type noLog struct{}

func (noLog) Infof(string, ...any)  {}
func (noLog) Errorf(string, ...any) {}
func (noLog) Fatalf(string, ...any) {}

// sound demands a check without findings.
func sound(t testing.TB, folder embedded.Folder) embedded.Checked {
	t.Helper()
	c, err := folder.Check(context.Background(), 10, quiet)
	require.NoError(t, err)
	require.Empty(t, c.Findings)
	require.Zero(t, c.Found)
	return c
}

func remote(t *testing.T, s *embedded.Server) embedded.Remote {
	conn, err := grpc.NewClient(s.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return embedded.Remote{Conn: conn}
}

func TestStatusAndCheckOfASoundStore(t *testing.T) {
	folder, n := variedStore(t)
	st, err := folder.Status()
	require.NoError(t, err)
	c := sound(t, folder)
	require.EqualValues(t, n, st.Events)
	require.EqualValues(t, n, c.Events)
	require.Equal(t, st.Streams, c.Streams)
	require.Equal(t, st.Tail, c.Tail)
	require.Less(t, st.Last, st.Tail)
	require.Equal(t, "2", st.Layout)
	require.Positive(t, st.DiskBytes)
	require.True(t, st.Writable)

	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	live, err := remote(t, f.server).Status(f.ctx)
	require.NoError(t, err)
	live.DiskBytes, live.Served = st.DiskBytes, false
	require.Equal(t, st, live)
	_, err = folder.Status()
	require.ErrorIs(t, err, embedded.ErrInUse)
	_, err = folder.Check(f.ctx, 1, quiet)
	require.ErrorIs(t, err, embedded.ErrInUse)

	_, err = embedded.Folder{Dir: "none", FS: folder.FS}.Check(f.ctx, 1, quiet)
	require.ErrorIs(t, err, embedded.ErrNoStore)
	_, err = folder.FS.Stat("none")
	require.Error(t, err, "asking makes no folder")
}

func TestBackupAndRestore(t *testing.T) {
	folder, n := variedStore(t)
	want := entries(t, folder)
	made, err := folder.Backup(t.Context(), "one", quiet)
	require.NoError(t, err)
	require.EqualValues(t, n, made.Events)
	_, err = folder.Backup(t.Context(), "one", quiet)
	require.ErrorIs(t, err, embedded.ErrExists)

	f := serve(t, embedded.Options{Dir: folder.Dir, FS: folder.FS})
	live, err := remote(t, f.server).Backup(t.Context(), folder.FS, "two", quiet)
	require.NoError(t, err)
	require.Equal(t, made, live)
	require.NoError(t, f.server.Close())
	require.Equal(t, content(t, folder.FS, "one"), content(t, folder.FS, "two"))

	seen, err := embedded.VerifyBackup(t.Context(), folder.FS, "one", quiet)
	require.NoError(t, err)
	require.Equal(t, made, seen)

	again := embedded.Folder{Dir: "again", FS: folder.FS}
	// as an interrupted restore leaves it
	require.NoError(t, folder.FS.MkdirAll("again.part", 0o700))
	require.NoError(t, folder.FS.MkdirAll("again", 0o700))
	got, err := again.Restore(t.Context(), "one", quiet)
	require.NoError(t, err)
	require.Equal(t, made, got)
	require.EqualValues(t, n, sound(t, again).Events)
	require.Equal(t, want, entries(t, again), "the restored store differs")
	_, err = again.Restore(t.Context(), "one", quiet)
	require.ErrorIs(t, err, embedded.ErrExists)

	g := serve(t, embedded.Options{Dir: again.Dir, FS: again.FS})
	g.put("a-0", some(1)...)
	require.Len(t, g.all(), n+1)
}

// TestBackupWhileWriting takes backups of a store that is being written to: each holds
// everything that was acknowledged before it began, and batches whole.
func TestBackupWhileWriting(t *testing.T) {
	disk := vfs.NewMem()
	f := serve(t, embedded.Options{Dir: "store", FS: disk})
	l := &ledger{streams: make(map[string][]uuid.UUID)}
	var stopped atomic.Bool
	written := make(chan []error)
	go func() {
		written <- l.write(f.ctx, f.client, 4, 500, func() bool { return !stopped.Load() })
	}()
	from := remote(t, f.server)
	last := uint64(0)
	for n := range 10 {
		before := l.copy()
		name := fmt.Sprint("backup-", n)
		b, err := from.Backup(t.Context(), disk, name, quiet)
		require.NoError(t, err)
		require.GreaterOrEqual(t, b.Tail, last)
		last = b.Tail
		restored := embedded.Folder{Dir: fmt.Sprint("store-", n), FS: disk}
		_, err = restored.Restore(t.Context(), name, quiet)
		require.NoError(t, err)
		sound(t, restored)
		before.check(serve(t, embedded.Options{Dir: restored.Dir, FS: disk}))
	}
	stopped.Store(true)
	for _, err := range <-written {
		require.NoError(t, err)
	}
}

func (l *ledger) copy() *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &ledger{streams: make(map[string][]uuid.UUID)}
	for s, e := range l.streams {
		c.streams[s] = append([]uuid.UUID(nil), e...)
	}
	return c
}

func content(t testing.TB, fs vfs.FS, name string) []byte {
	f, err := fs.Open(name)
	require.NoError(t, err)
	defer f.Close()
	b, err := io.ReadAll(f)
	require.NoError(t, err)
	return b
}

func put(t testing.TB, fs vfs.FS, name string, b []byte) {
	f, err := fs.Create(name, vfs.WriteCategoryUnspecified)
	require.NoError(t, err)
	_, err = f.Write(bytes.Clone(b)) // the file system may spoil what it was given
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NoError(t, f.Close())
}

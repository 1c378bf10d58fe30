package storeaccess

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

func newFolder(t *testing.T) Folder {
	data := t.TempDir()
	return Folder{Data: data, Dir: filepath.Join(data, "store")}
}

func open(t *testing.T, f Folder) Opened {
	t.Helper()
	o, err := f.Open(t.Context(), zerolog.Nop(), esdb.Options{})
	require.NoError(t, err)
	return o
}

func serve(t *testing.T, f Folder) *Served {
	t.Helper()
	s, err := f.Serve(embedded.Options{Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	return s
}

func event() eventstore.Proposed {
	return eventstore.Proposed{
		ID: uuid.New(), Type: "thing.happened.v1", Meta: []byte("{}"), Data: []byte("{}"),
	}
}

// TestOpen: the same events are seen in the process, as a client, and in the process again.
func TestOpen(t *testing.T) {
	f := newFolder(t)
	for i := range 4 {
		var server *Served
		if i%2 == 1 {
			server = serve(t, f)
		}
		o := open(t, f)
		_, local := o.Store.(*embedded.Store)
		require.Equal(t, server == nil, local)
		_, err := o.Append(t.Context(), "a", eventstore.Expected(i-1), event())
		require.NoError(t, err)
		r, ok, err := eventstore.Last(t.Context(), o, "a")
		require.NoError(t, err)
		require.True(t, ok)
		require.EqualValues(t, i, r.Revision)
		require.NoError(t, o.Close())
		if server != nil {
			require.NoError(t, server.Close())
		}
		require.NoFileExists(t, filepath.Join(f.Data, fileName))
	}
}

// TestOpenWaits: a command that comes while another one works waits a moment for it.
func TestOpenWaits(t *testing.T) {
	f := newFolder(t)
	first := open(t, f)
	go func() {
		time.Sleep(200 * time.Millisecond)
		_ = first.Close() // an error shows as a second one that cannot be opened
	}()
	require.NoError(t, open(t, f).Close())
}

// TestOpenFails: whatever else is wrong is told at once.
func TestOpenFails(t *testing.T) {
	f := newFolder(t)
	require.NoError(t, os.WriteFile(f.Dir, nil, 0o600))
	began := time.Now()
	_, err := f.Open(t.Context(), zerolog.Nop(), esdb.Options{})
	require.ErrorContains(t, err, "opening the embedded store")
	require.NotErrorIs(t, err, embedded.ErrInUse)
	require.Less(t, time.Since(began), patience)
}

// TestPair: a certificate is used again as long as it is good for the address.
func TestPair(t *testing.T) {
	f := newFolder(t)
	shown := func(listen string) string {
		s, err := f.Serve(embedded.Options{Listen: listen})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		require.NoError(t, open(t, f).Close(), "a client accepts it")
		return s.Own().Certificate
	}
	first := shown("127.0.0.1:0")
	require.Equal(t, first, shown("127.0.0.1:0"))
	require.Equal(t, first, shown("localhost:0"))
	other := shown("127.0.0.2:0")
	require.NotEqual(t, first, other)
	require.Equal(t, other, shown("127.0.0.1:0"))

	key := filepath.Join(f.Data, "serve.key")
	before, err := os.ReadFile(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(key, []byte("damaged"), 0o600))
	require.NotEqual(t, other, shown("127.0.0.1:0"))
	after, err := os.ReadFile(key)
	require.NoError(t, err)
	require.False(t, bytes.Equal(before, after))
	for _, name := range []string{"serve.key", "serve.crt"} {
		info, err := os.Stat(filepath.Join(f.Data, name))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}
}

// TestServeRefuses: options that cannot work leave nothing behind.
func TestServeRefuses(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense"} {
		f := newFolder(t)
		_, err := f.Serve(embedded.Options{Listen: listen})
		var wrong *embedded.OptionsError
		require.ErrorAs(t, err, &wrong, listen)
		names, err := os.ReadDir(f.Data)
		require.NoError(t, err)
		require.Empty(t, names)
	}
}

// TestServeTwice: a second server changes nothing about the first.
func TestServeTwice(t *testing.T) {
	f := newFolder(t)
	s := serve(t, f)
	_, err := f.Serve(embedded.Options{Listen: "127.0.0.1:0"})
	require.ErrorIs(t, err, embedded.ErrInUse)
	require.NoError(t, open(t, f).Close())
	require.NoError(t, s.Close())
}

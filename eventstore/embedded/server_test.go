package embedded_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

func TestOpenRefusesForeignAddresses(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "nonsense"} {
		_, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem(), Listen: listen})
		require.Error(t, err, listen)
	}
	_, err := embedded.Open(embedded.Options{FS: vfs.NewMem()})
	require.ErrorContains(t, err, "no folder")
}

func TestOpenRefusesSecondServer(t *testing.T) {
	dir := t.TempDir()
	first, err := embedded.Open(embedded.Options{Dir: dir})
	require.NoError(t, err)
	_, err = embedded.Open(embedded.Options{Dir: dir})
	require.ErrorContains(t, err, "in use")
	require.NoError(t, first.Close())
	second, err := embedded.Open(embedded.Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, second.Close())
}

func TestOpenRefusesUnknownLayout(t *testing.T) {
	later := vfs.NewMem()
	require.NoError(t, later.MkdirAll("store", 0o700))
	put(t, later, "store/events", embedded.HeaderOfLayout(3))
	_, err := embedded.Open(embedded.Options{Dir: "store", FS: later})
	require.ErrorContains(t, err, `the layout has version "3"; this program knows version "2" only`)

	earlier := vfs.NewMem() // which had everything in the tables
	db, err := pebble.Open("store", &pebble.Options{FS: earlier, Logger: noLog{}})
	require.NoError(t, err)
	require.NoError(t, db.Set([]byte("v"), []byte("1"), pebble.Sync))
	require.NoError(t, db.Close())
	_, err = embedded.Open(embedded.Options{Dir: "store", FS: earlier})
	require.ErrorContains(t, err, `the layout has version "1"; this program knows version "2" only`)
	_, err = embedded.Folder{Dir: "store", FS: earlier}.Check(t.Context(), 1, quiet)
	require.ErrorContains(t, err, `the layout has version "1"; this program knows version "2" only`)
}

// TestDamagedRecord flips each byte of a stored record in turn: the event is never
// returned.
func TestDamagedRecord(t *testing.T) {
	fs := vfs.NewMem()
	folder := embedded.Folder{Dir: "store", FS: fs}
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", some(1)...)
	f.put("b", some(1)...)
	position, end := f.all()[0].Event.Position.Commit, f.all()[1].Event.Position.Commit-17
	require.NoError(t, f.server.Close())

	good := content(t, fs, eventsOf(folder))
	for at := position; at < end; at += 7 {
		broken := append([]byte(nil), good...)
		broken[at] ^= 1
		put(t, fs, eventsOf(folder), broken)
		s, err := embedded.Open(embedded.Options{Dir: "store", FS: fs})
		require.NoError(t, err)
		c := dial(t, s.ConnectionString())
		what := fmt.Sprintf("reading the event at %d: ", position)
		_, err = collect(c.ReadAll(t.Context(), client.ReadAllOptions{From: client.Start{}}, 10))
		require.ErrorContains(t, err, what)
		_, err = collect(c.ReadStream(t.Context(), "a",
			client.ReadStreamOptions{From: client.Start{}}, 10))
		require.ErrorContains(t, err, what)
		require.NoError(t, s.Close())
	}
}

func TestGossip(t *testing.T) {
	f := newFixture(t)
	host := strings.TrimSuffix(strings.TrimPrefix(f.server.ConnectionString(), "esdb://"),
		"?tls=false")
	for _, connection := range []string{
		"esdb+discover://" + host + "?tls=false",
		"esdb://" + host + "," + host + "?tls=false&nodePreference=follower",
	} {
		c := dial(t, connection)
		_, err := c.AppendToStream(f.ctx, "a",
			client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, some(1)...)
		require.NoError(t, err)
	}
}

// TestCloseUnderLoad closes the server while clients write, follow and read: what was
// acknowledged is there afterwards.
func TestCloseUnderLoad(t *testing.T) {
	fs := vfs.NewMem()
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	var wg sync.WaitGroup
	var mu sync.Mutex
	acknowledged := 0
	for range 8 {
		c := dial(t, f.server.ConnectionString())
		wg.Go(func() {
			for {
				ctx, cancel := context.WithTimeout(f.ctx, 5*time.Second)
				_, err := c.AppendToStream(ctx, "a",
					client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, some(1)...)
				cancel()
				if err != nil {
					return
				}
				mu.Lock()
				acknowledged++
				mu.Unlock()
			}
		})
	}
	s, err := f.client.SubscribeToAll(f.ctx, client.SubscribeToAllOptions{From: client.Start{}})
	require.NoError(t, err)
	wg.Go(func() {
		for s.Recv().SubscriptionDropped == nil {
		}
	})
	time.Sleep(200 * time.Millisecond)
	require.NoError(t, f.server.Close())
	require.NoError(t, f.server.Close(), "closing twice is harmless")
	wg.Wait()
	require.Positive(t, acknowledged)
	f = serve(t, embedded.Options{Dir: "store", FS: fs})
	require.GreaterOrEqual(t, len(f.read("a")), acknowledged)
}

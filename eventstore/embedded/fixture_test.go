package embedded_test

import (
	"context"
	"math"
	"os"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/storetest"
)

// fixture is a server in memory with the official client.
type fixture struct {
	*testing.T
	server *embedded.Server
	client *client.Client
	ctx    context.Context
}

func newFixture(t *testing.T) *fixture {
	return serve(t, embedded.Options{Dir: "store", FS: vfs.NewMem()})
}

func serve(t *testing.T, o embedded.Options) *fixture {
	if os.Getenv("STORE") != "" {
		t.Skip("STORE names a server, and this test needs one of its own")
	}
	s, err := embedded.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		if s.Err() == nil {
			require.NoError(t, s.Close())
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return &fixture{t, s, dial(t, s.ConnectionString()), ctx}
}

func dial(t *testing.T, connection string) *client.Client {
	config, err := client.ParseConnectionString(connection)
	require.NoError(t, err)
	config.Logger = client.NoopLogging()
	c, err := client.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func (f *fixture) append(stream string, expected client.ExpectedRevision,
	events ...client.EventData,
) (*client.WriteResult, error) {
	return f.client.AppendToStream(f.ctx, stream,
		client.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

func (f *fixture) put(stream string, events ...client.EventData) *client.WriteResult {
	f.Helper()
	w, err := f.append(stream, client.Any{}, events...)
	require.NoError(f, err)
	return w
}

func (f *fixture) setMetadata(stream, json string) {
	f.Helper()
	f.put("$$"+stream, client.EventData{
		EventID: uuid.New(), EventType: "$metadata",
		ContentType: client.ContentTypeJson, Data: []byte(json),
	})
}

func (f *fixture) delete(stream string, expected client.ExpectedRevision) error {
	_, err := f.client.DeleteStream(f.ctx, stream,
		client.DeleteStreamOptions{ExpectedRevision: expected})
	return err
}

func (f *fixture) tombstone(stream string, expected client.ExpectedRevision) error {
	_, err := f.client.TombstoneStream(f.ctx, stream,
		client.TombstoneStreamOptions{ExpectedRevision: expected})
	return err
}

func (f *fixture) readWith(stream string, o client.ReadStreamOptions,
	count uint64,
) ([]*client.ResolvedEvent, error) {
	return collect(f.client.ReadStream(f.ctx, stream, o, count))
}

func (f *fixture) read(stream string) []*client.ResolvedEvent {
	f.Helper()
	got, err := f.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, math.MaxUint64)
	require.NoError(f, err)
	return got
}

func (f *fixture) allWith(o client.ReadAllOptions, count uint64) ([]*client.ResolvedEvent, error) {
	return collect(f.client.ReadAll(f.ctx, o, count))
}

func (f *fixture) all() []*client.ResolvedEvent {
	f.Helper()
	got, err := f.allWith(client.ReadAllOptions{From: client.Start{}}, math.MaxUint64)
	require.NoError(f, err)
	return got
}

// Events and reads are those of package storetest.
var (
	some    = storetest.Happened
	collect = storetest.Collect
	ids     = storetest.IDs
	idsOf   = storetest.IDsOf
)

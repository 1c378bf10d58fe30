package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"lotteryledger/eventstore/embedded"
)

// fixture is a server in memory with the official client, and the bare protocol for
// what the client cannot say.
type fixture struct {
	*testing.T
	server *embedded.Server
	client *client.Client
	raw    streams.StreamsClient
	ctx    context.Context
}

func newFixture(t *testing.T) *fixture {
	return serve(t, embedded.Options{Dir: "store", FS: vfs.NewMem()})
}

func serve(t *testing.T, o embedded.Options) *fixture {
	s, err := embedded.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() {
		if s.Err() == nil {
			require.NoError(t, s.Close())
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	conn, err := grpc.NewClient(s.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return &fixture{t, s, dial(t, s.ConnectionString()), streams.NewStreamsClient(conn), ctx}
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

// some makes n events that differ from all others.
func some(n int) []client.EventData {
	events := make([]client.EventData, n)
	for i := range events {
		events[i] = client.EventData{
			EventID: uuid.New(), EventType: "happened", ContentType: client.ContentTypeJson,
			Data: fmt.Appendf(nil, `{"n":%d}`, i), Metadata: []byte(`{}`),
		}
	}
	return events
}

func typed(eventType string) client.EventData {
	e := some(1)[0]
	e.EventType = eventType
	return e
}

func (f *fixture) append(stream string, expected client.ExpectedRevision, events ...client.EventData) (*client.WriteResult, error) {
	return f.client.AppendToStream(f.ctx, stream, client.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

func (f *fixture) put(stream string, events ...client.EventData) *client.WriteResult {
	f.Helper()
	w, err := f.append(stream, client.Any{}, events...)
	require.NoError(f, err)
	return w
}

func (f *fixture) setMetadata(stream, json string) {
	f.Helper()
	f.put("$$"+stream, client.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: client.ContentTypeJson, Data: []byte(json)})
}

func (f *fixture) delete(stream string, expected client.ExpectedRevision) error {
	_, err := f.client.DeleteStream(f.ctx, stream, client.DeleteStreamOptions{ExpectedRevision: expected})
	return err
}

func (f *fixture) tombstone(stream string, expected client.ExpectedRevision) error {
	_, err := f.client.TombstoneStream(f.ctx, stream, client.TombstoneStreamOptions{ExpectedRevision: expected})
	return err
}

// collect receives a read to its end.
func collect(r *client.ReadStream, err error) ([]*client.ResolvedEvent, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var got []*client.ResolvedEvent
	for {
		e, err := r.Recv()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got = append(got, e)
	}
}

func (f *fixture) readWith(stream string, o client.ReadStreamOptions, count uint64) ([]*client.ResolvedEvent, error) {
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

func revisions(events []*client.ResolvedEvent) []int {
	got := []int{}
	for _, e := range events {
		got = append(got, int(e.OriginalEvent().EventNumber))
	}
	return got
}

func ids(events []*client.ResolvedEvent) []uuid.UUID {
	var got []uuid.UUID
	for _, e := range events {
		got = append(got, e.OriginalEvent().EventID)
	}
	return got
}

func idsOf(events []client.EventData) []uuid.UUID {
	var got []uuid.UUID
	for _, e := range events {
		got = append(got, e.EventID)
	}
	return got
}

// code returns the client's code of an error, which may be wrapped.
func code(t testing.TB, err error) client.ErrorCode {
	var e *client.Error
	require.ErrorAs(t, err, &e)
	return e.Code()
}

func identifier(stream string) *shared.StreamIdentifier {
	return &shared.StreamIdentifier{StreamName: []byte(stream)}
}

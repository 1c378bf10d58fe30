package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
)

// Kind says whose behaviour is expected of a server.
type Kind int

// The kinds of servers.
const (
	// EventStoreDB is a node or cluster of EventStoreDB or KurrentDB, 23.10 or later.
	EventStoreDB Kind = iota
	// Embedded is package embedded. It keeps promises that the others do not make.
	Embedded
)

// fact is one row of a table: what a client can see a server do.
type fact struct {
	name  string
	check func(*peer)
	// For facts that do not hold of every server.
	embedded bool // of package embedded only
	// of that version of EventStoreDB and later, and of package embedded
	since client.ServerVersion
}

// Server checks every row of the tables of server behaviour on the server that a
// connection string names: with the official client, and with the bare protocol where
// the client cannot say what is to be asked. In a cluster the string names all nodes.
func Server(t *testing.T, connection string, kind Kind) {
	config, err := client.ParseConnectionString(connection)
	require.NoError(t, err)
	config.Logger = client.NoopLogging()
	c, err := client.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	version, err := c.GetServerVersion()
	require.NoError(t, err)
	bare := dialLeader(t, config)
	for _, table := range []struct {
		name  string
		facts []fact
	}{
		{"Errors", errorFacts},
		{"Revisions", revisionFacts},
		{"Repetition", repetitionFacts},
		{"Appends", appendFacts},
		{"Malformed", malformedFacts},
		{"Delete", deleteFacts},
		{"Metadata", metadataFacts},
		{"Reads", readFacts},
		{"Links", linkFacts},
		{"Positions", positionFacts},
		{"Subscriptions", subscriptionFacts},
		{"Checkpoints", checkpointFacts},
		{"Services", serviceFacts},
	} {
		t.Run(table.name, func(t *testing.T) {
			for _, f := range table.facts {
				t.Run(f.name, func(t *testing.T) {
					switch {
					case kind == Embedded:
					case f.embedded:
						t.Skip("holds of package embedded only")
					case olderThan(*version, f.since):
						t.Skipf("holds since version %d.%d.%d", f.since.Major, f.since.Minor,
							f.since.Patch)
					}
					ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
					defer cancel()
					f.check(&peer{
						T: t, client: c, bare: bare, ctx: ctx,
						prefix: "t" + uuid.NewString()[:13], names: new(int),
					})
				})
			}
		})
	}
}

func olderThan(v, w client.ServerVersion) bool {
	switch {
	case v.Major != w.Major:
		return v.Major < w.Major
	case v.Minor != w.Minor:
		return v.Minor < w.Minor
	}
	return v.Patch < w.Patch
}

// peer is a client of the server under test, with the names that this test may use.
type peer struct {
	*testing.T
	client *client.Client
	bare   *grpc.ClientConn
	ctx    context.Context
	prefix string
	names  *int
	begin  client.Position // of the first event of this test, once there is one
}

// run makes a test of a part of a fact.
func (p *peer) run(name string, check func(*peer)) {
	p.Helper()
	p.T.Run(name, func(t *testing.T) {
		part := *p
		part.T = t
		check(&part)
	})
}

// stream returns the name of a stream that does not exist.
func (p *peer) stream() string {
	*p.names++
	return fmt.Sprintf("%s-%d", p.prefix, *p.names)
}

func (p *peer) streams() streams.StreamsClient { return streams.NewStreamsClient(p.bare) }

// Happened makes n events that differ from all others.
func Happened(n int) []client.EventData {
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
	e := Happened(1)[0]
	e.EventType = eventType
	return e
}

func (p *peer) append(stream string, expected client.ExpectedRevision,
	events ...client.EventData,
) (*client.WriteResult, error) {
	return p.client.AppendToStream(p.ctx, stream,
		client.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

// put appends at the end, whatever that is.
func (p *peer) put(stream string, events ...client.EventData) *client.WriteResult {
	p.Helper()
	w, err := p.append(stream, client.Any{}, events...)
	require.NoError(p, err)
	return w
}

// writing begins to append to streams of these many writers, prefix-w0 and so on, each its
// own, one batch after the other. What it returns waits for the end.
func (p *peer) writing(writers, batches, size int) (wait func()) {
	errs := make(chan error, writers)
	for w := range writers {
		name := fmt.Sprintf("%s-w%d", p.prefix, w)
		go func() {
			for range batches {
				if _, err := p.append(name, client.Any{}, Happened(size)...); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	return func() {
		p.Helper()
		for range writers {
			require.NoError(p, <-errs)
		}
	}
}

func (p *peer) setMetadata(stream, json string) {
	p.Helper()
	p.put("$$"+stream, client.EventData{
		EventID: uuid.New(), EventType: "$metadata",
		ContentType: client.ContentTypeJson, Data: []byte(json),
	})
}

func (p *peer) delete(stream string, expected client.ExpectedRevision) error {
	_, err := p.client.DeleteStream(p.ctx, stream,
		client.DeleteStreamOptions{ExpectedRevision: expected})
	return err
}

func (p *peer) tombstone(stream string, expected client.ExpectedRevision) error {
	_, err := p.client.TombstoneStream(p.ctx, stream,
		client.TombstoneStreamOptions{ExpectedRevision: expected})
	return err
}

// refused requires that an error has this code of the client; it may be wrapped.
func (p *peer) refused(want client.ErrorCode, err error) {
	p.Helper()
	var e *client.Error
	require.ErrorAs(p, err, &e)
	require.Equal(p, want, e.Code(), "%v", err)
}

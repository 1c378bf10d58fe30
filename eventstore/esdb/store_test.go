package esdb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/esdb"
)

func TestOpenRefusesStrings(t *testing.T) {
	for _, connection := range []string{
		"", "localhost:2113", "kurrentdb://localhost:2113", "http://localhost", "esdb:/localhost",
		"esdb://",
		"esdb://localhost:x", "esdb://localhost/path", "esdb://:secret@localhost",
		"esdb://a:secret@local host", "esdb://a:secret@h:1,:2?tls=maybe", "esdb://u:secret%zz@h",
	} {
		_, err := esdb.Open(t.Context(), connection, esdb.Options{})
		require.Error(t, err, connection)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestOpenAwayServer(t *testing.T) {
	_, err := esdb.Open(t.Context(), "esdb://127.0.0.1:1?tls=false",
		esdb.Options{Wait: 100 * time.Millisecond})
	require.EqualError(t, err, "connecting to the event store: the event store at 127.0.0.1:1 "+
		"gave no answer for 100ms: nobody listens there; start the server, or correct host "+
		"and port")
}

func TestOpenSeveralHosts(t *testing.T) {
	h := newHost(t)
	for _, connection := range []string{
		"esdb+discover://" + h.listen + "?tls=false",
		"esdb://" + h.listen + "," + h.listen + "?tls=false",
		"esdb://127.0.0.1:1," + h.listen + "?tls=false",
	} {
		s := open(t, connection)
		_, err := s.Append(t.Context(), connection, eventstore.NoStream, some(1)...)
		require.NoError(t, err)
	}
}

// TestDeletedStreams: what others deleted is answered with the errors of the contract.
func TestDeletedStreams(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	config, err := client.ParseConnectionString(h.server.ConnectionString())
	require.NoError(t, err)
	config.Logger = client.NoopLogging()
	official, err := client.NewClient(config)
	require.NoError(t, err)
	defer func() { require.NoError(t, official.Close()) }()
	for _, stream := range []string{"soft", "dead"} {
		_, err := s.Append(t.Context(), stream, eventstore.NoStream, some(2)...)
		require.NoError(t, err)
	}
	_, err = official.DeleteStream(t.Context(), "soft",
		client.DeleteStreamOptions{ExpectedRevision: client.Any{}})
	require.NoError(t, err)
	_, err = official.TombstoneStream(t.Context(), "dead",
		client.TombstoneStreamOptions{ExpectedRevision: client.Any{}})
	require.NoError(t, err)

	for _, err := range s.Read(t.Context(), "soft", eventstore.Range{}) {
		require.ErrorIs(t, err, eventstore.ErrNotFound)
	}
	for _, err := range s.Read(t.Context(), "dead", eventstore.Range{}) {
		require.ErrorContains(t, err, "deleted for ever")
	}
	_, err = s.Append(t.Context(), "dead", 1, some(1)...)
	require.ErrorContains(t, err, "deleted for ever")

	n := 0
	for r, err := range s.ReadAll(t.Context(), eventstore.Start, "") {
		require.NoError(t, err)
		require.False(t, strings.HasPrefix(r.Stream, "$"))
		n++
	}
	require.Equal(t, 5, n, "four events and a tombstone; no metadata")
}

// TestInvalidPosition: a position of another store ends a read and a subscription; it
// does not go on from somewhere.
func TestInvalidPosition(t *testing.T) {
	h := newHost(t)
	s := open(t, h.server.ConnectionString())
	_, err := s.Append(t.Context(), "a", eventstore.NoStream, some(2)...)
	require.NoError(t, err)
	foreign := eventstore.Position{Commit: 12345, Prepare: 12345}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, seq := range []func(func(eventstore.Recorded, error) bool){
		s.ReadAll(ctx, foreign, "a"),
		s.Subscribe(ctx, foreign, "a"),
	} {
		n := 0
		for _, err := range seq {
			require.ErrorContains(t, err, "invalid position")
			n++
		}
		require.Equal(t, 1, n)
	}
}

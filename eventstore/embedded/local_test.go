package embedded_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
)

func openLocal(t *testing.T, fs vfs.FS) *embedded.Store {
	s, err := embedded.OpenStore(embedded.Options{Dir: "store", FS: fs})
	require.NoError(t, err)
	return s
}

func proposed(n int) []eventstore.Proposed {
	events := make([]eventstore.Proposed, n)
	for i := range events {
		events[i] = eventstore.Proposed{
			ID: uuid.New(), Type: "thing.happened.v1", Meta: []byte(`{"n":1}`), Data: []byte(`{}`),
		}
	}
	return events
}

func everything(t *testing.T, s eventstore.Store) (all []eventstore.Recorded) {
	for r, err := range s.ReadAll(t.Context(), eventstore.Start, "") {
		require.NoError(t, err)
		all = append(all, r)
	}
	return all
}

// TestStoreIsReopened: what was acknowledged is there the next time, with its positions and
// times.
func TestStoreIsReopened(t *testing.T) {
	fs := vfs.NewMem()
	s := openLocal(t, fs)
	for i := range 3 {
		_, err := s.Append(t.Context(), "a", eventstore.Expected(i-1), proposed(1)...)
		require.NoError(t, err)
	}
	want := everything(t, s)
	require.Len(t, want, 3)
	_, err := embedded.OpenStore(embedded.Options{Dir: "store", FS: fs})
	require.ErrorIs(t, err, embedded.ErrInUse)
	require.NoError(t, s.Close())
	s = openLocal(t, fs)
	require.Equal(t, want, everything(t, s))
	require.NoError(t, s.Close())
}

// TestClosedStore: a closed store refuses every call, and closing it again does nothing.
func TestClosedStore(t *testing.T) {
	s := openLocal(t, vfs.NewMem())
	following := make(chan error, 1)
	go func() {
		for _, err := range s.Subscribe(context.Background(), eventstore.Start, "a") {
			following <- err
		}
	}()
	_, err := s.Append(t.Context(), "a", eventstore.NoStream, proposed(1)...)
	require.NoError(t, err)
	require.NoError(t, <-following, "the event")
	require.NoError(t, s.Close())
	require.ErrorContains(t, <-following, "stopping")
	require.NoError(t, s.Close())

	_, err = s.Append(t.Context(), "a", 0, proposed(1)...)
	require.ErrorContains(t, err, "closed")
	n := 0
	for _, read := range []func(func(eventstore.Recorded, error) bool){
		s.Read(t.Context(), "a", eventstore.Range{}),
		s.ReadAll(t.Context(), eventstore.Start, "a"),
		s.Subscribe(t.Context(), eventstore.Start, "a"),
	} {
		for _, err := range read {
			require.ErrorContains(t, err, "closed")
			n++
		}
	}
	for _, err := range s.Streams(t.Context(), "a") {
		require.ErrorContains(t, err, "closed")
		n++
	}
	require.Equal(t, 4, n)
}

// TestCloseWaitsForReaders: a reader that is under way gets all that it asked for.
func TestCloseWaitsForReaders(t *testing.T) {
	s := openLocal(t, vfs.NewMem())
	_, err := s.Append(t.Context(), "a", eventstore.NoStream, proposed(1000)...)
	require.NoError(t, err)
	reading, closed := make(chan struct{}), make(chan error, 1)
	go func() {
		<-reading
		closed <- s.Close()
	}()
	n := 0
	for _, err := range s.Read(t.Context(), "a", eventstore.Range{}) {
		require.NoError(t, err)
		if n++; n == 1 {
			close(reading)
			time.Sleep(10 * time.Millisecond)
		}
	}
	require.Equal(t, 1000, n)
	require.NoError(t, <-closed)
}

// TestServerIsAStore: what others do over the network is what the process sees.
func TestServerIsAStore(t *testing.T) {
	f := newFixture(t)
	for _, stream := range []string{"soft", "dead"} {
		_, ok, err := eventstore.Last(t.Context(), f.server, stream)
		require.NoError(t, err)
		require.False(t, ok)
		_, err = f.server.Append(t.Context(), stream, eventstore.NoStream, proposed(2)...)
		require.NoError(t, err)
		r, ok, err := eventstore.Last(t.Context(), f.server, stream)
		require.NoError(t, err)
		require.True(t, ok)
		require.EqualValues(t, 1, r.Revision)
	}
	all := f.all()
	for i, r := range everything(t, f.server) {
		e := all[i].Event
		require.Equal(t, []any{
			e.StreamID, e.EventNumber, e.EventID, e.EventType, e.UserMetadata,
			e.Data, e.CreatedDate,
		},
			[]any{r.Stream, r.Revision, r.ID, r.Type, r.Meta, r.Data, r.Stored})
	}
	_, err := f.client.DeleteStream(t.Context(), "soft",
		client.DeleteStreamOptions{ExpectedRevision: client.Any{}})
	require.NoError(t, err)
	_, err = f.client.TombstoneStream(t.Context(), "dead",
		client.TombstoneStreamOptions{ExpectedRevision: client.Any{}})
	require.NoError(t, err)

	for _, err := range f.server.Read(t.Context(), "soft", eventstore.Range{}) {
		require.ErrorIs(t, err, eventstore.ErrNotFound)
	}
	for _, err := range f.server.Read(t.Context(), "dead", eventstore.Range{}) {
		require.ErrorContains(t, err, "stream is deleted")
	}
	_, err = f.server.Append(t.Context(), "dead", 1, proposed(1)...)
	require.ErrorContains(t, err, "stream is deleted")
	require.NotErrorIs(t, err, eventstore.ErrConflict)
	require.Len(t, everything(t, f.server), 5, "four events and a tombstone; no metadata")
	_, err = f.server.Append(t.Context(), "soft", eventstore.NoStream, proposed(1)...)
	require.NoError(t, err)
}

// TestHotStreams: what is read again and again is what was written last, however many streams
// are read in between.
func TestHotStreams(t *testing.T) {
	s := openLocal(t, vfs.NewMem())
	defer func() { require.NoError(t, s.Close()) }()
	for i := range 300 {
		_, err := s.Append(t.Context(), "hot", eventstore.Expected(i-1), proposed(1)...)
		require.NoError(t, err)
		for range 2 {
			r, ok, err := eventstore.Last(t.Context(), s, "hot")
			require.NoError(t, err)
			require.True(t, ok)
			require.EqualValues(t, i, r.Revision)
			for _, err := range s.Read(t.Context(), "hot", eventstore.Range{From: uint64(i) + 1}) {
				require.NoError(t, err)
				require.Fail(t, "past the last")
			}
		}
		for k := range 5 {
			_, ok, err := eventstore.Last(t.Context(), s, fmt.Sprint("cold-", i, "-", k))
			require.NoError(t, err)
			require.False(t, ok)
		}
	}
}

// TestStoreRefusals: what no store takes is refused, as the server does.
func TestStoreRefusals(t *testing.T) {
	s := openLocal(t, vfs.NewMem())
	defer func() { require.NoError(t, s.Close()) }()
	for stream, want := range map[string]string{
		"": "stream name is empty", "$all": "access denied", "$$": "reserved",
	} {
		_, err := s.Append(t.Context(), stream, eventstore.NoStream, proposed(1)...)
		require.ErrorContains(t, err, want, stream)
	}
	for _, e := range []eventstore.Proposed{{Type: "t"}, {ID: uuid.New()}} {
		_, err := s.Append(t.Context(), "a", eventstore.NoStream, e)
		require.Error(t, err)
	}
	at, err := s.Append(t.Context(), "a", eventstore.NoStream, proposed(1)...)
	require.NoError(t, err)
	for _, foreign := range []eventstore.Position{
		{Commit: at.Commit + 1, Prepare: at.Commit + 1},
		{Commit: at.Commit},
		{Commit: 1 << 40, Prepare: 1 << 40},
	} {
		for _, err := range s.ReadAll(t.Context(), foreign, "a") {
			require.ErrorContains(t, err, "invalid position")
		}
		for _, err := range s.Subscribe(t.Context(), foreign, "a") {
			require.ErrorContains(t, err, "invalid position")
		}
	}
}

package projections_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/projections"
)

// delivered is a projection that keeps every event that it is given.
type delivered struct{ tx *projections.Tx }

func (delivered) Name() string                               { return "delivered" }
func (delivered) Version() int                               { return 1 }
func (delivered) Begin(tx *projections.Tx) projections.Batch { return delivered{tx} }
func (delivered) Streams() []string                          { return catalog.PublicStreams }
func (delivered) End() error                                 { return nil }

func (delivered) Schema() string {
	return "CREATE TABLE delivered_events (leaf INTEGER NOT NULL, event TEXT NOT NULL) STRICT"
}

func (d delivered) Apply(e projections.Event) error {
	return d.tx.Insert("delivered_events", 2, []any{e.Leaf, e.Fact.EventType() + " " + e.ID})
}

// TestHundredRestarts stops and starts the store a hundred times while one goroutine
// appends to it and a projection follows it, now and then from a new process's point
// of view: each event is delivered once and in order.
func TestHundredRestarts(t *testing.T) {
	restarts := 100
	if testing.Short() {
		restarts = 10
	}
	events := busyWorld(t).store.all()
	host := struct {
		dir, listen string
		server      *embedded.Server
	}{dir: t.TempDir(), listen: "127.0.0.1:0"}
	start := func() {
		require.Eventually(t, func() bool {
			var err error
			host.server, err = embedded.Open(embedded.Options{Dir: host.dir, Listen: host.listen})
			return err == nil
		}, 20*time.Second, 5*time.Millisecond)
		host.listen = host.server.Addr().String()
	}
	start()
	defer func() { require.NoError(t, host.server.Close()) }()
	run, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	store, err := esdb.Open(run, host.server.ConnectionString(), esdb.Options{})
	require.NoError(t, err)
	defer store.Close()

	var written, allowed atomic.Int64
	appended := make(chan error, 1)
	go func() { appended <- copyEvents(run, store, events, &written, &allowed) }()
	path := newPath(t)
	follow := func() (end func()) {
		db, err := projections.Open(path, delivered{})
		require.NoError(t, err)
		following, stop := context.WithCancel(run)
		ended := make(chan error, 1)
		go func() { ended <- db.Follow(following, store) }()
		return func() {
			stop()
			require.ErrorIs(t, <-ended, context.Canceled)
			require.NoError(t, db.Close())
		}
	}
	end := follow()
	for n := range restarts {
		// Some events are written with the server there, some wait for it to come back.
		share := int64(len(events) * (n + 1) / restarts)
		allowed.Store(share)
		require.Eventually(t, func() bool { return written.Load() >= share-1 }, 30*time.Second,
			time.Millisecond)
		require.NoError(t, host.server.Close())
		if n%10 == 9 { // the follower goes away too
			end()
			end = follow()
		}
		start()
	}
	require.NoError(t, <-appended)
	db, err := projections.Open(path, delivered{})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.Eventually(t, func() bool {
		at, err := db.Position(run, "delivered")
		require.NoError(t, err)
		return at.Leaves >= int64(len(events))
	}, 30*time.Second, 5*time.Millisecond)
	end()
	var want []string
	for i, r := range events {
		fact, err := eventstore.Decode(r.Type, r.Data)
		require.NoError(t, err)
		_, id, err := catalog.Split(r.Stream, r.Type)
		require.NoError(t, err)
		want = append(want, fmt.Sprint(i, " ", fact.EventType(), " ", id))
	}
	require.Equal(t, want,
		texts(t, db, "SELECT leaf || ' ' || event FROM delivered_events ORDER BY rowid"))
}

// copyEvents appends events one by one, as many as are allowed.
func copyEvents(ctx context.Context, store eventstore.Store, events []eventstore.Recorded, written,
	allowed *atomic.Int64,
) error {
	for n, r := range events {
		for allowed.Load() <= int64(n) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			time.Sleep(time.Millisecond)
		}
		_, err := store.Append(ctx, r.Stream, eventstore.Expected(r.Revision)-1,
			eventstore.Proposed{ID: r.ID, Type: r.Type, Meta: r.Meta, Data: r.Data})
		if err != nil {
			return errors.Join(fmt.Errorf("appending event %d", n), err)
		}
		written.Add(1)
	}
	return nil
}

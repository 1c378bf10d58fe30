package embedded_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// next receives one message of a subscription.
func next(t *testing.T, s *client.Subscription) *client.SubscriptionEvent {
	t.Helper()
	got := make(chan *client.SubscriptionEvent, 1)
	go func() { got <- s.Recv() }()
	select {
	case e := <-got:
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("no message came")
		return nil
	}
}

func nextEvent(t *testing.T, s *client.Subscription) *client.RecordedEvent {
	t.Helper()
	e := next(t, s)
	require.NotNil(t, e.EventAppeared, "%+v", e)
	return e.EventAppeared.OriginalEvent()
}

func nextCaughtUp(t *testing.T, s *client.Subscription) {
	t.Helper()
	e := next(t, s)
	require.NotNil(t, e.CaughtUp, "%+v", e)
}

func (f *fixture) subscribe(stream string, from client.StreamPosition) *client.Subscription {
	f.Helper()
	s, err := f.client.SubscribeToStream(f.ctx, stream, client.SubscribeToStreamOptions{From: from})
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, s.Close()) })
	return s
}

func (f *fixture) subscribeAll(o client.SubscribeToAllOptions) *client.Subscription {
	f.Helper()
	s, err := f.client.SubscribeToAll(f.ctx, o)
	require.NoError(f, err)
	f.Cleanup(func() { require.NoError(f, s.Close()) })
	return s
}

func TestSubscribeToStream(t *testing.T) {
	f := newFixture(t)
	f.put("other", some(1)...)
	f.put("a", some(3)...)
	for _, row := range []struct {
		name string
		from client.StreamPosition
		want []uint64
	}{
		{"from the start", client.Start{}, []uint64{0, 1, 2}},
		{"from a revision, exclusive", client.Revision(0), []uint64{1, 2}},
		{"from the last revision", client.Revision(2), nil},
		{"from the end", client.End{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			last := uint64(len(f.read("a")) - 1)
			s := f.subscribe("a", row.from)
			for _, want := range row.want {
				require.Equal(t, want, nextEvent(t, s).EventNumber)
			}
			for r := uint64(3); r <= last && row.name != "from the end"; r++ {
				require.Equal(t, r, nextEvent(t, s).EventNumber)
			}
			nextCaughtUp(t, s)
			f.put("other", some(1)...)
			f.put("a", some(1)...)
			require.Equal(t, last+1, nextEvent(t, s).EventNumber)
		})
	}
	t.Run("from far past the end", func(t *testing.T) {
		s := f.subscribe("a", client.Revision(1<<63))
		nextCaughtUp(t, s)
	})
	t.Run("missing stream", func(t *testing.T) {
		s := f.subscribe("missing", client.Start{})
		nextCaughtUp(t, s)
		f.put("missing", some(1)...)
		require.EqualValues(t, 0, nextEvent(t, s).EventNumber)
	})
	t.Run("truncated stream", func(t *testing.T) {
		f.put("cut", some(5)...)
		f.setMetadata("cut", `{"$tb":3}`)
		s := f.subscribe("cut", client.Start{})
		require.EqualValues(t, 3, nextEvent(t, s).EventNumber)
	})
	t.Run("soft-deleted stream", func(t *testing.T) {
		f.put("soft", some(2)...)
		require.NoError(t, f.delete("soft", client.Any{}))
		s := f.subscribe("soft", client.Start{})
		nextCaughtUp(t, s)
		f.put("soft", some(1)...)
		require.EqualValues(t, 2, nextEvent(t, s).EventNumber)
	})
	t.Run("tombstone ends it", func(t *testing.T) {
		f.put("end", some(1)...)
		s := f.subscribe("end", client.Start{})
		nextEvent(t, s)
		nextCaughtUp(t, s)
		require.NoError(t, f.tombstone("end", client.Any{}))
		e := next(t, s)
		require.NotNil(t, e.SubscriptionDropped)
		require.Equal(t, codes.FailedPrecondition, status.Code(e.SubscriptionDropped.Error))
	})
}

func TestSubscribeToAll(t *testing.T) {
	f := newFixture(t)
	for i := range 4 {
		f.put(fmt.Sprint("s", i), some(1)...)
	}
	all := f.all()
	for _, row := range []struct {
		name string
		from client.AllPosition
		want int
	}{
		{"from the start", client.Start{}, 0},
		{"from a position, exclusive", all[1].Event.Position, 2},
		{"from the last position", all[3].Event.Position, 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			now := f.all()
			s := f.subscribeAll(client.SubscribeToAllOptions{From: row.from})
			for _, want := range now[row.want:] {
				require.Equal(t, want.Event.EventID, nextEvent(t, s).EventID)
			}
			nextCaughtUp(t, s)
			e := some(1)
			f.put("later", e...)
			require.Equal(t, e[0].EventID, nextEvent(t, s).EventID)
		})
	}
	t.Run("from the end", func(t *testing.T) {
		s := f.subscribeAll(client.SubscribeToAllOptions{From: client.End{}})
		nextCaughtUp(t, s)
		e := some(1)
		f.put("later", e...)
		require.Equal(t, e[0].EventID, nextEvent(t, s).EventID)
	})
}

func TestSubscriptionFilters(t *testing.T) {
	f := newFixture(t)
	for _, stream := range []string{"a-1", "b-1", "ab-1"} {
		f.put(stream, typed("x.happened"), typed("y.happened"))
	}
	f.setMetadata("a-1", `{}`)
	for _, row := range []struct {
		name   string
		filter client.SubscriptionFilter
		want   []string
	}{
		{"stream prefixes", client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: []string{"b", "ab"}}, []string{"b-1 x", "b-1 y", "ab-1 x", "ab-1 y"}},
		{"stream regex, unanchored", client.SubscriptionFilter{Type: client.StreamFilterType, Regex: "b-"}, []string{"b-1 x", "b-1 y", "ab-1 x", "ab-1 y"}},
		{"type prefixes", client.SubscriptionFilter{Type: client.EventFilterType, Prefixes: []string{"y"}}, []string{"a-1 y", "b-1 y", "ab-1 y"}},
		{"type regex", client.SubscriptionFilter{Type: client.EventFilterType, Regex: `^[^\$].*`}, []string{"a-1 x", "a-1 y", "b-1 x", "b-1 y", "ab-1 x", "ab-1 y"}},
		{"nothing", client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: []string{"zzz"}}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := f.subscribeAll(client.SubscribeToAllOptions{From: client.Start{}, Filter: &row.filter, MaxSearchWindow: 1000})
			for _, want := range row.want {
				e := nextEvent(t, s)
				require.Equal(t, want, e.StreamID+" "+strings.TrimSuffix(e.EventType, ".happened"))
			}
			nextCaughtUp(t, s)
		})
	}
}

// TestCheckpoints: one after every window times interval events, whether they match
// or not, at the last of them.
func TestCheckpoints(t *testing.T) {
	f := newFixture(t)
	for i := range 20 {
		f.put(fmt.Sprint("s", i%5), some(1)...)
	}
	all := f.all()
	s := f.subscribeAll(client.SubscribeToAllOptions{
		From: all[1].Event.Position, MaxSearchWindow: 3, CheckpointInterval: 2,
		Filter: &client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: []string{"s4"}},
	})
	var got []string
	describe := func(e *client.SubscriptionEvent) string {
		switch {
		case e.EventAppeared != nil:
			return fmt.Sprint("event ", e.EventAppeared.Event.Position.Commit)
		case e.CheckPointReached != nil:
			require.Equal(t, e.CheckPointReached.Commit, e.CheckPointReached.Prepare)
			return fmt.Sprint("checkpoint ", e.CheckPointReached.Commit)
		}
		require.NotNil(t, e.CaughtUp)
		return "caught up"
	}
	at := func(i int) uint64 { return all[i].Event.Position.Commit }
	want := []string{
		fmt.Sprint("event ", at(4)), fmt.Sprint("checkpoint ", at(7)), fmt.Sprint("event ", at(9)), fmt.Sprint("checkpoint ", at(13)),
		fmt.Sprint("event ", at(14)), fmt.Sprint("event ", at(19)), fmt.Sprint("checkpoint ", at(19)), "caught up",
	}
	for range want {
		got = append(got, describe(next(t, s)))
	}
	require.Equal(t, want, got)

	t.Run("also when live", func(t *testing.T) {
		var last *client.WriteResult
		for range 6 {
			last = f.put("other", some(1)...)
		}
		require.Equal(t, fmt.Sprint("checkpoint ", last.CommitPosition), describe(next(t, s)))
	})
	t.Run("can be subscribed from", func(t *testing.T) {
		s := f.subscribeAll(client.SubscribeToAllOptions{From: client.Position{Commit: at(13), Prepare: at(13)}})
		require.Equal(t, at(14), nextEvent(t, s).Position.Commit)
	})
}

// TestSlowSubscriber: whoever does not receive is not dropped and misses nothing.
func TestSlowSubscriber(t *testing.T) {
	f := newFixture(t)
	slow := f.subscribeAll(client.SubscribeToAllOptions{From: client.Start{}})
	nextCaughtUp(t, slow)
	const batches, size = 60, 100
	for range batches {
		e := some(size)
		for i := range e {
			e[i].Metadata = make([]byte, 1000)
		}
		f.put("a", e...)
	}
	caughtUp := 0
	for want := uint64(0); want < batches*size; {
		e := next(t, slow)
		if e.CaughtUp != nil {
			caughtUp++
			continue
		}
		require.NotNil(t, e.EventAppeared, "%+v", e)
		require.Equal(t, want, e.EventAppeared.Event.EventNumber)
		want++
	}
	for caughtUp == 0 {
		nextCaughtUp(t, slow)
		caughtUp++
	}
}

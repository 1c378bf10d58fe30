package storetest

import (
	"os"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// next receives one message of a subscription.
func (p *peer) next(s *client.Subscription) *client.SubscriptionEvent {
	p.Helper()
	got := make(chan *client.SubscriptionEvent, 1)
	go func() { got <- s.Recv() }()
	select {
	case e := <-got:
		return e
	case <-time.After(30 * time.Second):
		p.Fatal("no message came")
		return nil
	}
}

// event receives up to the next event of this test.
func (p *peer) event(s *client.Subscription) *client.RecordedEvent {
	p.Helper()
	for {
		e := p.next(s)
		require.Nil(p, e.SubscriptionDropped, "%+v", e.SubscriptionDropped)
		if e.EventAppeared != nil && p.mine(e.EventAppeared) {
			return e.EventAppeared.OriginalEvent()
		}
	}
}

// caughtUp receives until the server says that there is nothing more; no event of this
// test may come before.
func (p *peer) caughtUp(s *client.Subscription) {
	p.Helper()
	for {
		e := p.next(s)
		require.Nil(p, e.SubscriptionDropped, "%+v", e.SubscriptionDropped)
		require.False(p, e.EventAppeared != nil && p.mine(e.EventAppeared), "%+v", e.EventAppeared)
		if e.CaughtUp != nil {
			return
		}
	}
}

func (p *peer) subscribe(stream string, from client.StreamPosition) *client.Subscription {
	p.Helper()
	s, err := p.client.SubscribeToStream(p.ctx, stream, client.SubscribeToStreamOptions{From: from})
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, s.Close()) })
	return s
}

func (p *peer) subscribeAll(o client.SubscribeToAllOptions) *client.Subscription {
	p.Helper()
	s, err := p.client.SubscribeToAll(p.ctx, o)
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, s.Close()) })
	return s
}

// subscriptionFacts are subscriptions to streams and to $all.
var subscriptionFacts = []fact{
	{name: "confirmation comes first", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(2)...)
		o := wholeStream(a)
		o.CountOption = &streams.ReadReq_Options_Subscription{
			Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
		}
		call, err := p.streams().Read(p.ctx, &streams.ReadReq{Options: o})
		require.NoError(p, err)
		m, err := call.Recv()
		require.NoError(p, err)
		require.NotEmpty(p, m.GetConfirmation().GetSubscriptionId())
		m, err = call.Recv()
		require.NoError(p, err)
		require.NotNil(p, m.GetEvent())
	}},
	{name: "stream", check: func(p *peer) {
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
			p.run(row.name, func(p *peer) {
				a, other := p.stream(), p.stream()
				p.put(a, Happened(3)...)
				s := p.subscribe(a, row.from)
				for _, want := range row.want {
					require.Equal(p, want, p.event(s).EventNumber)
				}
				p.caughtUp(s)
				p.put(other, Happened(1)...)
				p.put(a, Happened(1)...)
				require.EqualValues(p, 3, p.event(s).EventNumber)
			})
		}
	}},
	{name: "stream, from far past the end", embedded: true, check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(1)...)
		p.caughtUp(p.subscribe(a, client.Revision(1<<63)))
	}},
	{name: "missing stream is waited for", check: func(p *peer) {
		a := p.stream()
		s := p.subscribe(a, client.Start{})
		p.put(a, Happened(1)...)
		require.EqualValues(p, 0, p.event(s).EventNumber)
	}},
	{
		name: "missing stream is caught up with", since: client.ServerVersion{Major: 24, Minor: 2},
		check: func(p *peer) {
			p.caughtUp(p.subscribe(p.stream(), client.Start{}))
		},
	},
	{name: "truncated stream", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(5)...)
		p.setMetadata(a, `{"$tb":3}`)
		require.EqualValues(p, 3, p.event(p.subscribe(a, client.Start{})).EventNumber)
	}},
	{name: "soft-deleted stream is waited for", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(2)...)
		require.NoError(p, p.delete(a, client.Any{}))
		s := p.subscribe(a, client.Start{})
		p.put(a, Happened(1)...)
		require.EqualValues(p, 2, p.event(s).EventNumber)
	}},
	{name: "tombstone ends it", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(1)...)
		s := p.subscribe(a, client.Start{})
		require.EqualValues(p, 0, p.event(s).EventNumber)
		p.caughtUp(s)
		require.NoError(p, p.tombstone(a, client.Any{}))
		for {
			e := p.next(s)
			if e.SubscriptionDropped == nil {
				continue // some servers deliver the tombstone itself
			}
			require.Equal(p, codes.FailedPrecondition, status.Code(e.SubscriptionDropped.Error),
				"%v", e.SubscriptionDropped.Error)
			break
		}
	}},
	{name: "$all", check: func(p *peer) {
		p.mark()
		for range 4 {
			p.put(p.stream(), Happened(1)...)
		}
		all := p.all()
		for _, row := range []struct {
			name string
			from client.AllPosition
			want []*client.ResolvedEvent
		}{
			{"from a position, exclusive", all[1].Event.Position, all[2:]},
			{"from the last position", all[3].Event.Position, nil},
			{"from the end", client.End{}, nil},
		} {
			p.run(row.name, func(p *peer) {
				var later []*client.ResolvedEvent
				if row.name != "from the end" { // what the tests before this one wrote
					later = p.all()[len(all):]
				}
				s := p.subscribeAll(client.SubscribeToAllOptions{From: row.from})
				for _, want := range append(row.want[:len(row.want):len(row.want)], later...) {
					require.Equal(p, want.Event.EventID, p.event(s).EventID)
				}
				p.caughtUp(s)
				e := Happened(1)
				p.put(p.stream(), e...)
				require.Equal(p, e[0].EventID, p.event(s).EventID)
			})
		}
	}},
	{name: "filter", check: func(p *peer) {
		a, b, ab := p.prefix+"a-1", p.prefix+"b-1", p.prefix+"ab-1"
		x, y := p.prefix+".x", p.prefix+".y"
		for _, stream := range []string{a, b, ab} {
			p.put(stream, typed(x), typed(y))
		}
		p.setMetadata(a, `{}`)
		everyX, everyY := []string{a + x, b + x, ab + x}, []string{a + y, b + y, ab + y}
		for _, row := range []struct {
			name   string
			filter client.SubscriptionFilter
			want   []string
		}{
			{
				"stream prefixes",
				client.SubscriptionFilter{
					Type:     client.StreamFilterType,
					Prefixes: []string{p.prefix + "b", p.prefix + "ab"},
				},
				[]string{b + x, b + y, ab + x, ab + y},
			},
			{
				"stream regex, unanchored",
				client.SubscriptionFilter{
					Type:  client.StreamFilterType,
					Regex: p.prefix[1:] + "a?b-",
				},
				[]string{b + x, b + y, ab + x, ab + y},
			},
			{"type prefixes", client.SubscriptionFilter{
				Type:     client.EventFilterType,
				Prefixes: []string{y, "unknown"},
			}, everyY},
			{"type regex", client.SubscriptionFilter{
				Type:  client.EventFilterType,
				Regex: `^[^\$].*` + p.prefix[1:] + `\.x$`,
			}, everyX},
			{"nothing", client.SubscriptionFilter{
				Type:     client.StreamFilterType,
				Prefixes: []string{p.prefix + "z"},
			}, nil},
		} {
			p.run(row.name, func(p *peer) {
				s := p.subscribeAll(client.SubscribeToAllOptions{
					From:   client.Start{},
					Filter: &row.filter, MaxSearchWindow: 1000, CheckpointInterval: 1,
				})
				for _, want := range row.want {
					e := p.event(s)
					require.Equal(p, want, e.StreamID+e.EventType)
				}
				p.caughtUp(s)
			})
		}
	}},
	{name: "from stored to new without gap or double", check: func(p *peer) {
		const writers, each = 4, 150
		p.mark()
		filter := &client.SubscriptionFilter{
			Type:     client.StreamFilterType,
			Prefixes: []string{p.prefix + "-w"},
		}
		wait := p.writing(writers, each, 1)
		for range 3 { // begun at several moments of the writing
			s := p.subscribeAll(client.SubscribeToAllOptions{
				From: p.begin, Filter: filter,
				MaxSearchWindow: 32, CheckpointInterval: 1,
			})
			next, last := map[string]uint64{}, uint64(0)
			for range writers * each {
				e := p.event(s)
				require.Equal(p, next[e.StreamID], e.EventNumber)
				next[e.StreamID]++
				require.Greater(p, e.Position.Commit, last)
				last = e.Position.Commit
			}
		}
		wait()
	}},
	{name: "stream, from stored to new without gap or double", check: func(p *peer) {
		const n = 300
		wait := p.writing(1, n, 1)
		s := p.subscribe(p.prefix+"-w0", client.Start{})
		for want := range n {
			require.EqualValues(p, want, p.event(s).EventNumber)
		}
		wait()
	}},
	{
		name:  "slow consumer is not dropped, and told when it has caught up again",
		since: client.ServerVersion{Major: 24, Minor: 2}, check: func(p *peer) {
			a := p.stream()
			p.put(a, Happened(1)...)
			s := p.subscribe(a, client.Start{})
			require.EqualValues(p, 0, p.event(s).EventNumber)
			p.caughtUp(s)
			const batches, size = 60, 100 // far more than buffers hold, while nobody receives
			for range batches {
				e := Happened(size)
				for i := range e {
					e[i].Metadata = make([]byte, 1000)
				}
				p.put(a, e...)
			}
			again := false
			for want := 1; want <= batches*size; {
				e := p.next(s)
				require.Nil(p, e.SubscriptionDropped, "%+v", e.SubscriptionDropped)
				again = again || e.CaughtUp != nil
				if e.EventAppeared != nil {
					require.EqualValues(p, want, e.EventAppeared.Event.EventNumber)
					want++
				}
			}
			if !again {
				p.caughtUp(s)
			}
		},
	},
	{name: "a connection that only pings is kept", check: func(p *peer) {
		if os.Getenv("TORTURE") == "" {
			p.Skip("takes 45 seconds: set TORTURE")
		}
		a := p.stream()
		s := p.subscribe(a, client.Start{})
		time.Sleep(45 * time.Second)
		p.put(a, Happened(1)...)
		require.EqualValues(p, 0, p.event(s).EventNumber)
	}},
}

package storetest

import (
	"fmt"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// checkpointFacts are the positions without events that filtered subscriptions tell.
var checkpointFacts = []fact{
	{name: "after events that do not match", check: func(p *peer) {
		p.mark()
		var last *client.WriteResult
		for range 20 {
			last = p.put(p.stream(), Happened(10)...)
		}
		s := p.subscribeAll(client.SubscribeToAllOptions{
			From: p.begin, MaxSearchWindow: 10, CheckpointInterval: 2,
			Filter: &client.SubscriptionFilter{
				Type:     client.StreamFilterType,
				Prefixes: []string{"none-" + uuid.NewString()},
			},
		})
		for seen, at := 0, uint64(0); at < last.CommitPosition && seen < 5; seen++ {
			e := p.next(s)
			for e.CheckPointReached == nil {
				require.Nil(p, e.EventAppeared)
				require.Nil(p, e.SubscriptionDropped)
				e = p.next(s)
			}
			require.GreaterOrEqual(p, e.CheckPointReached.Commit, at, "checkpoints do not go back")
			at = e.CheckPointReached.Commit
		}
	}},
	{
		name: "after every window times interval events, matching or not", embedded: true,
		check: func(p *peer) {
			p.mark()
			for i := range 20 {
				p.put(fmt.Sprintf("%s-s%d", p.prefix, i%5), Happened(1)...)
			}
			all := p.all()
			s := p.subscribeAll(client.SubscribeToAllOptions{
				From: all[1].Event.Position, MaxSearchWindow: 3, CheckpointInterval: 2,
				Filter: &client.SubscriptionFilter{
					Type:     client.StreamFilterType,
					Prefixes: []string{p.prefix + "-s4"},
				},
			})
			describe := func(e *client.SubscriptionEvent) string {
				switch {
				case e.EventAppeared != nil:
					return fmt.Sprint("event ", e.EventAppeared.Event.Position.Commit)
				case e.CheckPointReached != nil:
					require.Equal(p, e.CheckPointReached.Commit, e.CheckPointReached.Prepare)
					return fmt.Sprint("checkpoint ", e.CheckPointReached.Commit)
				}
				require.NotNil(p, e.CaughtUp, "%+v", e)
				return "caught up"
			}
			event := func(i int) string {
				return fmt.Sprint("event ",
					all[i].Event.Position.Commit)
			}
			reached := func(i int) string {
				return fmt.Sprint("checkpoint ",
					all[i].Event.Position.Commit)
			}
			want := []string{
				event(4), reached(7), event(9), reached(13), event(14), event(19),
				reached(19), "caught up",
			}
			var got []string
			for range want {
				got = append(got, describe(p.next(s)))
			}
			require.Equal(p, want, got)

			p.run("also when live", func(p *peer) {
				var last *client.WriteResult
				for range 6 {
					last = p.put(p.stream(), Happened(1)...)
				}
				require.Equal(p, fmt.Sprint("checkpoint ", last.CommitPosition),
					describe(p.next(s)))
			})
		},
	},
	{name: "the default window is 32", embedded: true, check: func(p *peer) {
		p.mark()
		p.put(p.stream(), Happened(70)...)
		all := p.all()
		call, err := p.streams().Read(p.ctx, &streams.ReadReq{Options: &streams.ReadReq_Options{
			StreamOption: &streams.ReadReq_Options_All{
				All: &streams.ReadReq_Options_AllOptions{
					AllOption: &streams.ReadReq_Options_AllOptions_Position{
						Position: &streams.ReadReq_Options_Position{
							CommitPosition:  p.begin.Commit,
							PreparePosition: p.begin.Prepare,
						},
					},
				},
			},
			CountOption: &streams.ReadReq_Options_Subscription{
				Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
			},
			FilterOption: &streams.ReadReq_Options_Filter{
				Filter: &streams.ReadReq_Options_FilterOptions{
					Filter:                       &streams.ReadReq_Options_FilterOptions_StreamIdentifier{StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"none-" + uuid.NewString()}}},
					CheckpointIntervalMultiplier: 1,
				},
			},
		}})
		require.NoError(p, err)
		m, err := call.Recv()
		require.NoError(p, err)
		require.NotNil(p, m.GetConfirmation())
		for _, i := range []int{31, 63} {
			m, err = call.Recv()
			require.NoError(p, err)
			require.Equal(p, all[i].Event.Position.Commit, m.GetCheckpoint().GetCommitPosition())
		}
	}},
	{name: "can be subscribed from", check: func(p *peer) {
		p.mark()
		p.put(p.stream(), Happened(40)...)
		wanted := p.prefix + "-wanted"
		s := p.subscribeAll(client.SubscribeToAllOptions{
			From: p.begin, MaxSearchWindow: 10, CheckpointInterval: 1,
			Filter: &client.SubscriptionFilter{
				Type:     client.StreamFilterType,
				Prefixes: []string{wanted},
			},
		})
		e := p.next(s)
		for e.CheckPointReached == nil {
			require.Nil(p, e.SubscriptionDropped)
			e = p.next(s)
		}
		p.put(wanted, Happened(1)...)
		again := p.subscribeAll(client.SubscribeToAllOptions{
			From: *e.CheckPointReached,
			Filter: &client.SubscriptionFilter{
				Type:     client.StreamFilterType,
				Prefixes: []string{wanted},
			}, CheckpointInterval: 1,
		})
		got := p.event(again)
		require.True(p, strings.HasPrefix(got.StreamID, wanted))
		require.Greater(p, got.Position.Commit, e.CheckPointReached.Commit)
	}},
	{name: "an interval of zero is refused", check: func(p *peer) {
		a := p.stream()
		o := wholeStream(a)
		o.CountOption = &streams.ReadReq_Options_Subscription{
			Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
		}
		o.StreamOption = everything()
		o.FilterOption = &streams.ReadReq_Options_Filter{
			Filter: &streams.ReadReq_Options_FilterOptions{
				Filter: &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
					StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{
						Prefix: []string{a},
					},
				},
				Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 10},
			},
		}
		_, _, err := p.bareRead(o)
		require.Error(p, err)
	}},
}

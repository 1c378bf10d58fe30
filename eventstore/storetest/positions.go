package storetest

import (
	"math"
	"slices"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// positionFacts are the order of $all and the places in it.
var positionFacts = []fact{
	{name: "$all is in the order of writing", check: func(p *peer) {
		p.mark()
		names := []string{p.stream(), p.stream(), p.stream()}
		var want []uuid.UUID
		for i := range 6 {
			e := Happened(2)
			want = append(want, IDsOf(e)...)
			p.put(names[i%3], e...)
		}
		all := p.all()
		require.Equal(p, want, IDs(all))
		last := p.begin.Commit
		for i, e := range all {
			at := e.Event.Position
			require.Greater(p, at.Commit, last+1, "positions rise and are sparse")
			last = at.Commit

			forwards, err := p.allWith(client.ReadAllOptions{From: at}, math.MaxUint64)
			require.NoError(p, err)
			require.Equal(p, want[i:], IDs(forwards), "forwards from a position is inclusive")

			one, err := Collect(p.client.ReadAll(p.ctx, client.ReadAllOptions{From: at}, 1))
			require.NoError(p, err)
			require.Equal(p, want[i:i+1], IDs(one))
		}
		for i, e := range all[1:] {
			back, err := p.allWith(client.ReadAllOptions{
				From:      e.Event.Position,
				Direction: client.Backwards,
			}, uint64(i+1))
			require.NoError(p, err)
			require.NotContains(p, IDs(back), want[i+1], "backwards from a position is exclusive")
		}
	}},
	{name: "backwards is the reverse of forwards", embedded: true, check: func(p *peer) {
		p.mark()
		for range 3 {
			p.put(p.stream(), Happened(4)...)
		}
		want := IDs(p.all())
		slices.Reverse(want)
		got, err := p.allWith(client.ReadAllOptions{
			From:      client.End{},
			Direction: client.Backwards,
		}, uint64(len(want)))
		require.NoError(p, err)
		require.Equal(p, want, IDs(got))
	}},
	{name: "start and end", check: func(p *peer) {
		p.mark()
		for name, o := range map[string]client.ReadAllOptions{
			"backwards from the start":     {From: client.Start{}, Direction: client.Backwards},
			"backwards from position zero": {From: client.Position{}, Direction: client.Backwards},
		} {
			got, err := Collect(p.client.ReadAll(p.ctx, o, 10))
			require.NoError(p, err, name)
			require.Empty(p, got, name)
		}
		first, err := Collect(p.client.ReadAll(p.ctx, client.ReadAllOptions{From: client.Start{}},
			1))
		require.NoError(p, err)
		require.Len(p, first, 1)
		for name, o := range map[string]client.ReadAllOptions{
			"forwards from the end": {From: client.End{}},
			"forwards from the greatest": {From: client.Position{
				Commit:  math.MaxUint64,
				Prepare: math.MaxUint64,
			}},
		} {
			got, err := p.allWith(o, 10)
			require.NoError(p, err, name)
			require.Empty(p, got, name)
		}
	}},
	{
		name: "no position but those of events", since: client.ServerVersion{Major: 24, Minor: 2},
		check: func(p *peer) {
			p.put(p.stream(), Happened(3)...)
			w := p.put(p.stream(), Happened(1)...)
			at := client.Position{Commit: w.CommitPosition + 1, Prepare: w.PreparePosition + 1}
			_, err := p.allWith(client.ReadAllOptions{From: at}, 10)
			require.Error(p, err)
		},
	},
	{name: "no position but those of events, in detail", embedded: true, check: func(p *peer) {
		p.mark()
		p.put(p.stream(), Happened(3)...)
		all := p.all()
		at := all[1].Event.Position
		for name, bad := range map[string]client.Position{
			"inside a record":         {Commit: at.Commit + 1, Prepare: at.Prepare + 1},
			"before a record":         {Commit: at.Commit - 1, Prepare: at.Prepare - 1},
			"past the end":            {Commit: at.Commit + 1<<40, Prepare: at.Prepare + 1<<40},
			"two different positions": {Commit: at.Commit, Prepare: all[0].Event.Position.Prepare},
			"one":                     {Commit: 1, Prepare: 1},
		} {
			p.run(name, func(p *peer) {
				for _, d := range []client.Direction{client.Forwards, client.Backwards} {
					_, err := p.allWith(client.ReadAllOptions{From: bad, Direction: d}, 10)
					require.Equal(p, codes.InvalidArgument, status.Code(err), "%v", err)
					require.ErrorContains(p, err, "invalid position")
				}
				_, err := p.client.SubscribeToAll(p.ctx, client.SubscribeToAllOptions{From: bad})
				require.Equal(p, codes.InvalidArgument, status.Code(err), "%v", err)
			})
		}
	}},
	{name: "writers at once leave one order", check: func(p *peer) {
		p.mark()
		const writers, batches = 8, 20
		p.writing(writers, batches, 3)()
		all := p.all()
		require.Len(p, all, writers*batches*3)
		next := map[string]uint64{}
		for i, e := range all {
			require.Equal(p, next[e.Event.StreamID], e.Event.EventNumber)
			next[e.Event.StreamID]++
			require.True(p, i == 0 || all[i-1].Event.Position.Commit < e.Event.Position.Commit)
			require.True(p, i%3 == 0 || all[i-1].Event.StreamID == e.Event.StreamID,
				"a request was torn apart")
		}
	}},
}

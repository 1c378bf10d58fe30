package storetest

import (
	"io"
	"math"
	"slices"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// readFacts are reads of streams.
var readFacts = []fact{
	{name: "of five events", check: func(p *peer) {
		a, b := p.stream(), p.stream()
		p.put(b, Happened(3)...)
		p.put(a, Happened(2)...)
		p.put(b, Happened(1)...)
		p.put(a, Happened(3)...)
		for _, row := range []struct {
			name      string
			from      client.StreamPosition
			direction client.Direction
			count     uint64
			want      []int
		}{
			{
				"forwards from the start",
				client.Start{},
				client.Forwards, math.MaxUint64,
				[]int{0, 1, 2, 3, 4},
			},
			{"forwards, counted", client.Start{}, client.Forwards, 3, []int{0, 1, 2}},
			{
				"forwards from a revision, inclusive", client.Revision(3), client.Forwards, 10,
				[]int{3, 4},
			},
			{"forwards from past the end", client.Revision(5), client.Forwards, 10, []int{}},
			{
				"forwards from far past the end", client.Revision(1 << 62), client.Forwards,
				math.MaxUint64,
				[]int{},
			},
			{
				"backwards from the end",
				client.End{},
				client.Backwards, math.MaxUint64,
				[]int{4, 3, 2, 1, 0},
			},
			{"backwards, counted", client.End{}, client.Backwards, 2, []int{4, 3}},
			{
				"backwards from a revision, inclusive", client.Revision(2), client.Backwards, 10,
				[]int{2, 1, 0},
			},
			{"backwards from past the end", client.Revision(900), client.Backwards, 2, []int{4, 3}},
			{"backwards from the start", client.Start{}, client.Backwards, 10, []int{0}},
		} {
			p.run(row.name, func(p *peer) {
				got, err := p.readWith(a,
					client.ReadStreamOptions{From: row.from, Direction: row.direction}, row.count)
				require.NoError(p, err)
				require.Equal(p, row.want, revisions(got))
				for _, e := range got {
					require.Equal(p, a, e.Event.StreamID)
					require.Equal(p, e.Event.Position.Commit, e.Event.Position.Prepare)
					require.NotZero(p, e.Event.CreatedDate)
				}
			})
		}
	}},
	{name: "of five events, at the limits", embedded: true, check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(5)...)
		for name, o := range map[string]client.ReadStreamOptions{
			"forwards from the end":               {From: client.End{}},
			"forwards from the greatest revision": {From: client.Revision(math.MaxUint64)},
		} {
			got, err := p.readWith(a, o, math.MaxUint64)
			require.NoError(p, err, name)
			require.Empty(p, got, name)
		}
		got, err := p.readWith(a, client.ReadStreamOptions{From: client.Start{}}, 0)
		require.NoError(p, err)
		require.Empty(p, got)
	}},
	{name: "missing stream, then nothing", check: func(p *peer) {
		r, err := p.client.ReadStream(p.ctx, p.stream(),
			client.ReadStreamOptions{From: client.Start{}}, 1)
		require.NoError(p, err)
		defer r.Close()
		_, err = r.Recv()
		p.refused(client.ErrorCodeResourceNotFound, err)
		_, err = r.Recv()
		require.ErrorIs(p, err, io.EOF)
	}},
	{name: "nothing but events, and everything in them", check: func(p *peer) {
		a, e := p.stream(), Happened(3)
		p.put(a, e...)
		got, _, err := p.bareRead(wholeStream(a))
		require.NoError(p, err)
		require.Len(p, got, len(e))
		for i, m := range got {
			r := m.GetEvent().GetEvent()
			require.NotNil(p, r, "a plain read holds events only: %v", m)
			require.Nil(p, m.GetEvent().GetLink())
			require.Equal(p, r.GetCommitPosition(), r.GetPreparePosition())
			require.EqualValues(p, i, r.GetStreamRevision())
			require.NotNil(p, r.GetId().GetStructured())
			require.Equal(p, e[i].Data, r.GetData())
			require.Equal(p, e[i].Metadata, r.GetCustomMetadata())
			for _, key := range []string{"created", "type", "content-type"} {
				require.NotEmpty(p, r.GetMetadata()[key], key)
			}
		}
	}},
	{name: "ids as text", check: func(p *peer) {
		a := p.stream()
		e := append(Happened(1), link("0@"+a))
		p.put(a, e...)
		o := wholeStream(a)
		o.UuidOption = &streams.ReadReq_Options_UUIDOption{
			Content: &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}},
		}
		for _, resolve := range []bool{false, true} {
			o.ResolveLinks = resolve
			got, _, err := p.bareRead(o)
			require.NoError(p, err)
			require.Len(p, got, len(e))
			require.Equal(p, e[0].EventID.String(),
				got[0].GetEvent().GetEvent().GetId().GetString_())
			require.Equal(p, `{"n":0}`, string(got[0].GetEvent().GetEvent().GetData()))
			if resolve {
				require.Equal(p, e[0].EventID.String(),
					got[1].GetEvent().GetEvent().GetId().GetString_())
				require.Equal(p, e[1].EventID.String(),
					got[1].GetEvent().GetLink().GetId().GetString_())
			}
		}
	}},
	{name: "longer than a page, by number and by size", check: func(p *peer) {
		a, b := p.stream(), p.stream()
		p.mark()
		const n = 1300
		var events []client.EventData
		for range n / 100 {
			batch := Happened(100)
			events = append(events, batch...)
			p.put(a, batch...)
		}
		big := Happened(7)
		for i := range big {
			big[i].Data = make([]byte, 400<<10)
			p.put(b, big[i])
		}
		want := IDsOf(events)
		require.Equal(p, want, IDs(p.read(a)))
		require.Equal(p, IDsOf(big), IDs(p.read(b)))
		all := append(IDsOf(events), IDsOf(big)...)
		require.Equal(p, all, IDs(p.all()))
		got, err := p.readWith(a,
			client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards},
			math.MaxUint64)
		require.NoError(p, err)
		slices.Reverse(want)
		require.Equal(p, want, IDs(got))
	}},
	{name: "filtered, on the server", check: func(p *peer) {
		a, kind := p.stream(), p.prefix+"-kind"
		p.put(a, typed(kind+".x"), typed("other"), typed(kind+".y"))
		o := wholeStream(a)
		o.StreamOption = everything()
		o.FilterOption = &streams.ReadReq_Options_Filter{
			Filter: &streams.ReadReq_Options_FilterOptions{
				Filter: &streams.ReadReq_Options_FilterOptions_EventType{
					EventType: &streams.ReadReq_Options_FilterOptions_Expression{
						Prefix: []string{kind},
					},
				},
				Window:                       &streams.ReadReq_Options_FilterOptions_Max{Max: 1000},
				CheckpointIntervalMultiplier: 1,
			},
		}
		got, _, err := p.bareRead(o)
		require.NoError(p, err)
		require.Len(p, got, 2)
		require.Equal(p, kind+".x", got[0].GetEvent().GetEvent().GetMetadata()["type"])
		require.Equal(p, kind+".y", got[1].GetEvent().GetEvent().GetMetadata()["type"])
	}},
}

func link(target string) client.EventData {
	return client.EventData{
		EventID: uuid.New(), EventType: "$>",
		ContentType: client.ContentTypeBinary, Data: []byte(target),
	}
}

// linkFacts are links and what they lead to.
var linkFacts = []fact{
	{name: "in a stream and in $all", check: func(p *peer) {
		a, gone, dead, missing, links := p.stream()+"@b", p.stream(), p.stream(), p.stream(),
			p.stream()
		target := Happened(3)
		p.put(a, target...)
		p.put(gone, Happened(1)...)
		p.put(dead, Happened(1)...)
		p.mark()
		stored := []client.EventData{
			link("0@" + a), link("2@" + a), link("3@" + a), link("0@" + missing), link("0@" + gone),
			link("0@" + dead),
			link("x@a"), link("1"), link(""), Happened(1)[0],
		}
		p.put(links, stored...)
		p.setMetadata(a, `{"$tb":1}`)
		require.NoError(p, p.delete(gone, client.Any{}))
		require.NoError(p, p.tombstone(dead, client.Any{}))

		inStream, err := p.readWith(links,
			client.ReadStreamOptions{From: client.Start{}, ResolveLinkTos: true}, math.MaxUint64)
		require.NoError(p, err)
		inAll, err := p.allWith(client.ReadAllOptions{From: p.begin, ResolveLinkTos: true},
			math.MaxUint64)
		require.NoError(p, err)
		for name, got := range map[string][]*client.ResolvedEvent{
			"stream": inStream,
			"$all":   inAll[1 : 1+len(stored)],
		} {
			p.run(name, func(p *peer) {
				require.Len(p, got, len(stored))
				for i, e := range got {
					require.Equal(p, stored[i].EventID, e.OriginalEvent().EventID)
					require.EqualValues(p, i, e.OriginalEvent().EventNumber)
					switch i {
					case 1:
						require.Equal(p, target[2].EventID, e.Event.EventID)
						require.Equal(p, a, e.Event.StreamID)
						require.Equal(p, links, e.Link.StreamID)
					case 6, 8, len(stored) - 1:
						require.Nil(p, e.Link, "not a link: it names no number")
						require.Equal(p, stored[i].EventID, e.Event.EventID)
					default:
						require.Nil(p, e.Event, "the target of link %d cannot be seen", i)
					}
				}
			})
		}
		p.run("not resolved", func(p *peer) {
			for _, e := range p.read(links) {
				require.Nil(p, e.Link)
			}
		})
		p.run("subscribed", func(p *peer) {
			s, err := p.client.SubscribeToStream(p.ctx, links,
				client.SubscribeToStreamOptions{From: client.Start{}, ResolveLinkTos: true})
			require.NoError(p, err)
			defer func() { require.NoError(p, s.Close()) }()
			for i := range stored {
				e := p.next(s)
				require.NotNil(p, e.EventAppeared, "%+v", e)
				require.EqualValues(p, i, e.EventAppeared.OriginalEvent().EventNumber)
				seen := slices.Contains([]int{1, 6, 8, len(stored) - 1}, i)
				require.Equal(p, seen, e.EventAppeared.Event != nil, i)
			}
		})
	}},
	{name: "by minus one, to the last event; with spaces and a sign", check: func(p *peer) {
		a, links, target := p.stream(), p.stream(), Happened(3)
		p.put(a, target...)
		p.put(links, link("-1@"+a), link(" 1@"+a), link("+1@"+a))
		got, err := p.readWith(links,
			client.ReadStreamOptions{From: client.Start{}, ResolveLinkTos: true}, 3)
		require.NoError(p, err)
		for i, want := range []int{2, 1, 1} {
			require.NotNil(p, got[i].Event, i)
			require.Equal(p, target[want].EventID, got[i].Event.EventID, i)
		}
	}},
}

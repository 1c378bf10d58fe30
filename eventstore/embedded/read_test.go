package embedded_test

import (
	"fmt"
	"io"
	"math"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestReadStream(t *testing.T) {
	f := newFixture(t)
	f.put("b", some(3)...)
	f.put("a", some(2)...)
	f.put("b", some(1)...)
	f.put("a", some(3)...)
	for _, row := range []struct {
		name      string
		from      client.StreamPosition
		direction client.Direction
		count     uint64
		want      []int
	}{
		{"forwards from the start", client.Start{}, client.Forwards, math.MaxUint64, []int{0, 1, 2, 3, 4}},
		{"forwards, counted", client.Start{}, client.Forwards, 3, []int{0, 1, 2}},
		{"forwards from a revision, inclusive", client.Revision(3), client.Forwards, 10, []int{3, 4}},
		{"forwards from past the end", client.Revision(5), client.Forwards, 10, []int{}},
		{"forwards from far past the end", client.Revision(math.MaxUint64), client.Forwards, math.MaxUint64, []int{}},
		{"forwards from the end", client.End{}, client.Forwards, 10, []int{}},
		{"backwards from the end", client.End{}, client.Backwards, math.MaxUint64, []int{4, 3, 2, 1, 0}},
		{"backwards, counted", client.End{}, client.Backwards, 2, []int{4, 3}},
		{"backwards from a revision, inclusive", client.Revision(2), client.Backwards, 10, []int{2, 1, 0}},
		{"backwards from past the end", client.Revision(900), client.Backwards, 2, []int{4, 3}},
		{"backwards from the start", client.Start{}, client.Backwards, 10, []int{0}},
		{"nothing at all", client.Start{}, client.Forwards, 0, []int{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := f.readWith("a", client.ReadStreamOptions{From: row.from, Direction: row.direction}, row.count)
			require.NoError(t, err)
			require.Equal(t, row.want, revisions(got))
			for _, e := range got {
				require.Equal(t, "a", e.Event.StreamID)
				require.Equal(t, e.Event.Position.Commit, e.Event.Position.Prepare)
				require.Equal(t, e.Event.Position.Commit, *e.Commit)
				require.NotZero(t, e.Event.CreatedDate)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		r, err := f.client.ReadStream(f.ctx, "missing", client.ReadStreamOptions{From: client.Start{}}, 1)
		require.NoError(t, err)
		defer r.Close()
		_, err = r.Recv()
		require.Equal(t, client.ErrorCodeResourceNotFound, code(t, err))
		_, err = r.Recv()
		require.ErrorIs(t, err, io.EOF)
	})
}

// TestReadPages reads more than a page holds, by number and by size.
func TestReadPages(t *testing.T) {
	f := newFixture(t)
	const n = 1300
	var events []client.EventData
	for range n / 100 {
		batch := some(100)
		events = append(events, batch...)
		f.put("a", batch...)
	}
	big := some(7)
	for i := range big {
		big[i].Data = make([]byte, 400<<10)
		f.put("big", big[i])
	}
	require.Equal(t, idsOf(events), ids(f.read("a")))
	require.Equal(t, idsOf(big), ids(f.read("big")))
	all := append(idsOf(events), idsOf(big)...)
	require.Equal(t, all, ids(f.all()))

	back, err := f.allWith(client.ReadAllOptions{From: client.End{}, Direction: client.Backwards}, math.MaxUint64)
	require.NoError(t, err)
	require.Len(t, back, len(all))
	for i, e := range back {
		require.Equal(t, all[len(all)-1-i], e.Event.EventID)
	}
	got, err := f.readWith("a", client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards}, math.MaxUint64)
	require.NoError(t, err)
	for i, e := range got {
		require.EqualValues(t, n-1-i, e.Event.EventNumber)
	}
	require.Len(t, got, n)
}

func TestReadAll(t *testing.T) {
	f := newFixture(t)
	var want []uuid.UUID
	for i := range 6 {
		e := some(2)
		want = append(want, idsOf(e)...)
		f.put(fmt.Sprint("s", i%3), e...)
	}
	all := f.all()
	require.Equal(t, want, ids(all))
	last := uint64(0)
	for i, e := range all {
		p := e.Event.Position
		require.Greater(t, p.Commit, last+1, "positions rise and are sparse")
		last = p.Commit

		forward, err := f.allWith(client.ReadAllOptions{From: p}, math.MaxUint64)
		require.NoError(t, err)
		require.Equal(t, want[i:], ids(forward), "forwards from a position is inclusive")

		back, err := f.allWith(client.ReadAllOptions{From: p, Direction: client.Backwards}, math.MaxUint64)
		require.NoError(t, err)
		require.Len(t, back, i, "backwards from a position is exclusive")

		counted, err := f.allWith(client.ReadAllOptions{From: p}, 2)
		require.NoError(t, err)
		require.Equal(t, want[i:min(i+2, len(want))], ids(counted))
	}
	for name, o := range map[string]client.ReadAllOptions{
		"forwards from the end":        {From: client.End{}},
		"backwards from the start":     {From: client.Start{}, Direction: client.Backwards},
		"forwards from the greatest":   {From: client.Position{Commit: math.MaxUint64, Prepare: math.MaxUint64}},
		"backwards from position zero": {From: client.Position{}, Direction: client.Backwards},
	} {
		got, err := f.allWith(o, 10)
		require.NoError(t, err, name)
		require.Empty(t, got, name)
	}
}

func TestInvalidPositions(t *testing.T) {
	f := newFixture(t)
	f.put("a", some(3)...)
	p := f.all()[1].Event.Position
	for name, at := range map[string]client.Position{
		"inside a record":         {Commit: p.Commit + 1, Prepare: p.Prepare + 1},
		"before a record":         {Commit: p.Commit - 1, Prepare: p.Prepare - 1},
		"past the end":            {Commit: p.Commit + 1<<30, Prepare: p.Prepare + 1<<30},
		"two different positions": {Commit: p.Commit, Prepare: f.all()[0].Event.Position.Prepare},
		"one":                     {Commit: 1, Prepare: 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, d := range []client.Direction{client.Forwards, client.Backwards} {
				_, err := f.allWith(client.ReadAllOptions{From: at, Direction: d}, 10)
				require.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
				require.ErrorContains(t, err, "invalid position")
			}
			_, err := f.client.SubscribeToAll(f.ctx, client.SubscribeToAllOptions{From: at})
			require.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
		})
	}
}

func link(target string) client.EventData {
	return client.EventData{EventID: uuid.New(), EventType: "$>", ContentType: client.ContentTypeBinary, Data: []byte(target)}
}

func TestLinks(t *testing.T) {
	f := newFixture(t)
	target := some(3)
	f.put("a@b", target...)
	f.put("gone", some(1)...)
	f.put("dead", some(1)...)
	links := []client.EventData{
		link("0@a@b"), link("2@a@b"), link("3@a@b"), link("0@missing"), link("0@gone"), link("0@dead"),
		link("x@a"), link("1"), link("-1@a@b"), link(""), some(1)[0],
	}
	f.put("links", links...)
	f.setMetadata("a@b", `{"$tb":1}`)
	require.NoError(t, f.delete("gone", client.Any{}))
	require.NoError(t, f.tombstone("dead", client.Any{}))

	for name, read := range map[string]func() []*client.ResolvedEvent{
		"stream": func() []*client.ResolvedEvent {
			got, err := f.readWith("links", client.ReadStreamOptions{From: client.Start{}, ResolveLinkTos: true}, math.MaxUint64)
			require.NoError(t, err)
			return got
		},
		"$all": func() []*client.ResolvedEvent {
			got, err := f.allWith(client.ReadAllOptions{From: client.Start{}, ResolveLinkTos: true}, math.MaxUint64)
			require.NoError(t, err)
			return got[5 : 5+len(links)]
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := read()
			require.Len(t, got, len(links))
			for i, e := range got {
				require.Equal(t, links[i].EventID, e.OriginalEvent().EventID)
				require.EqualValues(t, i, e.OriginalEvent().EventNumber)
				switch i {
				case 1:
					require.Equal(t, target[2].EventID, e.Event.EventID)
					require.Equal(t, "a@b", e.Event.StreamID)
					require.Equal(t, e.Link.Position.Commit, *e.Commit)
				case len(links) - 1:
					require.Nil(t, e.Link, "not a link")
				default:
					require.Nil(t, e.Event, "target of link %d cannot be seen", i)
				}
			}
		})
	}
	t.Run("not resolved", func(t *testing.T) {
		for _, e := range f.read("links") {
			require.Nil(t, e.Link)
		}
	})
}

// TestRawReads checks what the official client never asks for.
func TestRawReads(t *testing.T) {
	f := newFixture(t)
	e := append(some(1), link("0@a"), typed("other"))
	f.put("a", e...)
	read := func(t *testing.T, o *streams.ReadReq_Options) ([]*streams.ReadResp, error) {
		call, err := f.raw.Read(f.ctx, &streams.ReadReq{Options: o})
		require.NoError(t, err)
		var got []*streams.ReadResp
		for {
			m, err := call.Recv()
			if err == io.EOF {
				return got, nil
			}
			if err != nil {
				return got, err
			}
			got = append(got, m)
		}
	}
	count := &streams.ReadReq_Options_Count{Count: 10}
	start := &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
		StreamIdentifier: identifier("a"), RevisionOption: &streams.ReadReq_Options_StreamOptions_Start{Start: &shared.Empty{}},
	}}
	all := &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
		AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: &shared.Empty{}},
	}}
	filter := func(x *streams.ReadReq_Options_FilterOptions) *streams.ReadReq_Options_Filter {
		return &streams.ReadReq_Options_Filter{Filter: x}
	}

	t.Run("ids as text", func(t *testing.T) {
		for _, resolve := range []bool{false, true} {
			got, err := read(t, &streams.ReadReq_Options{
				StreamOption: start, CountOption: count, ResolveLinks: resolve,
				UuidOption: &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}},
			})
			require.NoError(t, err)
			require.Len(t, got, 3)
			require.Equal(t, e[0].EventID.String(), got[0].GetEvent().GetEvent().GetId().GetString_())
			require.Equal(t, `{"n":0}`, string(got[0].GetEvent().GetEvent().GetData()))
			if resolve {
				require.Equal(t, e[0].EventID.String(), got[1].GetEvent().GetEvent().GetId().GetString_())
				require.Equal(t, e[1].EventID.String(), got[1].GetEvent().GetLink().GetId().GetString_())
			}
		}
	})
	t.Run("filtered read", func(t *testing.T) {
		got, err := read(t, &streams.ReadReq_Options{StreamOption: all, CountOption: count, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"ot"}}},
		})})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "other", got[0].GetEvent().GetEvent().GetMetadata()["type"])
	})
	prefix := &streams.ReadReq_Options_FilterOptions_StreamIdentifier{StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"a"}}}
	subscription := &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
	for name, o := range map[string]*streams.ReadReq_Options{
		"nothing":                nil,
		"no stream":              {CountOption: count},
		"no count":               {StreamOption: start},
		"no revision":            {CountOption: count, StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{StreamIdentifier: identifier("a")}}},
		"no position":            {CountOption: count, StreamOption: &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{}}},
		"no name":                {CountOption: count, StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{}}},
		"filtered stream":        {CountOption: count, StreamOption: start, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: prefix})},
		"empty filter":           {CountOption: count, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{})},
		"filter without pattern": {CountOption: count, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: &streams.ReadReq_Options_FilterOptions_EventType{}})},
		"filter with two patterns": {CountOption: count, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"a"}, Regex: "a"}},
		})},
		"look-around": {CountOption: count, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: "(?=a)"}},
		})},
		"no window":               {CountOption: count, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: prefix, Window: &streams.ReadReq_Options_FilterOptions_Max{}})},
		"no checkpoint interval":  {CountOption: subscription, StreamOption: all, FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: prefix})},
		"backwards subscription":  {CountOption: subscription, StreamOption: all, ReadDirection: streams.ReadReq_Options_Backwards},
		"subscription to nothing": {CountOption: subscription},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, o)
			require.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
			require.Empty(t, got)
		})
	}
}

package storetest

import (
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// appendLimit is the size of one append that servers allow, if nobody changed it.
const appendLimit = 1 << 20

// sized makes an append of this many bytes: of data, 10 of metadata and two types in
// each event.
func sized(stream string, total int) []*streams.AppendReq {
	msgs := []*streams.AppendReq{to(stream)}
	for part := 64 << 10; total > 0; total -= part {
		size := min(part, total) - 2*len("happened") - 10
		msgs = append(msgs, message(func(m *streams.AppendReq_ProposedMessage) {
			m.Data, m.CustomMetadata = make([]byte, size), make([]byte, 10)
		}))
	}
	return msgs
}

// appendFacts are the other rules of appends.
var appendFacts = []fact{
	{name: "one request is atomic", check: func(p *peer) {
		p.mark()
		_, _, err := p.bareAppend(to(p.stream()), message(),
			message(func(m *streams.AppendReq_ProposedMessage) { m.Id = nil }), message())
		require.Error(p, err)
		require.Empty(p, p.all())
	}},
	{name: "without events", check: func(p *peer) {
		a, e := p.stream(), Happened(2)
		p.mark()
		before := p.put(a, e[0])
		w := p.put(a)
		require.EqualValues(p, 0, w.NextExpectedVersion)
		require.Greater(p, w.CommitPosition, before.CommitPosition)
		after := p.put(a, e[1])
		require.Greater(p, after.CommitPosition, w.CommitPosition)
		require.Equal(p, IDsOf(e), IDs(p.all()), "it must not be seen")
		missing := p.stream()
		_, err := p.append(missing, client.NoStream{})
		require.NoError(p, err)
		p.notFound(missing)
	}},
	{name: "without events, its position is a boundary", embedded: true, check: func(p *peer) {
		a, e := p.stream(), Happened(2)
		p.put(a, e[0])
		w := p.put(a)
		p.put(a, e[1])
		got, err := p.allWith(
			client.ReadAllOptions{From: client.Position{
				Commit:  w.CommitPosition,
				Prepare: w.PreparePosition,
			}}, 10)
		require.NoError(p, err)
		require.Equal(p, IDsOf(e[1:]), IDs(got))
	}},
	{name: "content types are JSON or binary, other metadata is dropped", check: func(p *peer) {
		a := p.stream()
		for i, given := range []string{
			"application/json", "application/octet-stream",
			"text/plain",
		} {
			_, _, err := p.bareAppend(to(a), message(func(m *streams.AppendReq_ProposedMessage) {
				m.Metadata["content-type"], m.Metadata["extra"] = given, "dropped"
			}))
			require.NoError(p, err)
			got, _, err := p.bareRead(wholeStream(a))
			require.NoError(p, err)
			meta := got[i].GetEvent().GetEvent().GetMetadata()
			want := "application/octet-stream"
			if given == "application/json" {
				want = given
			}
			require.Equal(p, want, meta["content-type"])
			require.Equal(p, "happened", meta["type"])
			require.Regexp(p, `^[0-9]{17}$`, meta["created"],
				"ticks of 100 ns since the Unix epoch")
			require.Len(p, meta, 3)
		}
	}},
	{name: "up to the limit", check: func(p *peer) {
		a := p.stream()
		_, _, err := p.bareAppend(sized(a, appendLimit)...)
		require.NoError(p, err)
		require.Len(p, p.read(a), 16)
	}},
	{
		name:  "metadata and types count",
		since: client.ServerVersion{Major: 24, Minor: 10, Patch: 4},
		check: func(p *peer) {
			a := p.stream()
			_, trailer, err := p.bareAppend(append(sized(a, appendLimit),
				message(func(m *streams.AppendReq_ProposedMessage) { m.Data = nil }))...)
			p.trailers(codes.InvalidArgument, err, trailer, "exception",
				"maximum-append-size-exceeded",
				"maximum-append-size", "1048576")
			p.notFound(a)
		},
	},
	{
		name: "far over the limit is read to the end, then refused", embedded: true,
		check: func(p *peer) {
			for range 20 {
				big := Happened(30)
				for i := range big {
					big[i].Data = make([]byte, 100<<10)
				}
				_, err := p.append(p.stream(), client.Any{}, big...)
				require.Equal(p, codes.InvalidArgument, status.Code(err), "%v", err)
			}
		},
	},
	{name: "ids in either form", check: func(p *peer) {
		a, id := p.stream(), uuid.New()
		for _, form := range []*shared.UUID{
			{Value: &shared.UUID_String_{String_: id.String()}},
			{Value: &shared.UUID_Structured_{Structured: structured(id)}},
		} {
			_, _, err := p.bareAppend(to(a),
				message(func(m *streams.AppendReq_ProposedMessage) { m.Id = form }))
			require.NoError(p, err)
		}
		require.Equal(p, []uuid.UUID{id}, IDs(p.read(a)))
	}},
}

func structured(id uuid.UUID) *shared.UUID_Structured {
	var s shared.UUID_Structured
	for _, b := range id[:8] {
		s.MostSignificantBits = s.MostSignificantBits<<8 | int64(b)
	}
	for _, b := range id[8:] {
		s.LeastSignificantBits = s.LeastSignificantBits<<8 | int64(b)
	}
	return &s
}

// malformedFacts are requests that no client sends. Every server refuses an event
// without id or type; how the rest is refused is what package embedded promises.
var malformedFacts = malformed()

func malformed() []fact {
	event := func(change func(*streams.AppendReq_ProposedMessage)) func(
		string) []*streams.AppendReq {
		return func(a string) []*streams.AppendReq {
			return []*streams.AppendReq{
				to(a),
				message(change),
			}
		}
	}
	fixed := func(msgs ...*streams.AppendReq) func(string) []*streams.AppendReq {
		return func(string) []*streams.AppendReq { return msgs }
	}
	refusal := func(name string, msgs func(stream string) []*streams.AppendReq,
		embedded bool,
	) fact {
		return fact{name: name, embedded: embedded, check: func(p *peer) {
			p.mark()
			_, _, err := p.bareAppend(msgs(p.stream())...)
			require.Error(p, err)
			if embedded {
				require.Equal(p, codes.InvalidArgument, status.Code(err), "%v", err)
			}
			require.Empty(p, p.all())
		}}
	}
	return []fact{
		refusal("empty id", event(func(m *streams.AppendReq_ProposedMessage) {
			m.Id = &shared.UUID{
				Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{}},
			}
		}), false),
		refusal("empty type",
			event(func(m *streams.AppendReq_ProposedMessage) { m.Metadata["type"] = "" }), false),
		refusal("no id", event(func(m *streams.AppendReq_ProposedMessage) { m.Id = nil }), true),
		refusal("malformed id", event(func(m *streams.AppendReq_ProposedMessage) {
			m.Id = &shared.UUID{Value: &shared.UUID_String_{String_: "x"}}
		}), true),
		refusal("long type",
			event(func(m *streams.AppendReq_ProposedMessage) {
				m.Metadata["type"] = strings.Repeat(
					"x", 5000)
			}), true),
		refusal("no messages", fixed(), true),
		refusal("no options", fixed(message()), true),
		refusal("options twice",
			func(a string) []*streams.AppendReq { return []*streams.AppendReq{to(a), to(a)} },
			true),
		refusal("empty message",
			func(a string) []*streams.AppendReq { return []*streams.AppendReq{to(a), {}} }, true),
		refusal("empty stream name", fixed(to(""), message()), true),
		refusal("long stream name", fixed(to(strings.Repeat("x", 5000)), message()), true),
		refusal("metastream of nothing", fixed(to("$$"), message()), true),
		{name: "delete without options", embedded: true, check: func(p *peer) {
			_, err := p.streams().Delete(p.ctx, &streams.DeleteReq{})
			require.Equal(p, codes.InvalidArgument, status.Code(err))
		}},
		{name: "reads", embedded: true, check: malformedReads},
	}
}

func malformedReads(p *peer) {
	a := p.stream()
	p.put(a, Happened(1)...)
	count, start := wholeStream(a).CountOption, wholeStream(a).StreamOption
	all := everything()
	filter := func(x *streams.ReadReq_Options_FilterOptions) *streams.ReadReq_Options_Filter {
		return &streams.ReadReq_Options_Filter{Filter: x}
	}
	byType := func(x *streams.ReadReq_Options_FilterOptions_Expression) *streams.ReadReq_Options_Filter {
		return filter(&streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{EventType: x},
		})
	}
	prefix := &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
		StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{"a"}},
	}
	subscription := &streams.ReadReq_Options_Subscription{
		Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
	}
	for name, o := range map[string]*streams.ReadReq_Options{
		"nothing":   nil,
		"no stream": {CountOption: count},
		"no count":  {StreamOption: start},
		"no revision": {
			CountOption: count,
			StreamOption: &streams.ReadReq_Options_Stream{
				Stream: &streams.ReadReq_Options_StreamOptions{StreamIdentifier: identifier(a)},
			},
		},
		"no position": {
			CountOption:  count,
			StreamOption: &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{}},
		},
		"no name": {
			CountOption: count,
			StreamOption: &streams.ReadReq_Options_Stream{
				Stream: &streams.ReadReq_Options_StreamOptions{},
			},
		},
		"filtered stream": {
			CountOption: count, StreamOption: start,
			FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: prefix}),
		},
		"empty filter": {
			CountOption: count, StreamOption: all,
			FilterOption: filter(&streams.ReadReq_Options_FilterOptions{}),
		},
		"filter without pattern": {
			CountOption: count, StreamOption: all,
			FilterOption: byType(nil),
		},
		"filter with two patterns": {
			CountOption: count, StreamOption: all,
			FilterOption: byType(
				&streams.ReadReq_Options_FilterOptions_Expression{
					Prefix: []string{"a"},
					Regex:  "a",
				}),
		},
		"look-around": {
			CountOption: count, StreamOption: all,
			FilterOption: byType(
				&streams.ReadReq_Options_FilterOptions_Expression{Regex: "(?=a)"}),
		},
		"no window": {
			CountOption: count, StreamOption: all,
			FilterOption: filter(&streams.ReadReq_Options_FilterOptions{
				Filter: prefix,
				Window: &streams.ReadReq_Options_FilterOptions_Max{},
			}),
		},
		"no checkpoint interval": {
			CountOption: subscription, StreamOption: all,
			FilterOption: filter(&streams.ReadReq_Options_FilterOptions{Filter: prefix}),
		},
		"backwards subscription": {
			CountOption: subscription, StreamOption: all,
			ReadDirection: streams.ReadReq_Options_Backwards,
		},
		"subscription to nothing": {CountOption: subscription},
	} {
		p.run(name, func(p *peer) {
			got, _, err := p.bareRead(o)
			require.Equal(p, codes.InvalidArgument, status.Code(err), "%v", err)
			require.Empty(p, got)
		})
	}
}

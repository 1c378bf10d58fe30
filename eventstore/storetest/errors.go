package storetest

import (
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// trailers requires that a call was refused with this status and these trailers.
func (p *peer) trailers(code codes.Code, err error, got metadata.MD, want ...string) {
	p.Helper()
	require.Equal(p, code, status.Code(err), "%v", err)
	for key, value := range metadata.Pairs(want...) {
		require.Equal(p, value, got.Get(key), key)
	}
}

// errorFacts are by which status, trailers or body a server refuses.
var errorFacts = []fact{
	{name: "append, wrong revision, in the body", check: wrongVersionBody},
	{
		name: "append, wrong revision, in the body for old clients", embedded: true,
		check: func(p *peer) {
			a := p.stream()
			begin := to(a)
			begin.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{
				Revision: 7,
			}
			resp, _, err := p.bareAppend(begin, message())
			require.NoError(p, err)
			require.NotNil(p, resp.GetWrongExpectedVersion().GetNoStream_20_6_0())
			require.EqualValues(p, 7, resp.GetWrongExpectedVersion().GetExpectedRevision_20_6_0())
			p.put(a, Happened(3)...)
			resp, _, err = p.bareAppend(begin, message())
			require.NoError(p, err)
			require.EqualValues(p, 2, resp.GetWrongExpectedVersion().GetCurrentRevision_20_6_0())
		},
	},
	{name: "delete and tombstone, wrong revision", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(2)...)
		want := []string{
			"exception", "wrong-expected-version", "stream-name", a,
			"expected-version", "0", "actual-version", "1",
		}
		var trailer metadata.MD
		_, err := p.streams().Delete(p.ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{
			StreamIdentifier:       identifier(a),
			ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 0},
		}}, grpc.Trailer(&trailer))
		p.trailers(codes.FailedPrecondition, err, trailer, want...)
		_, err = p.streams().Tombstone(p.ctx,
			&streams.TombstoneReq{Options: &streams.TombstoneReq_Options{
				StreamIdentifier:       identifier(a),
				ExpectedStreamRevision: &streams.TombstoneReq_Options_Revision{Revision: 0},
			}}, grpc.Trailer(&trailer))
		p.trailers(codes.FailedPrecondition, err, trailer, want...)
		_, err = p.streams().Delete(p.ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{
			StreamIdentifier:       identifier(a),
			ExpectedStreamRevision: &streams.DeleteReq_Options_NoStream{NoStream: &shared.Empty{}},
		}}, grpc.Trailer(&trailer))
		p.trailers(codes.FailedPrecondition, err, trailer, "expected-version", "-1",
			"actual-version", "1")
	}},
	{name: "tombstoned stream", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(1)...)
		require.NoError(p, p.tombstone(a, client.Any{}))
		want := []string{"exception", "stream-deleted", "stream-name", a}
		_, trailer, err := p.bareAppend(to(a), message())
		p.trailers(codes.FailedPrecondition, err, trailer, want...)
		_, trailer, err = p.bareRead(wholeStream(a))
		p.trailers(codes.FailedPrecondition, err, trailer, want...)
		o := wholeStream(a)
		o.CountOption = &streams.ReadReq_Options_Subscription{
			Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
		}
		_, trailer, err = p.bareRead(o)
		p.trailers(codes.FailedPrecondition, err, trailer, want...)
	}},
	{name: "missing stream, one message and no error", check: func(p *peer) {
		a, b := p.stream(), p.stream()
		p.put(b, Happened(1)...)
		require.NoError(p, p.delete(b, client.Any{}))
		for _, stream := range []string{a, b} {
			got, _, err := p.bareRead(wholeStream(stream))
			require.NoError(p, err)
			require.Len(p, got, 1)
			require.Equal(p, stream,
				string(got[0].GetStreamNotFound().GetStreamIdentifier().GetStreamName()))
			p.notFound(stream)
		}
	}},
	{name: "append to $all", check: func(p *peer) {
		_, _, err := p.bareAppend(to("$all"), message())
		require.Error(p, err)
	}},
	{name: "append to $all, access denied", embedded: true, check: func(p *peer) {
		_, trailer, err := p.bareAppend(to("$all"), message())
		p.trailers(codes.PermissionDenied, err, trailer, "exception", "access-denied")
	}},
	{name: "type missing", check: func(p *peer) { p.missingProperty("type") }},
	{name: "content type missing", check: func(p *peer) { p.missingProperty("content-type") }},
	{name: "append over the limit", check: func(p *peer) {
		a := p.stream()
		_, trailer, err := p.bareAppend(to(a),
			message(func(m *streams.AppendReq_ProposedMessage) {
				m.Data = make([]byte,
					appendLimit+1)
			}))
		p.trailers(codes.InvalidArgument, err, trailer, "exception", "maximum-append-size-exceeded",
			"maximum-append-size", "1048576")
		p.notFound(a)
	}},
}

func (p *peer) missingProperty(name string) {
	p.Helper()
	a := p.stream()
	_, trailer, err := p.bareAppend(to(a),
		message(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, name) }))
	p.trailers(codes.InvalidArgument, err, trailer, "exception",
		"missing-required-metadata-property")
	require.Contains(p, strings.Join(trailer.Get("required-metadata-properties"), ","), name)
	p.notFound(a)
}

func wrongVersionBody(p *peer) {
	with := func(o *streams.AppendReq_Options) *streams.AppendResp_WrongExpectedVersion {
		resp, _, err := p.bareAppend(
			&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: o}}, message())
		require.NoError(p, err)
		require.NotNil(p, resp.GetWrongExpectedVersion())
		return resp.GetWrongExpectedVersion()
	}
	a := p.stream()
	w := with(&streams.AppendReq_Options{
		StreamIdentifier:       identifier(a),
		ExpectedStreamRevision: &streams.AppendReq_Options_Revision{Revision: 7},
	})
	require.NotNil(p, w.GetCurrentNoStream())
	require.EqualValues(p, 7, w.GetExpectedRevision())

	w = with(&streams.AppendReq_Options{
		StreamIdentifier: identifier(a),
		ExpectedStreamRevision: &streams.AppendReq_Options_StreamExists{
			StreamExists: &shared.Empty{},
		},
	})
	require.NotNil(p, w.GetCurrentNoStream())
	require.NotNil(p, w.GetExpectedStreamExists())

	p.put(a, Happened(3)...)
	w = with(&streams.AppendReq_Options{
		StreamIdentifier:       identifier(a),
		ExpectedStreamRevision: &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}},
	})
	require.EqualValues(p, 2, w.GetCurrentRevision())
	require.NotNil(p, w.GetExpectedNoStream())
}

package esdb_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore"
)

// odd is a server that answers reads with these messages and this error, and appends
// with the error alone.
type odd struct {
	streams.UnimplementedStreamsServer
	messages []*streams.ReadResp
	trailer  metadata.MD
	err      error
}

func (o *odd) Read(_ *streams.ReadReq, call streams.Streams_ReadServer) error {
	for _, m := range o.messages {
		if err := call.Send(m); err != nil {
			return err
		}
	}
	call.SetTrailer(o.trailer)
	if o.err == nil {
		<-call.Context().Done()
	}
	return o.err
}

func (o *odd) Append(call streams.Streams_AppendServer) error {
	for {
		if _, err := call.Recv(); errors.Is(err, io.EOF) {
			call.SetTrailer(o.trailer)
			return o.err
		} else if err != nil {
			return err
		}
	}
}

func (o *odd) serve(t *testing.T) (connection string) {
	address := serveRPC(t, func(g *grpc.Server) {
		streams.RegisterStreamsServer(g, o)
		serverfeatures.RegisterServerFeaturesServer(g, versioned{version: "24.10.0"})
	})
	return "esdb://" + address + "?tls=false"
}

func oddEvent() *streams.ReadResp {
	return &streams.ReadResp{
		Content: &streams.ReadResp_Event{
			Event: &streams.ReadResp_ReadEvent{Event: &streams.ReadResp_ReadEvent_RecordedEvent{
				Id: &shared.UUID{
					Value: &shared.UUID_String_{String_: uuid.NewString()},
				},
				StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("a-1")},
				CommitPosition:   100, PreparePosition: 100,
				Metadata: map[string]string{
					"type": "x", "content-type": "application/json",
					"created": "1",
				},
			}},
		},
	}
}

// TestOddServer: whatever a server sends, the answer is an error and not the end of the
// process, nor a gap.
func TestOddServer(t *testing.T) {
	confirmed := &streams.ReadResp{
		Content: &streams.ReadResp_Confirmation{
			Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: "s"},
		},
	}
	unknown := &streams.ReadResp{
		Content: &streams.ReadResp_LastAllStreamPosition{
			LastAllStreamPosition: &shared.AllStreamPosition{CommitPosition: 1},
		},
	}
	nothing := &streams.ReadResp{}
	undated, linkUndated := oddEvent(), oddEvent()
	delete(undated.GetEvent().GetEvent().Metadata, "created")
	linkUndated.GetEvent().Link = undated.GetEvent().GetEvent()
	unnamed := status.Error(codes.FailedPrecondition, "stream is deleted")
	for _, row := range []struct {
		name   string
		server *odd
		follow bool // or read
		events int  // before the error
		want   string
	}{
		{
			"read, unknown message", &odd{messages: []*streams.ReadResp{oddEvent(), unknown}},
			false,
			1, "panicked",
		},
		{"read, empty message", &odd{messages: []*streams.ReadResp{nothing}}, false, 0, "panicked"},
		{
			"read, deleted without a name",
			&odd{trailer: metadata.Pairs("exception", "stream-deleted"), err: unnamed}, false, 0,
			"panicked",
		},
		{
			"read, event without time", &odd{messages: []*streams.ReadResp{oddEvent(), undated}},
			false, 1, "time of creation",
		},
		{
			"read, link without time", &odd{messages: []*streams.ReadResp{linkUndated}}, false, 0,
			"time of creation",
		},
		{
			"follow, event without time",
			&odd{messages: []*streams.ReadResp{confirmed, oddEvent(), undated}}, true, 1,
			"time of creation",
		},
		{
			"read, internal error",
			&odd{
				messages: []*streams.ReadResp{oddEvent()},
				err:      status.Error(codes.Internal, "out of order"),
			}, false, 1, "out of order",
		},
		{
			"follow, unknown message",
			&odd{messages: []*streams.ReadResp{confirmed, oddEvent(), unknown, oddEvent()}}, true,
			1, "does not know",
		},
		{
			"follow, empty message",
			&odd{messages: []*streams.ReadResp{confirmed, nothing, oddEvent()}}, true, 0,
			"does not know",
		},
		{"follow, no confirmation", &odd{messages: []*streams.ReadResp{oddEvent()}}, true, 0, ""},
		{
			"follow, internal error",
			&odd{
				messages: []*streams.ReadResp{confirmed},
				err:      status.Error(codes.Internal, "out of order"),
			}, true, 0, "out of order",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := open(t, row.server.serve(t))
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			seq := s.Read(ctx, "a-1", eventstore.Range{})
			if row.follow {
				seq = s.Subscribe(ctx, eventstore.Start, "a-")
			}
			events, errs := 0, []error{}
			for _, err := range seq {
				if err != nil {
					errs = append(errs, err)
				} else {
					events++
				}
			}
			require.Len(t, errs, 1)
			require.NoError(t, ctx.Err(), "it hung")
			require.ErrorContains(t, errs[0], row.want)
			require.Equal(t, row.events, events)
		})
	}
	t.Run("append, deleted without a name", func(t *testing.T) {
		s := open(t, (&odd{
			trailer: metadata.Pairs("exception", "stream-deleted"),
			err:     unnamed,
		}).serve(t))
		_, err := s.Append(t.Context(), "a-1", eventstore.NoStream, some(1)...)
		require.ErrorContains(t, err, "panicked")
	})
}

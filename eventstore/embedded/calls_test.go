package embedded_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded/embeddedtest"
	"lotteryledger/eventstore/internal/calls"
)

// ask makes a call with one message and returns all answers.
func ask(ctx context.Context, conn *grpc.ClientConn, name string, message []byte) (got []byte,
	err error,
) {
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	call, err := conn.NewStream(ctx, desc, "/"+calls.Service+"/"+name)
	if err == nil {
		err = call.SendMsg(wrapperspb.Bytes(message))
	}
	if err == nil || errors.Is(err, io.EOF) { // refused already
		err = call.CloseSend()
	}
	for err == nil {
		var m wrapperspb.BytesValue
		err = call.RecvMsg(&m)
		got = append(got, m.GetValue()...)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return got, err
}

func oneAppend(stream string) []byte {
	return calls.Append{
		Number: 7, Stream: stream, Expected: eventstore.NoStream,
		Events: proposed(1),
	}.Encode(nil)
}

// TestCallsAskWho: the calls of our own ask for user and password, as all others do.
func TestCallsAskWho(t *testing.T) {
	s := newSecured(t)
	conn := s.conn()
	for who, v := range map[string]struct {
		authorization  string
		append, system calls.Outcome
		appends, lists codes.Code
	}{
		"administrator": {
			basic(embeddedtest.Admin, embeddedtest.AdminPassword), calls.Stored,
			calls.Stored, codes.OK, codes.OK,
		},
		"ordinary user": {
			basic(embeddedtest.User, embeddedtest.UserPassword), calls.Stored,
			calls.Refused, codes.OK, codes.PermissionDenied,
		},
		"wrong password": {
			basic(embeddedtest.Admin, "x"), 0, 0, codes.Unauthenticated,
			codes.Unauthenticated,
		},
		"nobody": {"", 0, 0, codes.Unauthenticated, codes.Unauthenticated},
	} {
		ctx := s.ctx
		if v.authorization != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", v.authorization)
		}
		for stream, want := range map[string]calls.Outcome{
			"a-" + who:  v.append,
			"$a-" + who: v.system,
		} {
			got, err := ask(ctx, conn, calls.Appends, oneAppend(stream))
			require.Equal(t, v.appends, status.Code(err), "append, %s: %v", who, err)
			if v.appends != codes.OK {
				continue
			}
			var answer calls.Answer
			_, err = answer.Decode(got)
			require.NoError(t, err)
			require.EqualValues(t, 7, answer.Number)
			require.Equal(t, want, answer.Outcome, "%s: %s", who, answer.Reason)
		}
		got, err := ask(ctx, conn, calls.Streams, []byte("a-"))
		require.Equal(t, v.lists, status.Code(err), "streams, %s: %v", who, err)
		require.Equal(t, v.lists == codes.OK, len(got) > 0)
	}
}

// TestMalformedAppends: a message that is no append ends the call, and stores nothing.
func TestMalformedAppends(t *testing.T) {
	f := newFixture(t)
	conn, err := grpc.NewClient(f.server.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	whole := oneAppend("a")
	for n := 1; n < len(whole); n += 5 {
		_, err := ask(f.ctx, conn, calls.Appends, whole[:n])
		require.Equal(t, codes.InvalidArgument, status.Code(err), "%d: %v", n, err)
	}
	require.Empty(t, f.all())
	got, err := ask(f.ctx, conn, calls.Appends, append(oneAppend("a"), oneAppend("a")...))
	require.NoError(t, err)
	var first, second calls.Answer
	rest, err := first.Decode(got)
	require.NoError(t, err)
	_, err = second.Decode(rest)
	require.NoError(t, err)
	require.ElementsMatch(t, []calls.Outcome{calls.Stored, calls.Conflict},
		[]calls.Outcome{first.Outcome, second.Outcome})
	require.Len(t, f.all(), 1)
}

// TestCloseEndsAppends: a client that holds a call of appends open does not hold the server up.
func TestCloseEndsAppends(t *testing.T) {
	f := newFixture(t)
	conn, err := grpc.NewClient(f.server.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	call, err := conn.NewStream(f.ctx, desc, "/"+calls.Service+"/"+calls.Appends)
	require.NoError(t, err)
	require.NoError(t, call.SendMsg(wrapperspb.Bytes(oneAppend("a"))))
	require.NoError(t, call.RecvMsg(&wrapperspb.BytesValue{}))
	began := time.Now()
	require.NoError(t, f.server.Close())
	require.Less(t, time.Since(began), 4*time.Second)
	require.Equal(t, codes.Unavailable, status.Code(call.RecvMsg(&wrapperspb.BytesValue{})))
}

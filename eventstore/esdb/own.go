package esdb

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lotteryledger/eventstore/internal/calls"
)

// own is the way to the calls that an embedded store alone has. Whatever fails here is done
// by the official client instead.
type own struct {
	conn    *grpc.ClientConn // nil if there are several hosts; not connected before it is used
	foreign atomic.Bool      // the server has no such calls
}

func newOwn(config *client.Configuration) (*own, error) {
	if config.Address == "" || config.DnsDiscover || len(config.GossipSeeds) > 0 {
		return &own{}, nil
	}
	conn, err := dial(config)
	return &own{conn: conn}, err
}

func (o *own) close() {
	if o.conn != nil {
		_ = o.conn.Close() // reports only that it was closed before
	}
}

// there reports whether the server may have such calls.
func (o *own) there() bool { return o.conn != nil && !o.foreign.Load() }

// learn notes whether the server has such calls.
func (o *own) learn(err error) {
	if status.Code(err) == codes.Unimplemented {
		o.foreign.Store(true)
	}
}

func (o *own) stream(ctx context.Context, name string) (grpc.ClientStream, error) {
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	return o.conn.NewStream(ctx, desc, "/"+calls.Service+"/"+name)
}

// streams lists the streams with a prefix. It reports false when the list is not known.
func (o *own) streams(ctx context.Context, prefix string) (names []string, known bool) {
	if !o.there() {
		return nil, false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := o.stream(ctx, calls.Streams)
	if err == nil {
		err = errors.Join(call.SendMsg(wrapperspb.Bytes([]byte(prefix))), call.CloseSend())
	}
	for err == nil {
		var m wrapperspb.BytesValue
		err = call.RecvMsg(&m)
		for rest := m.GetValue(); err == nil && len(rest) > 0; {
			var name string
			name, rest, err = calls.DecodeName(rest)
			names = append(names, name)
		}
	}
	o.learn(err)
	return names, errors.Is(err, io.EOF)
}

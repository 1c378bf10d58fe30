package clustertest

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// forward carries out a call at the server. If it fails, the fault happens when the server has
// answered, and the answer does not go out.
func (n *node) forward(down grpc.ServerStream, fails bool) error {
	ctx, cancel := context.WithCancel(down.Context())
	defer cancel()
	md, _ := metadata.FromIncomingContext(ctx)
	method, _ := grpc.MethodFromServerStream(down)
	up, err := n.cluster.server.NewStream(metadata.NewOutgoingContext(ctx, md),
		&grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method,
		grpc.ForceCodecV2(newCodec()))
	if err != nil {
		return err
	}
	go func() {
		for {
			var m []byte
			err := down.RecvMsg(&m)
			if errors.Is(err, io.EOF) {
				_ = up.CloseSend() // the other direction tells what is wrong
				return
			}
			if err != nil || up.SendMsg(&m) != nil {
				return
			}
		}
	}()
	for {
		var m []byte
		err := up.RecvMsg(&m)
		if fails {
			n.cluster.happen()
			fails = false
		}
		if errors.Is(err, io.EOF) {
			down.SetTrailer(up.Trailer())
			return nil
		}
		if err != nil {
			down.SetTrailer(up.Trailer())
			return err
		}
		if err := down.SendMsg(&m); err != nil {
			return err
		}
	}
}

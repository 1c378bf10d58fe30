package embedded

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// rawFrame is a message that is encoded already. It must not be changed after it was
// handed to the connection.
type rawFrame []byte

// codec passes raw frames, lets appends decode their messages, and leaves everything else
// to the codec of gRPC.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(proto.Name)} }

// Marshal encodes a message.
func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if f, ok := v.(rawFrame); ok {
		return mem.BufferSlice{mem.SliceBuffer(f)}, nil
	}
	return c.CodecV2.Marshal(v)
}

// Unmarshal decodes a message. One of an append is decoded by hand when it is an event as
// clients send it; reflection over its map of two strings would take longer than storing it
// (docs/decisions/0009-decoding-of-events.md).
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	r, ok := v.(*requestBuilder)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	b := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer b.Free()
	if e, ok := decodeProposed(b.ReadOnlyData()); ok {
		r.event(e)
		return nil
	}
	var m streams.AppendReq
	if err := c.CodecV2.Unmarshal(data, &m); err != nil {
		return err
	}
	r.add(&m)
	return nil
}

package esdb

import (
	"bytes"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/encoding"
	grpcproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

func usualEvent() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: 4711},
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
				MostSignificantBits: -5, LeastSignificantBits: 1 << 62,
			}}},
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("application-1")},
			StreamRevision:   3, PreparePosition: 4711, CommitPosition: 4711,
			Metadata: map[string]string{
				"type": "application.approved.v1", "content-type": "application/json",
				"created": "17900000000000000",
			},
			CustomMetadata: []byte(`{"command":"x"}`), Data: []byte(`{"申":1}`),
		},
	}}}
}

func encoded(t testing.TB, m proto.Message) []byte {
	b, err := proto.Marshal(m)
	require.NoError(t, err)
	return b
}

// changes make of the usual event what the generated code has to decode; the last makes nothing.
var changes = map[string]func(*streams.ReadResp){
	"without an id":     func(r *streams.ReadResp) { r.GetEvent().Event.Id = nil },
	"with a textual id": func(r *streams.ReadResp) { r.GetEvent().Event.Id = textID() },
	"with a link": func(
		r *streams.ReadResp,
	) {
		r.GetEvent().Link = usualEvent().GetEvent().Event
	},
	"a link without event": func(r *streams.ReadResp) {
		r.GetEvent().Link,
			r.GetEvent().Event = r.GetEvent().Event, nil
	},
	"without a position": func(r *streams.ReadResp) { r.GetEvent().Position = nil },
	"saying no position": func(r *streams.ReadResp) {
		r.GetEvent().Position = &streams.ReadResp_ReadEvent_NoPosition{NoPosition: &shared.Empty{}}
	},
	"with another word": func(r *streams.ReadResp) { r.GetEvent().Event.Metadata["更"] = "" },
	"with a time alone": func(r *streams.ReadResp) {
		r.GetEvent().Event = &streams.ReadResp_ReadEvent_RecordedEvent{
			Metadata: map[string]string{"created": "1"},
		}
	},
	"a checkpoint": func(r *streams.ReadResp) {
		r.Content = &streams.ReadResp_Checkpoint_{
			Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: 1},
		}
	},
	"nothing":  func(r *streams.ReadResp) { r.Reset() },
	"as usual": func(*streams.ReadResp) {},
}

func textID() *shared.UUID {
	return &shared.UUID{
		Value: &shared.UUID_String_{String_: "0f5b7c3a-0000-5000-8000-000000000000"},
	}
}

// TestCodec: the codec that gRPC uses decodes every response as the generated code does,
// and keeps nothing of the buffer.
func TestCodec(t *testing.T) {
	c := encoding.GetCodecV2(grpcproto.Name)
	require.IsType(t, codec{}, c, "gRPC uses it")
	_, ok := decodeEvent(encoded(t, usualEvent()))
	require.True(t, ok, "the usual event is decoded by hand")

	for name, change := range changes {
		want := usualEvent()
		change(want)
		b := encoded(t, want)
		got := &streams.ReadResp{Content: usualEvent().Content} // what was there goes
		require.NoError(t, c.Unmarshal(mem.BufferSlice{mem.SliceBuffer(b)}, got), name)
		copy(b, bytes.Repeat([]byte{0xff}, len(b)))
		require.True(t, proto.Equal(want, got), "%s: %v", name, got)
	}
	require.Error(t, c.Unmarshal(mem.BufferSlice{mem.SliceBuffer("\xff")}, &streams.ReadResp{}))
}

// FuzzDecodeEvent: whatever is decoded by hand, the generated code decodes to the same.
func FuzzDecodeEvent(f *testing.F) {
	f.Add(encoded(f, usualEvent()))
	for _, change := range changes {
		r := usualEvent()
		change(r)
		f.Add(encoded(f, r))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := decodeEvent(b)
		if !ok {
			return
		}
		want := &streams.ReadResp{}
		require.NoError(t, proto.Unmarshal(b, want))
		require.True(t, proto.Equal(want,
			&streams.ReadResp{Content: &streams.ReadResp_Event{Event: e}}))
	})
}

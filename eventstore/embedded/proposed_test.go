package embedded

import (
	"bytes"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

func encoded(t testing.TB, m proto.Message) []byte {
	b, err := proto.Marshal(m)
	require.NoError(t, err)
	return b
}

func appendOptions(stream string) *streams.AppendReq {
	return &streams.AppendReq{
		Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
			StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
			ExpectedStreamRevision: &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}},
		}},
	}
}

// proposedMessages are the usual message, and what differs from it in one thing.
func proposedMessages() map[string]*streams.AppendReq {
	messages := map[string]*streams.AppendReq{}
	for name, change := range map[string]func(*streams.AppendReq_ProposedMessage){
		"as usual": func(*streams.AppendReq_ProposedMessage) {},
		"binary": func(
			m *streams.AppendReq_ProposedMessage,
		) {
			m.Metadata[keyContentType] = contentBinary
		},
		"without data": func(m *streams.AppendReq_ProposedMessage) {
			m.Data,
				m.CustomMetadata = nil, nil
		},
		"without an id":    func(m *streams.AppendReq_ProposedMessage) { m.Id = nil },
		"with an empty id": func(m *streams.AppendReq_ProposedMessage) { m.Id = &shared.UUID{} },
		"with a textual id": func(
			m *streams.AppendReq_ProposedMessage,
		) {
			m.Id = textID(uuid.NewString())
		},
		"with no id": func(m *streams.AppendReq_ProposedMessage) { m.Id = textID("x") },
		"without a type": func(m *streams.AppendReq_ProposedMessage) {
			delete(m.Metadata,
				keyType)
		},
		"with an empty type": func(
			m *streams.AppendReq_ProposedMessage,
		) {
			m.Metadata[keyType] = ""
		},
		"without a kind": func(m *streams.AppendReq_ProposedMessage) {
			delete(m.Metadata,
				keyContentType)
		},
		"with another word": func(m *streams.AppendReq_ProposedMessage) { m.Metadata["更"] = "" },
		"with no words":     func(m *streams.AppendReq_ProposedMessage) { m.Metadata = nil },
		"with too long a type": func(m *streams.AppendReq_ProposedMessage) {
			m.Metadata[keyType] = string(make([]byte, maxNameLength+1))
		},
	} {
		m := &streams.AppendReq_ProposedMessage{
			Id: &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
				MostSignificantBits: -5, LeastSignificantBits: 1 << 62,
			}}},
			Metadata: map[string]string{
				keyType:        "application.approved.v1",
				keyContentType: contentJSON,
			},
			CustomMetadata: []byte(`{"command":"x"}`), Data: []byte(`{"申":1}`),
		}
		change(m)
		messages[name] = &streams.AppendReq{
			Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: m},
		}
	}
	return messages
}

func textID(s string) *shared.UUID { return &shared.UUID{Value: &shared.UUID_String_{String_: s}} }

// TestCodecOfAppends: a request comes to the same, or is refused for the same reason, whether its
// events are decoded by hand or by the generated code, and keeps nothing of the buffer.
func TestCodecOfAppends(t *testing.T) {
	_, ok := decodeProposed(encoded(t, proposedMessages()["as usual"]))
	require.True(t, ok, "the usual event is decoded by hand")
	c := newCodec()
	for name, m := range proposedMessages() {
		var byCodec, generated requestBuilder
		for _, m := range []*streams.AppendReq{appendOptions("thing-1"), m} {
			b := encoded(t, m)
			require.NoError(t, c.Unmarshal(mem.BufferSlice{mem.SliceBuffer(b)}, &byCodec), name)
			copy(b, bytes.Repeat([]byte{0xff}, len(b)))
			generated.add(m)
		}
		got, err := byCodec.finish()
		want, wantErr := generated.finish()
		require.Equal(t, wantErr, err, name)
		require.Equal(t, want, got, name)
	}
	require.Error(t, c.Unmarshal(mem.BufferSlice{mem.SliceBuffer("\xff")}, &requestBuilder{}))
}

// FuzzDecodeProposed: whatever is decoded by hand, the generated code decodes to the same.
func FuzzDecodeProposed(f *testing.F) {
	for _, m := range proposedMessages() {
		f.Add(encoded(f, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, ok := decodeProposed(b)
		if !ok {
			return
		}
		var m streams.AppendReq
		require.NoError(t, proto.Unmarshal(b, &m))
		require.IsType(t, &streams.AppendReq_ProposedMessage_{}, m.GetContent())
		want, err := proposedIn(m.GetProposedMessage())
		require.NoError(t, err)
		require.Equal(t, want.id, e.id)
		for _, pair := range [][2][]byte{
			{want.eventType, e.eventType},
			{want.contentType, e.contentType},
		} {
			require.Equal(t, pair[0] == nil, pair[1] == nil)
			require.Equal(t, string(pair[0]), string(pair[1]))
		}
		require.Equal(t, string(want.custom), string(e.custom))
		require.Equal(t, string(want.data), string(e.data))
	})
}

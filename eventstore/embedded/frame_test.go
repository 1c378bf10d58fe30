package embedded

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

func frameOf(stream, eventType string, isJSON bool, custom, data []byte, s stamp) ([]byte,
	proposal,
) {
	p := newProposal(stream, uuid.New(), eventType, isJSON, custom, data)
	suffix := s.suffix(nil)
	frame := appendFrame(nil, p.body, suffix, nil, s.position)
	return frame, p
}

// TestFrameIsTheMessage compares the frames with the generated decoder and with the
// parser of this package.
func TestFrameIsTheMessage(t *testing.T) {
	for _, s := range []stamp{
		{0, firstPosition, 1},
		{127, 128, 1 << 40},
		{math.MaxInt64, 1 << 60, math.MaxInt64},
	} {
		for _, stream := range []string{"a", "申请-1", strings.Repeat("x", 300)} {
			custom, data := []byte("c"), bytes.Repeat([]byte{0, 255}, 200)
			frame, p := frameOf(stream, "thing.happened", true, custom, data, s)
			require.Len(t, frame, frameLen(len(p.body)+len(s.suffix(nil)), s.position))

			var m streams.ReadResp
			require.NoError(t, proto.Unmarshal(frame, &m))
			require.Equal(t, s.position, m.GetEvent().GetCommitPosition())
			r := m.GetEvent().GetEvent()
			require.Equal(t, p.id, structuredID(r.GetId().GetStructured()))
			require.Equal(t, stream, string(r.GetStreamIdentifier().GetStreamName()))
			require.Equal(t, s.revision, r.GetStreamRevision())
			require.Equal(t, s.position, r.GetCommitPosition())
			require.Equal(t, s.position, r.GetPreparePosition())
			require.Equal(t, data, r.GetData())
			require.Equal(t, custom, r.GetCustomMetadata())
			require.Len(t, r.GetMetadata(), 3)
			require.Equal(t, "thing.happened", r.GetMetadata()["type"])
			require.Equal(t, "application/json", r.GetMetadata()["content-type"])

			e, err := parseFrame(frame)
			require.NoError(t, err)
			require.Equal(t, p.id, e.id)
			require.Equal(t, stream, string(e.stream))
			require.Equal(t, "thing.happened", string(e.eventType))
			require.True(t, e.isJSON)
			require.Equal(t, s, stamp{e.revision, e.position, e.created})
			require.Equal(t, data, e.data)

			var text streams.ReadResp
			require.NoError(t, proto.Unmarshal(appendFrame(nil, e.stringID(), nil, e.recorded,
				s.position), &text))
			require.Equal(t, p.id.String(), text.GetEvent().GetEvent().GetId().GetString_())
			require.Equal(t, data, text.GetEvent().GetEvent().GetData())
			require.True(t, proto.Equal(r, text.GetEvent().GetLink()))
		}
	}
}

func TestTruncatedFrames(t *testing.T) {
	frame, _ := frameOf("a", "b", false, nil, []byte("{}"), stamp{1, 100, 5})
	for n := range frame {
		_, err := parseFrame(frame[:n])
		require.Error(t, err, "%d of %d bytes", n, len(frame))
	}
	_, err := parseFrame(append(frame, 0))
	require.Error(t, err)
}

func TestRecordChecksum(t *testing.T) {
	record := append(make([]byte, recordHeader), "some frame"...)
	seal(record)
	frame, kind, err := openRecord(record)
	require.NoError(t, err)
	require.EqualValues(t, kindEvent, kind)
	require.Equal(t, "some frame", string(frame))
	for i := range record {
		for bit := range 8 {
			record[i] ^= 1 << bit
			_, _, err := openRecord(record)
			require.Error(t, err)
			record[i] ^= 1 << bit
		}
	}
	_, _, err = openRecord(record[:3])
	require.Error(t, err)
}

func FuzzParseFrame(f *testing.F) {
	frame, _ := frameOf("a-1", "thing.happened", true, []byte("m"), []byte(`{"a":1}`),
		stamp{7, 4711, 17e15})
	f.Add(frame)
	f.Add(frame[:20])
	f.Add([]byte{10, 2, 10, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := parseFrame(b)
		if err != nil {
			return
		}
		var m streams.ReadResp
		if proto.Unmarshal(b, &m) != nil {
			return // the parser does not look at every part
		}
		if r := m.GetEvent().GetEvent(); r != nil &&
			proto.Unmarshal(e.recorded, &streams.ReadResp_ReadEvent_RecordedEvent{}) != nil {
			t.Fatalf("the recorded event is malformed, the message is not")
		}
		_ = e.stringID()
	})
}

func FuzzParseLink(f *testing.F) {
	f.Add([]byte("0@a"))
	f.Add([]byte("12@a@b"))
	f.Add([]byte("-1@a"))
	f.Add([]byte("+1@a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, ok := parseLink(b)
		if !ok || l.stream == "" {
			return
		}
		require.GreaterOrEqual(t, l.revision, int64(lastEvent))
		require.True(t, bytes.HasSuffix(b, []byte("@"+l.stream)))
	})
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte(`{"$tb":5,"$maxCount":3,"x":null}`))
	f.Add([]byte(`{"$tb":9223372036854775808}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseMetadata(b)
		for _, n := range []uint64{m.truncateBefore, m.maxCount, m.maxAge} {
			require.LessOrEqual(t, n, uint64(math.MaxInt64))
		}
		if err != nil {
			require.Zero(t, m)
		}
		h := head{last: 9, truncateBefore: tombstoned}.withMetadata(true, b)
		back, err := parseHead(h.encode())
		require.NoError(t, err)
		require.Equal(t, h, back)
		if revived, ok := undeleted(b, 10); ok {
			if m, err := parseMetadata(revived); err == nil {
				require.EqualValues(t, 10, m.truncateBefore)
			}
		}
	})
}

func FuzzAppendRequest(f *testing.F) {
	f.Add(encoded(f, &streams.AppendReq{}), []byte{0xff})
	for _, m := range proposedMessages() {
		f.Add(encoded(f, appendOptions("thing-1")), encoded(f, m))
		f.Add(encoded(f, m), encoded(f, m))
	}
	c := newCodec()
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var b requestBuilder
		for _, raw := range [][]byte{first, second, second} {
			if c.Unmarshal(mem.BufferSlice{mem.SliceBuffer(raw)}, &b) != nil {
				return
			}
		}
		r, err := b.finish()
		if err != nil {
			return
		}
		require.NotEmpty(t, r.stream)
		for _, p := range r.events {
			_, err := parseFrame(appendFrame(nil, p.body, stamp{0, 64, 1}.suffix(nil), nil, 64))
			require.NoError(t, err)
		}
	})
}

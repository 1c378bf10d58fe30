package esdb

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"lotteryledger/eventstore/catalog"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"

	"lotteryledger/eventstore/internal/wire"
)

// The client spends half of its time in the generated decoding of events, most of it in
// reflection over a map of three strings (docs/benchmarks.md). gRPC lets a process register a codec
// in the place of its own, and that of this package decodes the one message that matters by hand.
// gRPC allows registering during initialisation only.
func init() { encoding.RegisterCodecV2(codec{encoding.GetCodecV2(proto.Name)}) }

// codec is that of gRPC, but for events that are read.
type codec struct{ encoding.CodecV2 }

// Unmarshal decodes a message.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	response, ok := v.(*streams.ReadResp)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	b := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer b.Free()
	if e, ok := decodeEvent(b.ReadOnlyData()); ok {
		response.Reset()
		response.Content = &streams.ReadResp_Event{Event: e}
	} else if err := c.CodecV2.Unmarshal(data, v); err != nil {
		return err
	}
	return errors.Join(dated(response.GetEvent().GetEvent()), dated(response.GetEvent().GetLink()))
}

// dated refuses an event without a time of creation, for which the client would end the
// process.
func dated(e *streams.ReadResp_ReadEvent_RecordedEvent) error {
	if e == nil {
		return nil
	}
	if _, err := strconv.ParseInt(e.GetMetadata()["created"], 10, 64); err != nil {
		return fmt.Errorf("time of creation of an event: %w", err)
	}
	return nil
}

// event holds the messages of one event, so that they are made at once.
type event struct {
	read       streams.ReadResp_ReadEvent
	recorded   streams.ReadResp_ReadEvent_RecordedEvent
	position   streams.ReadResp_ReadEvent_CommitPosition
	id         shared.UUID
	structured shared.UUID_Structured_
	bits       shared.UUID_Structured
	stream     shared.StreamIdentifier
}

// decodeEvent decodes a ReadResp that holds an event without a link and with a structured
// id, as reads of the ledger do. It reports false for everything else, which is left
// to the generated code; so is whatever it does not know.
func decodeEvent(b []byte) (*streams.ReadResp_ReadEvent, bool) {
	b, ok := wire.Only(b, 1)
	if !ok {
		return nil, false
	}
	e, f := &event{}, wire.Of(b)
	for f.Next() {
		switch f.Field {
		case wire.Bytes(1):
			if e.read.Event != nil || !e.record(f.Bytes) {
				return nil, false
			}
			e.read.Event = &e.recorded
		case wire.Number(3):
			e.position.CommitPosition = f.Varint
			e.read.Position = &e.position
		default:
			return nil, false
		}
	}
	return &e.read, e.read.Event != nil && !f.Bad
}

// record decodes a RecordedEvent. What the event keeps is copied out of the buffer, which
// gRPC uses again.
func (e *event) record(b []byte) bool {
	kept := make([]byte, 0, len(b))
	keep := func(b []byte) []byte {
		from := len(kept)
		kept = append(kept, b...)
		return kept[from:len(kept):len(kept)]
	}
	r := &e.recorded
	r.Metadata = make(map[string]string, 3)
	seen := uint(0)
	f := wire.Of(b)
	for f.Next() {
		if f.Number > 8 || f.Number != 6 && seen&(1<<f.Number) != 0 {
			return false
		}
		seen |= 1 << f.Number
		ok := true
		switch f.Field {
		case wire.Bytes(1):
			r.Id, ok = e.identify(f.Bytes)
		case wire.Bytes(2):
			var name []byte
			name, ok = wire.Only(f.Bytes, 3)
			e.stream.StreamName = keep(name)
			r.StreamIdentifier = &e.stream
		case wire.Number(3):
			r.StreamRevision = f.Varint
		case wire.Number(4):
			r.PreparePosition = f.Varint
		case wire.Number(5):
			r.CommitPosition = f.Varint
		case wire.Bytes(6):
			ok = setEntry(r.Metadata, f.Bytes)
		case wire.Bytes(7):
			r.CustomMetadata = keep(f.Bytes)
		case wire.Bytes(8):
			r.Data = keep(f.Bytes)
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return !f.Bad
}

// identify decodes a UUID in its structured form.
func (e *event) identify(b []byte) (*shared.UUID, bool) {
	most, least, ok := wire.Structured(b)
	e.bits.MostSignificantBits, e.bits.LeastSignificantBits = int64(most), int64(least)
	e.structured.Structured = &e.bits
	e.id.Value = &e.structured
	return &e.id, ok
}

// setEntry decodes an entry of a map of strings.
func setEntry(m map[string]string, b []byte) bool {
	key, value, ok := wire.Entry(b)
	if !ok || !utf8.Valid(key) || !utf8.Valid(value) {
		return false
	}
	m[word(key)] = word(value)
	return true
}

// word is the string of b; the words of every event are not made anew.
func word(b []byte) string {
	switch string(b) {
	case "type":
		return "type"
	case "content-type":
		return "content-type"
	case "created":
		return "created"
	case "application/json":
		return "application/json"
	}
	return catalog.TypeName(b)
}

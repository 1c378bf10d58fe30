package esdb

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"lotteryledger/eventstore"
)

// The client spends half of its time in the generated decoding of events, most of it in
// reflection over a map of three strings (docs/benchmarks.md). gRPC lets a process register a codec in the
// place of its own, and that of this package decodes the one message that matters by hand.
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
	b, ok := only(b, 1)
	if !ok {
		return nil, false
	}
	e, f := &event{}, fields{rest: b}
	for f.next() {
		switch f.field() {
		case field{1, protowire.BytesType}:
			if e.read.Event != nil || !e.record(f.bytes) {
				return nil, false
			}
			e.read.Event = &e.recorded
		case field{3, protowire.VarintType}:
			e.position.CommitPosition = f.varint
			e.read.Position = &e.position
		default:
			return nil, false
		}
	}
	return &e.read, e.read.Event != nil && !f.bad
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
	f := fields{rest: b}
	for f.next() {
		if f.number > 8 || f.number != 6 && seen&(1<<f.number) != 0 {
			return false
		}
		seen |= 1 << f.number
		ok := true
		switch f.field() {
		case field{1, protowire.BytesType}:
			r.Id, ok = e.identify(f.bytes)
		case field{2, protowire.BytesType}:
			var name []byte
			name, ok = only(f.bytes, 3)
			e.stream.StreamName = keep(name)
			r.StreamIdentifier = &e.stream
		case field{3, protowire.VarintType}:
			r.StreamRevision = f.varint
		case field{4, protowire.VarintType}:
			r.PreparePosition = f.varint
		case field{5, protowire.VarintType}:
			r.CommitPosition = f.varint
		case field{6, protowire.BytesType}:
			ok = setEntry(r.Metadata, f.bytes)
		case field{7, protowire.BytesType}:
			r.CustomMetadata = keep(f.bytes)
		case field{8, protowire.BytesType}:
			r.Data = keep(f.bytes)
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return !f.bad
}

// identify decodes a UUID in its structured form.
func (e *event) identify(b []byte) (*shared.UUID, bool) {
	b, ok := only(b, 1)
	f := fields{rest: b}
	if !ok || !f.next() || f.field() != (field{1, protowire.VarintType}) {
		return nil, false
	}
	e.bits.MostSignificantBits = int64(f.varint)
	if !f.next() || f.field() != (field{2, protowire.VarintType}) || len(f.rest) > 0 {
		return nil, false
	}
	e.bits.LeastSignificantBits = int64(f.varint)
	e.structured.Structured = &e.bits
	e.id.Value = &e.structured
	return &e.id, true
}

// setEntry decodes an entry of a map of strings.
func setEntry(m map[string]string, b []byte) bool {
	f := fields{rest: b}
	if !f.next() || f.field() != (field{1, protowire.BytesType}) {
		return false
	}
	key := f.bytes
	if !f.next() || f.field() != (field{2, protowire.BytesType}) || len(f.rest) > 0 {
		return false
	}
	if !utf8.Valid(key) || !utf8.Valid(f.bytes) {
		return false
	}
	m[word(key)] = word(f.bytes)
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
	return eventstore.TypeName(b)
}

// field is the number of a field and how its value is encoded.
type field struct {
	number protowire.Number
	kind   protowire.Type
}

// fields goes through an encoded message.
type fields struct {
	rest   []byte
	number protowire.Number
	kind   protowire.Type
	bytes  []byte // value of the field, if it has a length
	varint uint64 // or if it is a number
	bad    bool   // the message is malformed, or holds a value of another kind
}

func (f *fields) field() field { return field{f.number, f.kind} }

// next goes to the next field, if there is one.
func (f *fields) next() bool {
	if len(f.rest) == 0 || f.bad {
		return false
	}
	number, kind, n := protowire.ConsumeTag(f.rest)
	if n < 0 {
		f.bad = true
		return false
	}
	f.number, f.kind, f.rest = number, kind, f.rest[n:]
	switch kind {
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(f.rest)
	case protowire.VarintType:
		f.varint, n = protowire.ConsumeVarint(f.rest)
	default:
		n = -1
	}
	if f.bad = n < 0; f.bad {
		return false
	}
	f.rest = f.rest[n:]
	return true
}

// only returns the value of the one field that a message consists of.
func only(b []byte, number protowire.Number) ([]byte, bool) {
	f := fields{rest: b}
	ok := f.next() && f.field() == field{number, protowire.BytesType} && len(f.rest) == 0
	return f.bytes, ok
}

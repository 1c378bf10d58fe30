package embedded

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"lotteryledger/eventstore/internal/wire"
)

// Field numbers of AppendReq and AppendReq.ProposedMessage in streams.proto.
const (
	fieldProposed = 2 // AppendReq.proposed_message

	fieldProposedID       = 1
	fieldProposedMetadata = 2
	fieldProposedCustom   = 3
	fieldProposedData     = 4
)

// proposed is an event as a request brings it. Its slices are memory of the message; the
// types are nil when the message does not name them.
type proposed struct {
	id                     uuid.UUID
	eventType, contentType []byte
	custom, data           []byte
}

func (e *proposed) isJSON() bool { return string(e.contentType) == contentJSON }

// check refuses what lacks something that every event needs.
func (e *proposed) check() error {
	switch {
	case e.id == uuid.Nil:
		return invalid("an event id is empty")
	case e.eventType == nil:
		return missingProperty(keyType)
	case e.contentType == nil:
		return missingProperty(keyContentType)
	case len(e.eventType) == 0 || len(e.eventType) > maxNameLength:
		return invalid("an event type needs 1 to %d bytes", maxNameLength)
	}
	return nil
}

// proposedIn takes the event out of a message that the generated code has decoded.
func proposedIn(m *streams.AppendReq_ProposedMessage) (e proposed, err error) {
	e.custom, e.data = m.GetCustomMetadata(), m.GetData()
	if value, ok := m.GetMetadata()[keyType]; ok {
		e.eventType = []byte(value)
	}
	if value, ok := m.GetMetadata()[keyContentType]; ok {
		e.contentType = []byte(value)
	}
	switch v := m.GetId().GetValue().(type) {
	case *shared.UUID_Structured_:
		e.id = structuredID(v.Structured)
	case *shared.UUID_String_:
		if e.id, err = uuid.Parse(v.String_); err != nil {
			return e, invalid("an event id is malformed")
		}
	}
	return e, nil
}

// decodeProposed decodes an AppendReq that holds an event as clients send it: with a
// structured id and no metadata but the two types. It reports false for everything else,
// which is left to the generated code; so is whatever it does not know.
func decodeProposed(b []byte) (e proposed, ok bool) {
	b, ok = wire.Only(b, fieldProposed)
	if !ok {
		return e, false
	}
	seen := uint(0)
	f := wire.Of(b)
	for f.Next() {
		if f.Number != fieldProposedMetadata && seen&(1<<f.Number) != 0 {
			return e, false
		}
		seen |= 1 << f.Number
		ok := true
		switch f.Field {
		case wire.Bytes(fieldProposedID):
			var most, least uint64
			most, least, ok = wire.Structured(f.Bytes)
			binary.BigEndian.PutUint64(e.id[:8], most)
			binary.BigEndian.PutUint64(e.id[8:], least)
		case wire.Bytes(fieldProposedMetadata):
			ok = e.describe(f.Bytes)
		case wire.Bytes(fieldProposedCustom):
			e.custom = f.Bytes
		case wire.Bytes(fieldProposedData):
			e.data = f.Bytes
		default:
			ok = false
		}
		if !ok {
			return e, false
		}
	}
	return e, !f.Bad
}

// describe decodes one of the two types.
func (e *proposed) describe(entry []byte) bool {
	key, value, ok := wire.Entry(entry)
	if !ok || !utf8.Valid(value) {
		return false
	}
	switch {
	case string(key) == keyType && e.eventType == nil:
		e.eventType = value
	case string(key) == keyContentType && e.contentType == nil:
		e.contentType = value
	default:
		return false
	}
	return true
}

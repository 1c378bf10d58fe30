package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the messages in streams.proto and shared.proto.
const (
	fieldRespEvent = 1 // ReadResp.event

	fieldEvent    = 1 // ReadEvent.event
	fieldLink     = 2 // ReadEvent.link
	fieldPosition = 3 // ReadEvent.commit_position

	fieldID         = 1 // RecordedEvent.id
	fieldStream     = 2
	fieldRevision   = 3
	fieldPrepare    = 4
	fieldCommit     = 5
	fieldMetadata   = 6
	fieldCustom     = 7
	fieldData       = 8
	fieldStreamName = 3 // StreamIdentifier.stream_name
	fieldStructured = 1 // UUID.structured
	fieldString     = 2 // UUID.string
	fieldMost       = 1 // UUID.Structured
	fieldLeast      = 2
	fieldMapKey     = 1
	fieldMapValue   = 2
)

const (
	keyType        = "type"
	keyContentType = "content-type"
	keyCreated     = "created"

	contentJSON   = "application/json"
	contentBinary = "application/octet-stream"
)

// proposal is an event to be written. Its body is the encoded RecordedEvent without
// revision, positions and time of creation, which only the writer knows. It ends with the
// data.
type proposal struct {
	id     uuid.UUID
	isJSON bool
	data   int // length
	body   []byte
}

func newProposal(stream string, id uuid.UUID, eventType string, isJSON bool, custom,
	data []byte,
) proposal {
	e := proposed{
		id: id, eventType: []byte(eventType), contentType: []byte(contentBinary),
		custom: custom, data: data,
	}
	if isJSON {
		e.contentType = []byte(contentJSON)
	}
	return appendProposal(nil, 0, stream, e)
}

// appendProposal puts the body behind that of the last of n proposals, into memory that
// they share.
func appendProposal(b []byte, n int, stream string, e proposed) proposal {
	contentType, isJSON := contentBinary, e.isJSON()
	if isJSON {
		contentType = contentJSON
	}
	if size := 128 + len(stream) + len(e.eventType) + len(e.custom) +
		len(e.data); cap(b)-len(b) < size {
		b = make([]byte, 0, max(size, min(size*min(1+n, sharedBodies), maxShared)))
	}
	from := len(b)
	b = appendID(b, e.id)
	b = protowire.AppendTag(b, fieldStream, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(1+protowire.SizeBytes(len(stream))))
	b = protowire.AppendTag(b, fieldStreamName, protowire.BytesType)
	b = protowire.AppendString(b, stream)
	b = appendMapEntry(b, keyType, e.eventType)
	b = appendMapEntry(b, keyContentType, contentType)
	b = protowire.AppendTag(b, fieldCustom, protowire.BytesType)
	b = protowire.AppendBytes(b, e.custom)
	b = protowire.AppendTag(b, fieldData, protowire.BytesType)
	b = protowire.AppendBytes(b, e.data)
	return proposal{e.id, isJSON, len(e.data), b[from:]}
}

// About how many bodies share memory, and how many bytes at most.
const (
	sharedBodies = 64
	maxShared    = 64 << 10
)

// content is the data of the event.
func (p *proposal) content() []byte { return p.body[len(p.body)-p.data:] }

func appendID(b []byte, id uuid.UUID) []byte {
	most, least := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	structured := 2 + protowire.SizeVarint(most) + protowire.SizeVarint(least)
	b = protowire.AppendTag(b, fieldID, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(1+protowire.SizeBytes(structured)))
	b = protowire.AppendTag(b, fieldStructured, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(structured))
	b = protowire.AppendTag(b, fieldMost, protowire.VarintType)
	b = protowire.AppendVarint(b, most)
	b = protowire.AppendTag(b, fieldLeast, protowire.VarintType)
	return protowire.AppendVarint(b, least)
}

func appendMapEntry[T string | []byte](b []byte, key string, value T) []byte {
	b = protowire.AppendTag(b, fieldMetadata, protowire.BytesType)
	b = protowire.AppendVarint(b,
		uint64(2+protowire.SizeBytes(len(key))+protowire.SizeBytes(len(value))))
	b = protowire.AppendTag(b, fieldMapKey, protowire.BytesType)
	b = protowire.AppendString(b, key)
	b = protowire.AppendTag(b, fieldMapValue, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(len(value)))
	return append(b, value...)
}

// stamp is what the writer adds to a proposal.
type stamp struct {
	revision uint64
	position uint64
	created  int64 // ticks of 100 ns since the Unix epoch
}

// suffix encodes the stamp as the last fields of a RecordedEvent.
func (s stamp) suffix(b []byte) []byte {
	b = protowire.AppendTag(b, fieldRevision, protowire.VarintType)
	b = protowire.AppendVarint(b, s.revision)
	b = protowire.AppendTag(b, fieldPrepare, protowire.VarintType)
	b = protowire.AppendVarint(b, s.position)
	b = protowire.AppendTag(b, fieldCommit, protowire.VarintType)
	b = protowire.AppendVarint(b, s.position)
	return appendMapEntry(b, keyCreated, strconv.FormatInt(s.created, 10))
}

// appendFrame encodes a ReadResp that holds these encoded RecordedEvents; either may
// be absent. The event is given in two parts.
func appendFrame(b, event, suffix, link []byte, position uint64) []byte {
	b = protowire.AppendTag(b, fieldRespEvent, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(readEventLen(len(event)+len(suffix), len(link), position)))
	if n := len(event) + len(suffix); n > 0 {
		b = protowire.AppendTag(b, fieldEvent, protowire.BytesType)
		b = protowire.AppendVarint(b, uint64(n))
		b = append(append(b, event...), suffix...)
	}
	if len(link) > 0 {
		b = protowire.AppendTag(b, fieldLink, protowire.BytesType)
		b = protowire.AppendBytes(b, link)
	}
	b = protowire.AppendTag(b, fieldPosition, protowire.VarintType)
	return protowire.AppendVarint(b, position)
}

func readEventLen(event, link int, position uint64) int {
	n := 1 + protowire.SizeVarint(position)
	if event > 0 {
		n += 1 + protowire.SizeBytes(event)
	}
	if link > 0 {
		n += 1 + protowire.SizeBytes(link)
	}
	return n
}

func frameLen(event int, position uint64) int {
	return 1 + protowire.SizeBytes(readEventLen(event, 0, position))
}

// A record is crc(4) kind(1) and what the kind calls for.
const recordHeader = 4 + 1

const (
	kindEvent   = iota // a frame
	kindNothing        // of an append without events: it takes a position and is never shown
	kindGroup          // position(8) and length(4) of the group of records that begins here
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal fills in the checksum of a record.
func seal(record []byte) {
	binary.BigEndian.PutUint32(record, crc32.Checksum(record[4:], castagnoli))
}

var errChecksum = errors.New("record has a wrong checksum")

// openRecord checks a record and returns what is in it.
func openRecord(record []byte) (body []byte, kind byte, err error) {
	if len(record) < recordHeader {
		return nil, 0, errRecordSize
	}
	if binary.BigEndian.Uint32(record) != crc32.Checksum(record[4:], castagnoli) {
		return nil, 0, errChecksum
	}
	return record[recordHeader:], record[4], nil
}

// event is a parsed frame. Its slices share the memory of the frame.
type event struct {
	recorded  []byte // the encoded RecordedEvent
	id        uuid.UUID
	idLen     int // encoded length of the id, the first field of recorded
	stream    []byte
	eventType []byte
	isJSON    bool
	revision  uint64
	position  uint64
	created   int64 // ticks of 100 ns since the Unix epoch
	custom    []byte
	data      []byte
}

var errFrame = errors.New("malformed frame")

// parseFrame reads a stored frame.
func parseFrame(frame []byte) (event, error) {
	return parseUntil(frame, func(*event) bool { return false })
}

// parseUntil reads the fields of a stored frame, in their order, until enough of them are
// known.
func parseUntil(frame []byte, enough func(*event) bool) (event, error) {
	var e event
	resp, n := takeBytes(frame, fieldRespEvent)
	if n <= 0 || n != len(frame) {
		return e, errFrame
	}
	if e.recorded, n = takeBytes(resp, fieldEvent); n <= 0 {
		return e, errFrame
	}
	for at := 0; at < len(e.recorded) && !enough(&e); {
		num, typ, tagLen := protowire.ConsumeTag(e.recorded[at:])
		if tagLen < 0 {
			return e, errFrame
		}
		size := protowire.ConsumeFieldValue(num, typ, e.recorded[at+tagLen:])
		if size < 0 {
			return e, errFrame
		}
		value := e.recorded[at+tagLen : at+tagLen+size]
		if err := e.field(num, typ, value); err != nil {
			return e, err
		}
		at += tagLen + size
		if num == fieldID {
			e.idLen = at
		}
	}
	return e, nil
}

func (e *event) field(num protowire.Number, typ protowire.Type, value []byte) error {
	if typ == protowire.VarintType {
		v, _ := protowire.ConsumeVarint(value)
		switch num {
		case fieldRevision:
			e.revision = v
		case fieldCommit:
			e.position = v
		}
		return nil
	}
	if typ != protowire.BytesType {
		return errFrame
	}
	b, _ := protowire.ConsumeBytes(value)
	switch num {
	case fieldID:
		return e.parseID(b)
	case fieldStream:
		var n int
		if e.stream, n = takeBytes(b, fieldStreamName); n <= 0 {
			return errFrame
		}
	case fieldMetadata:
		return e.parseMapEntry(b)
	case fieldCustom:
		e.custom = b
	case fieldData:
		e.data = b
	}
	return nil
}

func (e *event) parseID(b []byte) error {
	structured, n := takeBytes(b, fieldStructured)
	if n <= 0 {
		return errFrame
	}
	for i, want := range []protowire.Number{fieldMost, fieldLeast} {
		num, typ, n := protowire.ConsumeTag(structured)
		if n < 0 || num != want || typ != protowire.VarintType {
			return errFrame
		}
		v, m := protowire.ConsumeVarint(structured[n:])
		if m < 0 {
			return errFrame
		}
		binary.BigEndian.PutUint64(e.id[8*i:], v)
		structured = structured[n+m:]
	}
	return nil
}

func (e *event) parseMapEntry(b []byte) error {
	key, n := takeBytes(b, fieldMapKey)
	if n <= 0 {
		return errFrame
	}
	value, m := takeBytes(b[n:], fieldMapValue)
	if m <= 0 {
		return errFrame
	}
	switch string(key) {
	case keyType:
		e.eventType = value
	case keyContentType:
		e.isJSON = string(value) == contentJSON
	case keyCreated:
		created, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil {
			return fmt.Errorf("%w: time of creation: %w", errFrame, err)
		}
		e.created = created
	}
	return nil
}

// takeBytes reads the field that b begins with, which must be this one. It returns
// its value and its whole length, which is not positive when there is none.
func takeBytes(b []byte, want protowire.Number) ([]byte, int) {
	num, typ, n := protowire.ConsumeTag(b)
	if n < 0 || num != want || typ != protowire.BytesType {
		return nil, -1
	}
	v, m := protowire.ConsumeBytes(b[n:])
	if m < 0 {
		return nil, -1
	}
	return v, n + m
}

// stringID returns the encoded RecordedEvent with its id in text form.
func (e event) stringID() []byte {
	text := e.id.String()
	b := make([]byte, 0, len(e.recorded)+32)
	b = protowire.AppendTag(b, fieldID, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(1+protowire.SizeBytes(len(text))))
	b = protowire.AppendTag(b, fieldString, protowire.BytesType)
	b = protowire.AppendString(b, text)
	return append(b, e.recorded[e.idLen:]...)
}

package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// maxRecord is more than any record has: the largest append, the longest names, and
// what surrounds them.
const maxRecord = 2 << 20

// sizePrefix is as much of a record as tells its length.
const sizePrefix = recordHeader + 1 + 10

var errRecordSize = errors.New("no record of a possible length begins here")

// recordSize tells the length of the record that begins with these bytes, which are
// at least sizePrefix or all that there are.
func recordSize(b []byte) (int, error) {
	if len(b) < recordHeader {
		return 0, errRecordSize
	}
	switch b[recordHeader-1] {
	case kindEvent:
	case kindNothing:
		return recordHeader, nil
	case kindGroup:
		return groupHeader, nil
	default:
		return 0, errRecordSize
	}
	num, typ, n := protowire.ConsumeTag(b[recordHeader:])
	if n < 0 || num != fieldRespEvent || typ != protowire.BytesType {
		return 0, errRecordSize
	}
	length, m := protowire.ConsumeVarint(b[recordHeader+n:])
	if m < 0 || length > maxRecord {
		return 0, errRecordSize
	}
	return recordHeader + n + m + int(length), nil
}

// parseRecord checks everything that a record says about itself and where it stands.
func parseRecord(record []byte, position uint64) (e event, kind byte, err error) {
	frame, kind, err := openRecord(record)
	if err != nil {
		return e, 0, err
	}
	if size, err := recordSize(record); err != nil || size != len(record) {
		return e, 0, errRecordSize
	}
	switch kind {
	case kindNothing:
		return e, kind, nil
	case kindGroup:
		_, err := parseGroup(record, position)
		return e, kind, err
	}
	if e, err = parseFrame(frame); err != nil {
		return e, 0, err
	}
	if e.position != position {
		return e, 0, fmt.Errorf("the event there says that it stands at %d", e.position)
	}
	if len(e.stream) == 0 || len(e.stream) > maxNameLength || e.revision > tombstoned {
		return e, 0, errFrame
	}
	return e, kind, nil
}

// groupHeader is the length of the record that begins a group.
const groupHeader = recordHeader + 8 + 4

// sealGroup fills in the record that a group begins with.
func sealGroup(group []byte, position uint64) {
	group[recordHeader-1] = kindGroup
	binary.BigEndian.PutUint64(group[recordHeader:], position)
	binary.BigEndian.PutUint32(group[recordHeader+8:], uint32(len(group)-groupHeader))
	seal(group[:groupHeader])
}

var errGroup = errors.New("no group begins here")

// parseGroup returns the length of the records that follow the beginning of a group.
func parseGroup(record []byte, position uint64) (length uint64, err error) {
	body, kind, err := openRecord(record)
	switch {
	case err != nil:
		return 0, err
	case kind != kindGroup || len(record) != groupHeader:
		return 0, errGroup
	}
	if at := binary.BigEndian.Uint64(body); at != position {
		return 0, fmt.Errorf("%w: it says that it stands at %d", errGroup, at)
	}
	return uint64(binary.BigEndian.Uint32(body[8:])), nil
}

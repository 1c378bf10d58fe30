package embedded

import (
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
	if b[recordHeader-1]&flagHidden != 0 {
		return recordHeader, nil
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
func parseRecord(record []byte, position uint64) (e event, hidden bool, err error) {
	frame, hidden, err := openRecord(record)
	if err != nil {
		return e, false, err
	}
	if size, err := recordSize(record); err != nil || size != len(record) {
		return e, false, errRecordSize
	}
	if hidden {
		return e, true, nil
	}
	if e, err = parseFrame(frame); err != nil {
		return e, false, err
	}
	if e.position != position {
		return e, false, fmt.Errorf("the event there says that it stands at %d", e.position)
	}
	if len(e.stream) == 0 || len(e.stream) > maxNameLength || e.revision > tombstoned {
		return e, false, errFrame
	}
	return e, false, nil
}

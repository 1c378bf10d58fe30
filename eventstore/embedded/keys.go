package embedded

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/google/uuid"
)

// layout is the version of the keys and records that this package reads and writes.
const layout = "1"

const (
	prefixVersion = 'v'
	prefixEvent   = 'e'
	prefixIndex   = 's'
	prefixHead    = 'h'
)

var versionKey = []byte{prefixVersion}

const (
	eventKeyLen   = 1 + 8
	indexValueLen = 8 + 16
)

func appendEventKey(b []byte, position uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, prefixEvent), position)
}

func eventPosition(key []byte) uint64 { return binary.BigEndian.Uint64(key[1:]) }

func indexKeyLen(stream string) int { return 1 + 2 + len(stream) + 8 }

func appendIndexKey(b []byte, stream string, revision uint64) []byte {
	b = binary.BigEndian.AppendUint16(append(b, prefixIndex), uint16(len(stream)))
	return binary.BigEndian.AppendUint64(append(b, stream...), revision)
}

func indexRevision(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }

// parseIndexKey reads a key of the index.
func parseIndexKey(key []byte) (stream string, revision uint64, err error) {
	if len(key) < indexKeyLen("") || len(key) != indexKeyLen("")+int(binary.BigEndian.Uint16(key[1:])) {
		return "", 0, errors.New("a key of the index has a wrong length")
	}
	return string(key[3 : len(key)-8]), indexRevision(key), nil
}

func appendIndexValue(b []byte, position uint64, id uuid.UUID) []byte {
	return append(binary.BigEndian.AppendUint64(b, position), id[:]...)
}

func parseIndexValue(v []byte) (position uint64, id uuid.UUID, err error) {
	if len(v) != indexValueLen {
		return 0, id, errors.New("index entry has a wrong length")
	}
	return binary.BigEndian.Uint64(v), uuid.UUID(v[8:]), nil
}

func appendHeadKey(b []byte, stream string) []byte {
	return append(append(b, prefixHead), stream...)
}

// tombstoned is the revision of the event that ends a stream for ever, and also the
// truncation that marks a stream as soft-deleted.
const tombstoned = math.MaxInt64

package embedded

import (
	"encoding/binary"
	"errors"
	"math"
)

// layout is the version of the records and keys that this package reads and writes.
const layout = "2"

const (
	prefixIndexed = 'i'
	prefixGroup   = 'g'
	prefixRun     = 's'
	prefixHead    = 'h'
)

// indexedKey has the position up to which the index was made.
var indexedKey = []byte{prefixIndexed}

const (
	groupKeyLen = 1 + 8
	runValueLen = 8 + 4
)

func appendGroupKey(b []byte, position uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, prefixGroup), position)
}

func groupPosition(key []byte) uint64 { return binary.BigEndian.Uint64(key[1:]) }

func runKeyLen(stream string) int { return 1 + 2 + len(stream) + 8 }

func appendRunKey(b []byte, stream string, revision uint64) []byte {
	b = binary.BigEndian.AppendUint16(append(b, prefixRun), uint16(len(stream)))
	return binary.BigEndian.AppendUint64(append(b, stream...), revision)
}

func appendRunValue(b []byte, r run) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(b, r.position), r.count)
}

// parseRunKey reads a key of the index.
func parseRunKey(key []byte) (stream string, revision uint64, err error) {
	if len(key) < runKeyLen("") || len(key) != runKeyLen("")+int(binary.BigEndian.Uint16(key[1:])) {
		return "", 0, errors.New("a key of the index has a wrong length")
	}
	return string(key[3 : len(key)-8]), binary.BigEndian.Uint64(key[len(key)-8:]), nil
}

// parseRun reads an entry of the index, without the name of the stream.
func parseRun(key, value []byte) (r run, err error) {
	if len(value) != runValueLen {
		return r, errors.New("index entry has a wrong length")
	}
	r = run{
		first:    binary.BigEndian.Uint64(key[len(key)-8:]),
		position: binary.BigEndian.Uint64(value), count: binary.BigEndian.Uint32(value[8:]),
	}
	if r.count == 0 {
		return r, errors.New("index entry of no events")
	}
	return r, nil
}

func appendHeadKey(b []byte, stream string) []byte {
	return append(append(b, prefixHead), stream...)
}

// tombstoned is the revision of the event that ends a stream for ever, and also the
// truncation that marks a stream as soft-deleted.
const tombstoned = math.MaxInt64

package embedded

import (
	"encoding/binary"
	"errors"
	"strings"
)

// head is what the writer and the readers need to know of a stream.
type head struct {
	last           int64  // revision of the last event, -1 without one
	tombstoned     bool   // ended for ever
	hasMetadata    bool   // its metastream has events
	truncateBefore uint64 // $tb; tombstoned (the constant) marks a soft-deleted stream
	maxCount       uint64 // $maxCount, 0 when unset
	maxAge         uint64 // $maxAge in seconds, 0 when unset
}

var noHead = head{last: -1}

const headLen = 8 + 1 + 3*8

const (
	headTombstoned = 1 << iota
	headHasMetadata
)

func (h head) encode() []byte {
	var flags byte
	if h.tombstoned {
		flags |= headTombstoned
	}
	if h.hasMetadata {
		flags |= headHasMetadata
	}
	b := binary.BigEndian.AppendUint64(make([]byte, 0, headLen), uint64(h.last))
	b = append(b, flags)
	b = binary.BigEndian.AppendUint64(b, h.truncateBefore)
	b = binary.BigEndian.AppendUint64(b, h.maxCount)
	return binary.BigEndian.AppendUint64(b, h.maxAge)
}

var errHead = errors.New("stream head has a wrong length")

func parseHead(b []byte) (head, error) {
	if len(b) != headLen {
		return noHead, errHead
	}
	return head{
		last:           int64(binary.BigEndian.Uint64(b)),
		tombstoned:     b[8]&headTombstoned != 0,
		hasMetadata:    b[8]&headHasMetadata != 0,
		truncateBefore: binary.BigEndian.Uint64(b[9:]),
		maxCount:       binary.BigEndian.Uint64(b[17:]),
		maxAge:         binary.BigEndian.Uint64(b[25:]),
	}, nil
}

func (h head) softDeleted() bool { return h.truncateBefore == tombstoned }

// first is the lowest revision that a reader may see.
func (h head) first() uint64 {
	first := h.truncateBefore
	if n := uint64(h.last + 1); h.maxCount > 0 && n > h.maxCount {
		first = max(first, n-h.maxCount)
	}
	return first
}

// withMetadata returns the head after this metadata was written. Anything that is not
// a JSON object with integers where they are expected counts as no metadata at all.
func (h head) withMetadata(isJSON bool, data []byte) head {
	h.hasMetadata = true
	h.truncateBefore, h.maxCount, h.maxAge = 0, 0, 0
	if !isJSON {
		return h
	}
	m, err := parseMetadata(data)
	if err != nil {
		return h
	}
	h.truncateBefore, h.maxCount, h.maxAge = m.truncateBefore, m.maxCount, m.maxAge
	return h
}

const metastreamPrefix = "$$"

func metastreamOf(stream string) string { return metastreamPrefix + stream }

// originalOf returns the stream that a metastream describes.
func originalOf(stream string) (string, bool) { return strings.CutPrefix(stream, metastreamPrefix) }

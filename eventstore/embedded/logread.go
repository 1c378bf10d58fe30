package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// logReader reads records one after the other. The bytes that it returns are shared
// and nobody changes them.
type logReader struct {
	log   io.ReaderAt
	at    uint64 // where the next record begins
	end   uint64 // where reading ends
	buf   []byte // what was read already, from at on
	chunk int    // how much was read the last time; more each time without a gap
}

const (
	smallChunk = 8 << 10
	largeChunk = 256 << 10
)

// seek continues at a position where a record begins.
func (r *logReader) seek(at uint64) {
	if at >= r.at && at-r.at <= uint64(len(r.buf)) {
		r.buf = r.buf[at-r.at:]
	} else {
		r.buf, r.chunk = nil, 0
	}
	r.at = at
}

// fill has n bytes in the buffer, or all that there are.
func (r *logReader) fill(n int) error {
	left := r.end - r.at
	n = int(min(uint64(n), left))
	if len(r.buf) >= n {
		return nil
	}
	r.chunk = min(max(4*r.chunk, smallChunk), largeChunk)
	b := make([]byte, min(uint64(max(n, r.chunk)), left))
	if _, err := r.log.ReadAt(b, int64(r.at)); err != nil {
		if errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: the file of events is too short: %w", ErrDamaged, err)
		}
		return err
	}
	r.buf = b
	return nil
}

// record returns the next record, whose length alone is verified.
func (r *logReader) record() ([]byte, error) {
	if err := r.fill(sizePrefix); err != nil {
		return nil, err
	}
	size, err := recordSize(r.buf)
	if err != nil {
		return nil, err
	}
	return r.take(size)
}

func (r *logReader) take(size int) ([]byte, error) {
	if uint64(size) > r.end-r.at {
		return nil, errRecordSize
	}
	if err := r.fill(size); err != nil {
		return nil, err
	}
	b := r.buf[:size:size]
	r.buf = r.buf[size:]
	r.at += uint64(size)
	return b, nil
}

// group reads the record that begins a group and returns where the group ends.
func (r *logReader) group() (end uint64, err error) {
	at := r.at
	record, err := r.record()
	if err != nil {
		return 0, err
	}
	length, err := parseGroup(record, at)
	if err != nil {
		return 0, err
	}
	if length > r.end-r.at {
		return 0, errRecordSize
	}
	return r.at + length, nil
}

// eachRecord verifies the records of a group, or of several, and hands them on.
func eachRecord(b []byte, at uint64,
	each func(record []byte, at uint64, e event, kind byte) error,
) error {
	for len(b) > 0 {
		size, err := recordSize(b)
		if err == nil && size > len(b) {
			err = errRecordSize
		}
		var e event
		var kind byte
		if err == nil {
			e, kind, err = parseRecord(b[:size], at)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, atPosition(at), err)
		}
		if err := each(b[:size], at, e, kind); err != nil {
			return err
		}
		b, at = b[size:], at+uint64(size)
	}
	return nil
}

// unfinished is how many bytes the group at a position was to have with its beginning, as that
// says, or 1 when the beginning itself is not whole.
func (l *eventLog) unfinished(at uint64) (size uint64, err error) {
	r := logReader{log: l, at: at, end: l.size}
	if err := r.fill(groupHeader); err != nil {
		return 0, fmt.Errorf("reading the file of events: %w", err)
	}
	length, err := parseGroup(r.buf[:min(groupHeader, len(r.buf))], at)
	if err != nil {
		return 1, nil
	}
	return groupHeader + length, nil
}

// behind searches everything from a position on. It tells whether there is anything but
// zeros, and where a group begins, next or later.
func (l *eventLog) behind(from, next uint64) (dirty bool, group uint64, err error) {
	const overlap = groupHeader - 1
	b := make([]byte, pageBytes)
	for at := from; at < l.size; {
		n := int(min(uint64(len(b)), l.size-at))
		if _, err := l.ReadAt(b[:n], int64(at)); err != nil {
			return dirty, 0, fmt.Errorf("reading the file of events: %w", err)
		}
		for i, c := range b[:n] {
			if c == 0 {
				continue
			}
			dirty = true
			// The byte may be the kind of a group's record, the fifth of it.
			if start := i - recordHeader + 1; c == kindGroup && start >= 0 && at+
				uint64(start) >= next && start+groupHeader <= n &&
				binary.BigEndian.Uint64(b[start+recordHeader:]) == at+uint64(start) {
				if _, err := parseGroup(b[start:start+groupHeader], at+uint64(start)); err == nil {
					return true, at + uint64(start), nil
				}
			}
		}
		if at += uint64(n); at < l.size {
			at -= overlap
		}
	}
	return dirty, 0, nil
}

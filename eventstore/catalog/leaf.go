package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"lotteryledger/domain"
)

// Leaf is one event of a public stream, as it stands in the public ledger. Meta and Data are
// the stored bytes. Its one byte form is
//
//	{"stream":"…","revision":N,"id":"…","type":"…","meta":{…},"data":{…}}
//
// without spaces. Names of streams and types hold 0-9 A-Z a-z . _ - only, so nothing is
// escaped.
type Leaf struct {
	Stream   string
	Revision uint64
	ID       uuid.UUID
	Type     string
	Meta     []byte
	Data     []byte
}

// MaxLeaf is the most bytes of a leaf: the bundle format counts with 16 bits.
const MaxLeaf = math.MaxUint16

// The keys of the byte form, with what stands around them.
const (
	leafStream   = `{"stream":"`
	leafRevision = `","revision":`
	leafID       = `,"id":"`
	leafType     = `","type":"`
	leafMeta     = `","meta":`
	leafData     = `,"data":`
)

// Append appends the byte form to b. It does not check the leaf.
func (l Leaf) Append(b []byte) []byte {
	b = append(append(b, leafStream...), l.Stream...)
	b = strconv.AppendUint(append(b, leafRevision...), l.Revision, 10)
	b = append(append(b, leafID...), l.ID.String()...)
	b = append(append(b, leafType...), l.Type...)
	b = append(append(b, leafMeta...), l.Meta...)
	return append(append(append(b, leafData...), l.Data...), '}')
}

// Bytes returns the byte form. It refuses a leaf that [ParseLeaf] would not read.
func (l Leaf) Bytes() ([]byte, error) {
	b := l.Append(make([]byte, 0, 160+len(l.Stream)+len(l.Type)+len(l.Meta)+len(l.Data)))
	if len(b) > MaxLeaf {
		return nil, fmt.Errorf("leaf of %s revision %d has %d bytes, more than %d",
			l.Stream, l.Revision, len(b), MaxLeaf)
	}
	if _, err := ParseLeaf(b); err != nil {
		return nil, fmt.Errorf("leaf of %s revision %d: %w", l.Stream, l.Revision, err)
	}
	return b, nil
}

var errLeaf = errors.New("not the byte form of a leaf")

// ParseLeaf reads the byte form. The meta and data of the result are parts of b. ParseLeaf does
// not check whether they are in their own one form.
func ParseLeaf(b []byte) (Leaf, error) {
	var l Leaf
	if len(b) > MaxLeaf {
		return l, errLeaf
	}
	stream, rest, ok := cutName(b, leafStream)
	if !ok {
		return l, fmt.Errorf("%w: stream", errLeaf)
	}
	if l.Revision, rest, ok = cutRevision(rest); !ok {
		return l, fmt.Errorf("%w: revision", errLeaf)
	}
	if rest, ok = cutID(rest, &l.ID); !ok {
		return l, fmt.Errorf("%w: id", errLeaf)
	}
	kind, rest, ok := cutName(rest, leafType)
	if !ok || !bytes.HasPrefix(rest, []byte(leafMeta)) {
		return l, fmt.Errorf("%w: type", errLeaf)
	}
	meta, data, ok := bytes.Cut(rest[len(leafMeta):], []byte(leafData))
	if !ok || len(meta) < 2 || meta[0] != '{' || meta[len(meta)-1] != '}' {
		return l, fmt.Errorf("%w: meta", errLeaf)
	}
	if len(data) < 3 || data[0] != '{' || data[len(data)-2] != '}' || data[len(data)-1] != '}' {
		return l, fmt.Errorf("%w: data", errLeaf)
	}
	l.Stream, l.Type = string(stream), TypeName(kind)
	l.Meta, l.Data = meta, data[:len(data)-1]
	return l, nil
}

// cutName cuts a prefix and a name off, and leaves the quote that ends it.
func cutName(b []byte, prefix string) (name, rest []byte, ok bool) {
	if len(b) < len(prefix) || string(b[:len(prefix)]) != prefix {
		return nil, nil, false
	}
	b = b[len(prefix):]
	n := domain.NameLength(b)
	return b[:n], b[n:], n > 0 && n <= maxName
}

// maxName is the most characters of the name of a stream or a type.
const maxName = 200

// cutRevision cuts the revision and what stands before it off.
func cutRevision(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) < len(leafRevision) || string(b[:len(leafRevision)]) != leafRevision {
		return 0, nil, false
	}
	b = b[len(leafRevision):]
	i := 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	n, err := strconv.ParseUint(string(b[:i]), 10, 63)
	return n, b[i:], err == nil && (b[0] != '0' || i == 1)
}

// cutID cuts the id and what stands before it off.
func cutID(b []byte, id *uuid.UUID) (rest []byte, ok bool) {
	const text = 36
	if len(b) < len(leafID)+text || string(b[:len(leafID)]) != leafID {
		return nil, false
	}
	b = b[len(leafID):]
	return b[text:], parseID(b[:text], id)
}

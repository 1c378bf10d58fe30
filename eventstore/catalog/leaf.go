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
	stream, rest, ok := cut(b, leafStream, leafRevision)
	if !ok || !validName(stream) {
		return l, fmt.Errorf("%w: stream", errLeaf)
	}
	revision, rest, ok := bytes.Cut(rest, []byte(leafID))
	n, err := strconv.ParseUint(string(revision), 10, 63)
	if !ok || err != nil || (revision[0] == '0' && len(revision) > 1) || revision[0] == '+' {
		return l, fmt.Errorf("%w: revision", errLeaf)
	}
	id, rest, ok := bytes.Cut(rest, []byte(leafType))
	if !ok || !parseID(id, &l.ID) {
		return l, fmt.Errorf("%w: id", errLeaf)
	}
	kind, rest, ok := bytes.Cut(rest, []byte(leafMeta))
	if !ok || !validName(kind) {
		return l, fmt.Errorf("%w: type", errLeaf)
	}
	meta, data, ok := bytes.Cut(rest, []byte(leafData))
	if !ok || len(meta) < 2 || meta[0] != '{' || meta[len(meta)-1] != '}' {
		return l, fmt.Errorf("%w: meta", errLeaf)
	}
	if len(data) < 3 || data[0] != '{' || data[len(data)-2] != '}' || data[len(data)-1] != '}' {
		return l, fmt.Errorf("%w: data", errLeaf)
	}
	l.Stream, l.Revision, l.Type = string(stream), n, TypeName(kind)
	l.Meta, l.Data = meta, data[:len(data)-1]
	return l, nil
}

func cut(b []byte, prefix, sep string) (before, after []byte, ok bool) {
	if !bytes.HasPrefix(b, []byte(prefix)) {
		return nil, nil, false
	}
	return bytes.Cut(b[len(prefix):], []byte(sep))
}

// validName reports whether b may be the name of a stream or a type.
func validName(b []byte) bool { return domain.IsName(b, 200) }

package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/google/uuid"

	"lotteryledger/eventstore"
)

// Leaf is one event in the public ledger; its one byte form is that of
// [eventstore.AppendPublic].
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

// LeafOf is the leaf of a stored event.
func LeafOf(r eventstore.Recorded) Leaf {
	return Leaf{r.Stream, r.Revision, r.ID, r.Type, r.Meta, r.Data}
}

// Bytes is the one byte form.
func (l Leaf) Bytes() ([]byte, error) {
	b := make([]byte, 0, 160+len(l.Stream)+len(l.Type)+len(l.Meta)+len(l.Data))
	b = eventstore.AppendPublic(b, l.recorded())
	if len(b) > MaxLeaf {
		return nil, fmt.Errorf("leaf of %s revision %d has %d bytes, more than %d", l.Stream, l.Revision, len(b), MaxLeaf)
	}
	if _, err := ParseLeaf(b); err != nil {
		return nil, fmt.Errorf("leaf of %s revision %d: %w", l.Stream, l.Revision, err)
	}
	return b, nil
}

func (l Leaf) recorded() eventstore.Recorded {
	return eventstore.Recorded{Stream: l.Stream, Revision: l.Revision, ID: l.ID, Type: l.Type, Meta: l.Meta, Data: l.Data}
}

var errLeaf = errors.New("not the byte form of a leaf")

// ParseLeaf reads the one byte form. The meta and data of the result are parts of b;
// whether they are in their own one form is for [Decode] to say.
func ParseLeaf(b []byte) (Leaf, error) {
	var l Leaf
	if len(b) > MaxLeaf {
		return l, errLeaf
	}
	stream, rest, ok := cut(b, eventstore.PublicStream, eventstore.PublicRevision)
	if !ok || !name(stream) {
		return l, fmt.Errorf("%w: stream", errLeaf)
	}
	revision, rest, ok := bytes.Cut(rest, []byte(eventstore.PublicID))
	n, err := strconv.ParseUint(string(revision), 10, 63)
	if !ok || err != nil || (revision[0] == '0' && len(revision) > 1) || revision[0] == '+' {
		return l, fmt.Errorf("%w: revision", errLeaf)
	}
	id, rest, ok := bytes.Cut(rest, []byte(eventstore.PublicType))
	if !ok || !eventstore.ParseID(id, &l.ID) {
		return l, fmt.Errorf("%w: id", errLeaf)
	}
	kind, rest, ok := bytes.Cut(rest, []byte(eventstore.PublicMeta))
	if !ok || !name(kind) {
		return l, fmt.Errorf("%w: type", errLeaf)
	}
	meta, data, ok := bytes.Cut(rest, []byte(eventstore.PublicData))
	if !ok || len(meta) < 2 || meta[0] != '{' || meta[len(meta)-1] != '}' {
		return l, fmt.Errorf("%w: meta", errLeaf)
	}
	if len(data) < 3 || data[0] != '{' || data[len(data)-2] != '}' || data[len(data)-1] != '}' {
		return l, fmt.Errorf("%w: data", errLeaf)
	}
	l.Stream, l.Revision, l.Type, l.Meta, l.Data = string(stream), n, eventstore.TypeName(kind), meta, data[:len(data)-1]
	return l, nil
}

func cut(b []byte, prefix, sep string) (before, after []byte, ok bool) {
	if !bytes.HasPrefix(b, []byte(prefix)) {
		return nil, nil, false
	}
	return bytes.Cut(b[len(prefix):], []byte(sep))
}

// name: 1 to 200 of 0-9 A-Z a-z . _ -
func name(b []byte) bool {
	if len(b) == 0 || len(b) > 200 {
		return false
	}
	for _, c := range b {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

// Decoded is a leaf with its contents read.
type Decoded struct {
	Index    int64
	Leaf     Leaf
	Prefix   string // of the stream, out of eventstore.PublicStreams
	StreamID string
	Meta     eventstore.Meta
	Event    eventstore.Event
	signed   [sha256.Size]byte // root of the tree that the signature is over; zero without one
}

// Decode reads the leaf with this index. It checks everything that can be checked
// without knowing other leaves, and may run on many at once. An error is an *Error.
func Decode(index int64, b []byte) (*Decoded, error) {
	d := &Decoded{Index: index}
	var err error
	if d.Leaf, err = ParseLeaf(b); err != nil {
		return nil, &Error{LeafMalformed, Site{Leaf: index}, err.Error()}
	}
	if d.Prefix, d.StreamID, err = eventstore.Split(d.Leaf.Stream, d.Leaf.Type); err != nil {
		return nil, d.fault(EventStream, "%v", err)
	}
	if d.Meta, err = eventstore.ParseMeta(d.Leaf.Meta); err != nil {
		return nil, d.fault(EventMalformed, "metadata: %v", err)
	}
	d.Event, err = eventstore.Decode(d.Leaf.Type, d.Leaf.Data)
	switch {
	case errors.Is(err, eventstore.ErrUnknownType):
		return nil, d.fault(EventUnknown, "%v", err)
	case err != nil:
		return nil, d.fault(EventMalformed, "%v", err)
	case d.Leaf.ID != eventstore.EventID(d.Meta.Command, d.Leaf.Stream, 0):
		return nil, d.fault(EventID, "the id is not that of command %s in this stream", d.Meta.Command)
	case d.Meta.Signature != eventstore.Signature{}:
		if d.signed, err = d.Meta.Signature.Root(eventstore.SignedBytes(d.Leaf.recorded())); err != nil {
			return nil, d.fault(SignatureWrong, "%v", err)
		}
	}
	return d, nil
}

func (d *Decoded) fault(code, format string, args ...any) error {
	return &Error{code, Site{Leaf: d.Index, Stream: d.Leaf.Stream, Revision: d.Leaf.Revision}, fmt.Sprintf(format, args...)}
}

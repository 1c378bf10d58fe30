package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
)

// Event is any event that the ledger stores.
type Event interface{ EventType() string }

// ErrNotCanonical: the bytes are not the one form in which this event is written.
var ErrNotCanonical = errors.New("not in canonical form")

// ErrUnknownType: no event of this name is in the table.
var ErrUnknownType = errors.New("unknown event type")

// Type is a row of a [Table]: all that is known of an event type.
type Type struct {
	Name   string // as stored: noun.participle.vN
	Stream string // prefix of the streams that hold such events; a private stream's whole name

	Role      officer.Role // that an officer needs to cause it; "" if no role is enough
	Also      officer.Role // another role, under the condition that [Authorise] states; mostly ""
	Applicant bool         // an applicant may cause it on an application of their own
	Clock     bool         // the clock may cause it when the rules say that it is due

	// two officers agree on it, if the rules of the round or the number of administrators ask for
	// two
	TwoOfficers bool
	Keys        bool // both of these officers need a key
	LedgerSize  bool // it names the number of leaves that it rests on

	of   reflect.Type
	read func(c *cursor, data []byte) (Event, error)
	same func(a, b Event) bool
}

// Proposed returns what a proposal of such an event needs to know of its type.
func (t *Type) Proposed() proposal.Kind {
	if t == nil || !t.TwoOfficers {
		return proposal.Kind{}
	}
	return proposal.Kind{Stream: t.Stream, Keys: t.Keys, LedgerSize: t.LedgerSize}
}

// fact is something that a row says of its type.
type fact func(*Type)

// By says which role may cause an event.
func By(r officer.Role) fact { return func(t *Type) { t.Role = r } }

func orReviewer(t *Type)  { t.Also = officer.Reviewer }
func orApplicant(t *Type) { t.Applicant = true }
func orClock(t *Type)     { t.Clock = true }
func twoOfficers(t *Type) { t.TwoOfficers = true }
func twoKeys(t *Type)     { t.TwoOfficers, t.Keys = true, true }
func ledgerSize(t *Type)  { t.LedgerSize = true }

// Row makes the row of an event type.
func Row[E Event](facts ...fact) *Type {
	var zero E
	f := formOf[E]()
	t := &Type{Name: zero.EventType(), of: reflect.TypeFor[E]()}
	t.read = func(c *cursor, data []byte) (Event, error) { return f.read(c, data) }
	t.same = func(a, b Event) bool {
		if f.same == nil {
			return reflect.DeepEqual(a, b)
		}
		x, y := a.(E), b.(E)
		return f.same(&x, &y)
	}
	if t.of.Comparable() {
		t.same = func(a, b Event) bool { return a == b }
	}
	for _, say := range facts {
		say(t)
	}
	return t
}

// Struct returns the type of the events in Go.
func (t *Type) Struct() reflect.Type { return t.of }

// Same reports whether two events of this type have the same content.
func (t *Type) Same(a, b Event) bool { return t.same(a, b) }

// Table is the rows of event types, by name, in the order of the catalog.
type Table struct {
	byName  map[string]*Type
	ordered []*Type
	streams []string
}

// Streams is a part of a table: the types of the streams with one prefix.
func Streams(prefix string, rows ...*Type) []*Type {
	for _, t := range rows {
		t.Stream = prefix
	}
	return rows
}

// NewTable makes a table of the parts that [Streams] makes.
func NewTable(parts ...[]*Type) Table {
	t := Table{byName: map[string]*Type{}}
	for _, rows := range parts {
		t.streams = append(t.streams, rows[0].Stream)
		for _, row := range rows {
			t.byName[row.Name] = row
			t.ordered = append(t.ordered, row)
		}
	}
	return t
}

// Find returns the row of a stored name, or nil.
func (t Table) Find(name string) *Type { return t.byName[name] }

// All yields the rows in the order of the table.
func (t Table) All() iter.Seq[*Type] { return slices.Values(t.ordered) }

// Streams lists the prefixes of the streams in the order of the table.
func (t Table) Streams() []string { return slices.Clone(t.streams) }

// Decode reads the data of a stored event. The error is ErrUnknownType or ErrNotCanonical.
func (t Table) Decode(name string, data []byte) (Event, error) {
	row := t.Find(name)
	if row == nil {
		return nil, fmt.Errorf("%w %q", ErrUnknownType, name)
	}
	return row.Decode(data)
}

// Decode reads the data of a stored event of this type. The error is ErrNotCanonical.
func (t *Type) Decode(data []byte) (Event, error) {
	d := pooled.Get().(*Decoder)
	defer pooled.Put(d)
	return d.Event(t, data)
}

// Encode writes the data of an event to be stored.
func Encode(e Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", e.EventType(), err)
	}
	return b, nil
}

// TypeName returns the stored name that b spells. A name of the public table is not copied.
func TypeName(b []byte) string {
	if t, ok := Public.byName[string(b)]; ok {
		return t.Name
	}
	return string(b)
}

// Decode reads the data of a public event. See [Table.Decode].
func Decode(name string, data []byte) (Event, error) { return Public.Decode(name, data) }

// Split returns the prefix and the id of a public stream's name. It refuses a type of
// events that do not stand in such streams.
func Split(stream, name string) (prefix, id string, err error) {
	dash, dot := strings.IndexByte(stream, '-'), strings.IndexByte(name, '.')
	if dash <= 0 || dot <= 0 || stream[:dash] != name[:dot] || dash+1 == len(stream) {
		return "", "", fmt.Errorf("an event of type %q does not belong in stream %q", name, stream)
	}
	return stream[:dash+1], stream[dash+1:], nil
}

package draw

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Method names a way of drawing. The methods of [Methods] rank a [Roster]; [Beijing2011]
// and [RFC3797] name the replay of historical draws, whose inputs are of their own.
type Method string

// methods are all that rank a roster. A new method is a file with its literal, and a name
// here.
var methods = []*method{&pld1, &points, &queue, &priority}

// method is all that is known of a way to rank a roster. Formats, rankings, the rules and
// the usage texts of programs read it.
type method struct {
	name       Method
	weight     *number // the number on a line; nil: every weight is 1 and no line says it
	since      Since   // the time on a line
	order      []key   // what ranks entries before their score does
	countsLoss bool    // an application that is selected nowhere has lost a draw
}

// number is the number on a line.
type number struct {
	kind        Weight
	name        string // in the list of a line's fields
	code        string // of the refusal
	text        string // of the refusal, before the bounds
	least, most uint32
	total       uint64 // most of a pool together; 0: no bound
}

// Weight says what the weight of an entry is.
type Weight int

// The kinds of weight.
const (
	WeightAlike    Weight = iota // 1
	WeightTickets                // tickets: the more of them, the better the score
	WeightPoints                 // points: the most come first
	WeightPriority               // priority that grounds give: the highest comes first
)

// Since says what the time of an entry is.
type Since int

// The kinds of time.
const (
	SinceNever        Since = iota // no time: 0
	SinceRegistration              // earliest registration of a member
	SinceWaiting                   // start of waiting
)

// Methods lists the methods that rank a roster.
func Methods() []Method {
	names := make([]Method, len(methods))
	for i, m := range methods {
		names[i] = m.name
	}
	return names
}

// Ranks reports whether m ranks a roster, and so may serve a new round.
func (m Method) Ranks() bool { return m.find().name != "" }

// Weight returns what the weight of an entry is.
func (m Method) Weight() Weight { return m.find().weightKind() }

// Since returns what the time of an entry is.
func (m Method) Since() Since { return m.find().since }

// CountsLoss reports whether an application on a roster that is selected nowhere has lost a
// draw.
func (m Method) CountsLoss() bool { return m.find().countsLoss }

// find returns what is known of the method. Of a name that ranks no roster this is nothing,
// and check refuses it.
func (m Method) find() *method {
	for _, known := range methods {
		if known.name == m {
			return known
		}
	}
	return &method{}
}

func (m *method) check() error {
	if m.name == "" {
		return fault.New(fault.DrawMethod, "no roster is ranked by this method; known are %v",
			Methods())
	}
	return nil
}

// Bounds of the formats.
const (
	MaxPool   = 32      // bytes of a pool's name
	MaxCode   = 19      // bytes of an application code: a ticket then fits one block of SHA-256
	MaxWeight = 10_000  // tickets of one application under pld1
	MaxTotal  = 1 << 32 // tickets of one pool under pld1
	MaxSize   = 100     // seats of one application, and wishes of one
)

func (m *method) weightKind() Weight {
	if m.weight == nil {
		return WeightAlike
	}
	return m.weight.kind
}

// tickets returns how many tickets e's score is the minimum of.
func (m *method) tickets(e Entry) uint32 {
	if m.weightKind() == WeightTickets {
		return e.Weight
	}
	return 1
}

// key is a value that entries are ranked by, the least first.
type key func(weight uint32, since domain.Time) uint64

func mostWeight(weight uint32, _ domain.Time) uint64 { return ^uint64(weight) }

// leastSince keeps the order of signed numbers.
func leastSince(_ uint32, since domain.Time) uint64 { return uint64(since) + 1<<63 }

// compare orders two entries of a pool, the better first.
func (m *method) compare(a, b *Ranked) int {
	for _, value := range m.order {
		if c := cmp.Compare(value(a.Weight, a.Since), value(b.Weight, b.Since)); c != 0 {
			return c
		}
	}
	if c := bytes.Compare(a.Score[:], b.Score[:]); c != 0 {
		return c
	}
	return strings.Compare(a.Code, b.Code)
}

// key is the head of what compare looks at: an entry with the smaller key is the better,
// and among equal keys compare decides.
func (m *method) key(r *Ranked) uint64 {
	if len(m.order) > 0 {
		return m.order[0](r.Weight, r.Since)
	}
	return binary.BigEndian.Uint64(r.Score[:])
}

// fields lists the fields of a roster line that are never left out.
func (m *method) fields() []string {
	names := []string{"pool", "code"}
	if m.weight != nil {
		names = append(names, m.weight.name)
	}
	if m.since != SinceNever {
		names = append(names, "time")
	}
	return names
}

// append appends the fields of an entry behind pool and code, each after a TAB.
func (m *method) append(b []byte, w uint32, since domain.Time) []byte {
	if m.weight != nil {
		b = strconv.AppendUint(append(b, '\t'), uint64(w), 10)
	}
	if m.since != SinceNever {
		b = since.Append(append(b, '\t'))
	}
	return b
}

// parse reads what append writes into e, and returns the fields that follow.
func (m *method) parse(e *Entry, fields [][]byte) ([][]byte, error) {
	var ok bool
	if m.weight != nil {
		if e.Weight, ok = parseDecimal(fields[0]); !ok {
			return nil, m.weight.refuse()
		}
		fields = fields[1:]
	}
	if m.since != SinceNever {
		if e.Since, ok = parseTime(fields[0]); !ok {
			return nil, errSince()
		}
		fields = fields[1:]
	}
	return fields, nil
}

// values refuses numbers that no line of the method can hold.
func (m *method) values(e Entry) error {
	switch {
	case m.weight == nil && e.Weight != 1:
		return fault.New(fault.RosterWeight, "under %s every weight is 1", m.name)
	case m.weight != nil && (e.Weight < m.weight.least || e.Weight > m.weight.most):
		return m.weight.refuse()
	case m.since == SinceNever && e.Since != 0:
		return fault.New(fault.RosterSince, "%s knows no time", m.name)
	}
	return nil
}

func (n *number) refuse() error {
	return fault.New(n.code, "%s %d to %d in decimal without leading zeros", n.text, n.least,
		n.most)
}

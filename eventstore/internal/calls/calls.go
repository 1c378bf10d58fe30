// Package calls is the form of the calls that an embedded store answers and other servers do
// not. Every message is a BytesValue of protobuf with any number of items. Numbers are varints,
// texts have their length in front.
//
// Append takes a stream of appends and answers with a stream of answers:
//
//	append  number, stream, expected revision + 1, number of events; of each event id (16
//	        bytes), type, metadata, data
//	answer  number of the append, outcome (one byte), position, reason
//
// Streams takes one message, a prefix, and answers with the names of the streams, in order.
package calls

import (
	"encoding/binary"
	"errors"

	"github.com/google/uuid"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// The calls and their service.
const (
	Service = "lotteryledger.store.Operations"
	Appends = "Append"
	Streams = "Streams"
)

// Append is one append on its way. Events of a decoded one share the memory of the message.
type Append struct {
	Number   uint64 // chosen by the client; the answer repeats it
	Stream   string
	Expected eventstore.Expected
	Events   []eventstore.Proposed
}

// Outcome says what became of an append.
type Outcome byte

// The outcomes.
const (
	Stored   Outcome = iota // durable; the position is that of its last event
	Conflict                // the stream is not at the expected revision
	Refused                 // for another reason; nothing was written
)

// Answer is the answer to an append.
type Answer struct {
	Number   uint64
	Outcome  Outcome
	Position uint64
	Reason   string
}

// Encode puts an append behind those of a message.
func (a Append) Encode(b []byte) []byte {
	b = binary.AppendUvarint(b, a.Number)
	b = put(b, a.Stream)
	b = binary.AppendUvarint(b, uint64(a.Expected+1))
	b = binary.AppendUvarint(b, uint64(len(a.Events)))
	for _, e := range a.Events {
		b = put(put(put(append(b, e.ID[:]...), e.Type), e.Meta), e.Data)
	}
	return b
}

// Encode puts an answer behind those of a message.
func (a Answer) Encode(b []byte) []byte {
	b = append(binary.AppendUvarint(b, a.Number), byte(a.Outcome))
	return put(binary.AppendUvarint(b, a.Position), a.Reason)
}

func put[T string | []byte](b []byte, text T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// ErrMalformed: a message is not of this form.
var ErrMalformed = errors.New("malformed message")

// Decode takes the first append off a message.
func (a *Append) Decode(message []byte) (rest []byte, err error) {
	r := reader{rest: message}
	*a = Append{Number: r.number(), Stream: string(r.text())}
	a.Expected = eventstore.Expected(r.number()) - 1
	n := r.number()
	if n > eventstore.MaxBatchEvents {
		return nil, ErrMalformed
	}
	a.Events = make([]eventstore.Proposed, n)
	for i := range a.Events {
		a.Events[i] = eventstore.Proposed{
			ID: uuid.UUID(r.take(16)), Type: catalog.TypeName(r.text()), Meta: r.text(),
			Data: r.text(),
		}
	}
	return r.rest, r.err
}

// Decode takes the first answer off a message.
func (a *Answer) Decode(message []byte) (rest []byte, err error) {
	r := reader{rest: message}
	*a = Answer{
		Number: r.number(), Outcome: Outcome(r.take(1)[0]), Position: r.number(),
		Reason: string(r.text()),
	}
	return r.rest, r.err
}

// EncodeName puts a name behind those of a message.
func EncodeName(b []byte, name string) []byte { return put(b, name) }

// DecodeName takes the first name off a message.
func DecodeName(message []byte) (name string, rest []byte, err error) {
	r := reader{rest: message}
	name = string(r.text())
	return name, r.rest, r.err
}

// reader reads a message. After an error it reads zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.rest, r.err = nil, ErrMalformed
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.rest, r.err = nil, ErrMalformed
		return make([]byte, min(n, 16))
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

// text returns nil for an empty text.
func (r *reader) text() []byte {
	n := r.number()
	if n == 0 || r.err != nil {
		return nil
	}
	if n > uint64(len(r.rest)) {
		r.rest, r.err = nil, ErrMalformed
		return nil
	}
	return r.take(n)
}

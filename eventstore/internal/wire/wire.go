// Package wire goes through encoded protocol buffers, for the few messages that are decoded
// by hand. A decoder leaves what it does not know to the generated code.
package wire

import "google.golang.org/protobuf/encoding/protowire"

// Field is the number of a field and how its value is encoded.
type Field struct {
	Number protowire.Number
	Kind   protowire.Type
}

// Bytes is a field whose value has a length.
func Bytes(number protowire.Number) Field { return Field{number, protowire.BytesType} }

// Number is a field whose value is a number.
func Number(number protowire.Number) Field { return Field{number, protowire.VarintType} }

// Fields goes through an encoded message. It knows values with a length and numbers.
type Fields struct {
	Field
	Bytes  []byte // value of the field, if it has a length; memory of the message
	Varint uint64 // or if it is a number
	Bad    bool   // the message is malformed, or holds a value of another kind
	rest   []byte
}

// Of begins before the first field of a message.
func Of(message []byte) Fields { return Fields{rest: message} }

// Next goes to the next field. It reports false at the end, and when the message is bad.
func (f *Fields) Next() bool {
	if len(f.rest) == 0 || f.Bad {
		return false
	}
	number, kind, n := protowire.ConsumeTag(f.rest)
	if n < 0 {
		f.Bad = true
		return false
	}
	f.Number, f.Kind, f.rest = number, kind, f.rest[n:]
	switch kind {
	case protowire.BytesType:
		f.Bytes, n = protowire.ConsumeBytes(f.rest)
	case protowire.VarintType:
		f.Varint, n = protowire.ConsumeVarint(f.rest)
	default:
		n = -1
	}
	if f.Bad = n < 0; f.Bad {
		return false
	}
	f.rest = f.rest[n:]
	return true
}

// Is goes to the next field and reports whether it is this one.
func (f *Fields) Is(this Field) bool { return f.Next() && f.Field == this }

// Last reports whether nothing follows.
func (f *Fields) Last() bool { return len(f.rest) == 0 }

// Only returns the value of the one field that a message consists of.
func Only(message []byte, number protowire.Number) ([]byte, bool) {
	f := Of(message)
	ok := f.Is(Bytes(number)) && f.Last()
	return f.Bytes, ok
}

// Entry returns an entry of a map, of strings or messages, that names key and value in this order.
func Entry(entry []byte) (key, value []byte, ok bool) {
	f := Of(entry)
	if !f.Is(Bytes(1)) {
		return nil, nil, false
	}
	key = f.Bytes
	ok = f.Is(Bytes(2)) && f.Last()
	return key, f.Bytes, ok
}

// Structured returns the halves of an encoded UUID in its structured form.
func Structured(id []byte) (most, least uint64, ok bool) {
	id, ok = Only(id, 1)
	f := Of(id)
	if !ok || !f.Is(Number(1)) {
		return 0, 0, false
	}
	most = f.Varint
	ok = f.Is(Number(2)) && f.Last()
	return most, f.Varint, ok
}

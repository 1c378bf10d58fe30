package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// reader decodes the one byte form of a T. encoding/json is the authority: a value
// is read by it and has to re-encode to the same bytes, so that no field is unknown,
// repeated, reordered, null or spelled otherwise. As that costs several microseconds, bytes that
// plainly are in the one form are read by a scan that knows nothing else; whatever it does
// not recognise is left to the authority.
type reader[T any] struct{ scan scanner }

func newReader[T any]() *reader[T] { return &reader[T]{scannerOf(reflect.TypeFor[T]())} }

// read sets v, which is undefined after an error.
func (r *reader[T]) read(data []byte, v *T) (err error) {
	if r.scan != nil {
		if rest, ok := r.scan(data, reflect.ValueOf(v).Elem()); ok && len(rest) == 0 {
			return nil
		}
	}
	*v, err = readSlowly[T](data)
	return err
}

func readSlowly[T any](data []byte) (T, error) {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("%w: %w", ErrNotCanonical, err)
	}
	back, err := json.Marshal(v)
	if err != nil || !bytes.Equal(back, data) || bytes.Contains(data, []byte(`":null`)) { // a list without elements is []
		return v, ErrNotCanonical
	}
	return v, nil
}

// scanner sets v from the beginning of b and returns the rest, or false when the
// beginning is not plainly the one form of a value of this type.
type scanner func(b []byte, v reflect.Value) (rest []byte, ok bool)

// scannerOf returns nil for a type that only encoding/json reads.
func scannerOf(t reflect.Type) scanner {
	switch t {
	case reflect.TypeFor[domain.Time]():
		return scanTime
	case reflect.TypeFor[domain.Digest]():
		return scanDigest
	case reflect.TypeFor[uuid.UUID]():
		return scanUUID
	}
	if t.Implements(reflect.TypeFor[json.Marshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return scanString
	case reflect.Int, reflect.Int64:
		return scanInt
	case reflect.Uint64:
		return scanUint
	case reflect.Bool:
		return scanBool
	case reflect.Slice:
		return sliceScanner(t)
	case reflect.Struct:
		return structScanner(t)
	}
	return nil
}

// token cuts a string of plain characters off: such as JSON never escapes.
func token(b []byte) (s, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, nil, false
	}
	for i, c := range b[1:] {
		switch {
		case c == '"':
			return b[1 : i+1], b[i+2:], true
		case c < 0x20 || c > 0x7e || c == '\\' || c == '<' || c == '>' || c == '&':
			return nil, nil, false
		}
	}
	return nil, nil, false
}

func scanString(b []byte, v reflect.Value) ([]byte, bool) {
	s, rest, ok := token(b)
	if !ok {
		return nil, false
	}
	if known, ok := commonWords[string(s)]; ok {
		v.SetString(known)
	} else {
		v.SetString(string(s))
	}
	return rest, true
}

// commonWords saves making the same short strings over and over again.
var commonWords = func() map[string]string {
	m := map[string]string{}
	for _, w := range []string{
		string(domain.Individual), string(domain.Family), string(domain.Organisation),
		string(domain.Ordinary), string(domain.NewEnergy), string(domain.Dwelling),
		string(rules.Main), string(rules.Spouse), string(rules.Other),
	} {
		m[w] = w
	}
	return m
}()

func scanTime(b []byte, v reflect.Value) ([]byte, bool) {
	s, rest, ok := token(b)
	if !ok {
		return nil, false
	}
	t, err := domain.ParseTime(string(s))
	if err != nil || t < 0 {
		return nil, false
	}
	v.SetInt(int64(t))
	return rest, true
}

func scanDigest(b []byte, v reflect.Value) ([]byte, bool) {
	s, rest, ok := token(b)
	if !ok || v.Addr().Interface().(*domain.Digest).UnmarshalText(s) != nil {
		return nil, false
	}
	return rest, true
}

func scanUUID(b []byte, v reflect.Value) ([]byte, bool) {
	s, rest, ok := token(b)
	u := v.Addr().Interface().(*uuid.UUID)
	return rest, ok && parseID(s, u)
}

// parseID reads the one text form of a UUID: 36 characters, lower case.
func parseID(s []byte, id *uuid.UUID) bool {
	if len(s) != 36 {
		return false
	}
	for _, c := range s {
		if c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return id.UnmarshalText(s) == nil
}

// number cuts the digits of a whole number off.
func number(b []byte) (digits, rest []byte, ok bool) {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	if n == 0 || n > 1 && b[0] == '0' {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

func scanUint(b []byte, v reflect.Value) ([]byte, bool) {
	digits, rest, ok := number(b)
	if !ok {
		return nil, false
	}
	n, err := strconv.ParseUint(string(digits), 10, 64)
	v.SetUint(n)
	return rest, err == nil
}

func scanBool(b []byte, v reflect.Value) ([]byte, bool) {
	rest, is := bytes.CutPrefix(b, []byte("true"))
	v.SetBool(is)
	if is {
		return rest, true
	}
	return bytes.CutPrefix(b, []byte("false"))
}

func scanInt(b []byte, v reflect.Value) ([]byte, bool) { // negative ones are left to the authority
	digits, rest, ok := number(b)
	if !ok {
		return nil, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || v.OverflowInt(n) {
		return nil, false
	}
	v.SetInt(n)
	return rest, true
}

func sliceScanner(t reflect.Type) scanner {
	element := scannerOf(t.Elem())
	if element == nil || t.Elem().Kind() == reflect.Uint8 {
		return nil
	}
	return func(b []byte, v reflect.Value) ([]byte, bool) {
		if len(b) < 2 || b[0] != '[' {
			return nil, false
		}
		v.Set(reflect.MakeSlice(t, 0, 1))
		if b[1] == ']' {
			return b[2:], true
		}
		for b[0] != ']' {
			n := v.Len()
			if n == v.Cap() {
				v.Grow(n)
			}
			v.SetLen(n + 1)
			rest, ok := element(b[1:], v.Index(n))
			if !ok || len(rest) == 0 || rest[0] != ',' && rest[0] != ']' {
				return nil, false
			}
			b = rest
		}
		return b[1:], true
	}
}

// field of a struct, in the order of its declaration, which is that of the form.
type field struct {
	index    int
	key      []byte // quoted, with the colon
	omitZero bool
	scan     scanner
}

func structScanner(t reflect.Type) scanner {
	fields := make([]field, t.NumField())
	for i := range fields {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		scan := scannerOf(f.Type)
		if f.Anonymous || !f.IsExported() || name == "" || option != "" && option != "omitzero" || scan == nil {
			return nil
		}
		fields[i] = field{i, []byte(strconv.Quote(name) + ":"), option == "omitzero", scan}
	}
	return func(b []byte, v reflect.Value) ([]byte, bool) {
		if len(b) < 2 || b[0] != '{' {
			return nil, false
		}
		separated := false // a comma, or the opening brace, is at b[0]
		for _, f := range fields {
			if !bytes.HasPrefix(b[1:], f.key) || separated && b[0] != ',' {
				if !f.omitZero {
					return nil, false
				}
				continue
			}
			rest, ok := f.scan(b[1+len(f.key):], v.Field(f.index))
			if !ok || len(rest) < 1 || f.omitZero && v.Field(f.index).IsZero() {
				return nil, false
			}
			b, separated = rest, true
		}
		if !separated { // no field: the closing brace follows the opening one
			b = b[1:]
		}
		if b[0] != '}' {
			return nil, false
		}
		return b[1:], true
	}
}

package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

//go:generate go run -tags generate ./internal/decoders

// form reads and compares values of a T in their one byte form. encoding/json is the authority:
// it reads a value, which then has to be written as the same bytes. So no field is unknown,
// repeated, reordered, null or spelled otherwise. As that costs several microseconds, bytes that
// plainly are in the one form are read by a generated function. It leaves to the authority what
// it does not recognise.
type form[T any] struct {
	plain func(*cursor) T    // generated; nil leaves all to encoding/json
	same  func(a, b *T) bool // generated, if == does not compare a T
}

// formOf returns the generated form of a type, or an empty one.
func formOf[T any]() form[T] {
	f, _ := generated[reflect.TypeFor[T]()].(form[T])
	return f
}

func (f form[T]) read(c *cursor, data []byte) (T, error) {
	if f.plain != nil {
		c.start(data)
		if v := f.plain(c); c.done() {
			return v, nil
		}
	}
	return readSlowly[T](data)
}

func readSlowly[T any](data []byte) (T, error) {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return v, fmt.Errorf("%w: %w", ErrNotCanonical, err)
	}
	back, err := json.Marshal(v)
	null := bytes.Contains(data, []byte(`":null`)) // a list without elements is []
	if err != nil || !bytes.Equal(back, data) || null {
		return v, ErrNotCanonical
	}
	return v, nil
}

// sameList compares lists. An empty list is not the same as none.
func sameList[E any](a, b []E, same func(a, b *E) bool) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for i := range a {
		if !same(&a[i], &b[i]) {
			return false
		}
	}
	return true
}

func equal[E comparable](a, b *E) bool { return *a == *b }

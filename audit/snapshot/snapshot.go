// Package snapshot writes a Go value as bytes and reads it again, fields that are not exported
// included. It is for files that a program keeps for itself and can make again.
//
// A value without pointers is written as its memory. A string, slice or map is its length and
// its elements, a pointer is 0 or 1 and what it points to, an interface is the number of its
// type and the value. Values that share memory are written once for each, so nothing may hold
// itself. The form depends on the layout of the types and on the machine: keep
// [Codec.Layout] with the bytes, and read them only where it is the same.
//
// A field with the tag `snapshot:"-"` is left out, and not changed by reading: what follows from
// the others is made again by the caller.
//
// A reader of damaged bytes gets an error or another value. It is for the caller to know that
// the bytes are those that were written, by a digest over them.
package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"unsafe"
)

// Codec writes and reads the values of one type.
type Codec[T any] struct {
	root   *form
	layout [sha256.Size]byte
}

// form is how values of a type are written and read. The pointer is that of the value.
type form struct {
	write func(w *writer, p unsafe.Pointer)
	read  func(r *reader, p unsafe.Pointer)
}

// New returns the codec of a type. The interfaces in it hold values of these concrete types.
func New[T any](concrete ...any) (*Codec[T], error) {
	b := builder{forms: map[reflect.Type]*form{}, concrete: map[reflect.Type]uint64{}}
	for i, v := range concrete {
		t := reflect.TypeOf(v)
		b.concrete[t] = uint64(i) + 1
		b.types = append(b.types, t)
	}
	root, err := b.form(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	c := &Codec[T]{root: root}
	h := sha256.New()
	fmt.Fprintln(h, runtime.GOARCH, runtime.Compiler)
	describe(h, reflect.TypeFor[T](), map[reflect.Type]bool{})
	for _, t := range b.types {
		describe(h, t, map[reflect.Type]bool{})
	}
	h.Sum(c.layout[:0])
	return c, nil
}

// Layout identifies the form of the bytes.
func (c *Codec[T]) Layout() [sha256.Size]byte { return c.layout }

// Write writes the value.
func (c *Codec[T]) Write(to io.Writer, v *T) error {
	w := &writer{to: bufio.NewWriterSize(to, 1<<18)}
	c.root.write(w, unsafe.Pointer(v))
	if w.err != nil {
		return w.err
	}
	return w.to.Flush()
}

// Read reads a value, of which there are so many bytes, into v.
func (c *Codec[T]) Read(from io.Reader, size int64, v *T) error {
	r := &reader{from: bufio.NewReaderSize(io.LimitReader(from, size), 1<<18), left: size}
	c.root.read(r, unsafe.Pointer(v))
	if r.err == nil && r.left != 0 {
		r.err = fmt.Errorf("%d bytes are left behind the value", r.left)
	}
	return r.err
}

// writer writes until the first error.
type writer struct {
	to  *bufio.Writer
	buf [binary.MaxVarintLen64]byte
	err error
}

func (w *writer) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(b)
	}
}

func (w *writer) number(n uint64) { w.bytes(binary.AppendUvarint(w.buf[:0], n)) }

// reader reads until the first error. What it reads behind one is empty.
type reader struct {
	from    *bufio.Reader
	left    int64
	buf     []byte
	strings [4096]string // seen lately: most are few words
	err     error
}

var errLength = errors.New("a length is greater than what is left")

func (r *reader) bytes(b []byte) {
	if r.err != nil {
		return
	}
	if int64(len(b)) > r.left {
		r.err = io.ErrUnexpectedEOF
		return
	}
	r.left -= int64(len(b))
	_, r.err = io.ReadFull(r.from, b)
}

func (r *reader) ReadByte() (byte, error) {
	if r.left--; r.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return r.from.ReadByte()
}

// number reads a number, or 0 behind an error.
func (r *reader) number() (n uint64) {
	if r.err == nil {
		n, r.err = binary.ReadUvarint(r)
	}
	if r.err != nil {
		return 0
	}
	return n
}

// fits returns n if so many elements of at least this size can follow, else 0 and an error.
func (r *reader) fits(n uint64, size uintptr) int {
	if n > uint64(max(r.left, 0))/uint64(max(size, 1)) {
		r.err = errors.Join(r.err, errLength)
		return 0
	}
	return int(n)
}

// count reads the number of elements of a slice or map, -1 for nil.
func (r *reader) count(size uintptr) int {
	n := r.number()
	if n == 0 {
		return -1
	}
	return r.fits(n-1, size)
}

// text reads a string. One that was read lately is used again.
func (r *reader) text() string {
	n := r.fits(r.number(), 1)
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	b := r.buf[:n]
	r.bytes(b)
	if r.err != nil {
		return ""
	}
	if n > 40 {
		return string(b)
	}
	sum := uint32(2166136261) // FNV-1a
	for _, c := range b {
		sum = (sum ^ uint32(c)) * 16777619
	}
	seen := &r.strings[(sum>>20^sum)%uint32(len(r.strings))]
	if *seen != string(b) {
		*seen = string(b)
	}
	return *seen
}

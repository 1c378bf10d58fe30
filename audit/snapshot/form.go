package snapshot

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"
)

// builder makes the forms of types.
type builder struct {
	forms    map[reflect.Type]*form
	concrete map[reflect.Type]uint64 // of interfaces, from 1
	types    []reflect.Type          // the same in order
}

// form returns that of a type. A type that holds itself gets one that refers to itself.
func (b *builder) form(t reflect.Type) (*form, error) {
	if f := b.forms[t]; f != nil {
		return f, nil
	}
	f := &form{}
	b.forms[t] = f
	var err error
	switch {
	case plain(t):
		*f = memory(t.Size())
	case t.Kind() == reflect.String:
		*f = text
	case t.Kind() == reflect.Slice:
		err = b.slice(f, t)
	case t.Kind() == reflect.Array:
		err = b.array(f, t)
	case t.Kind() == reflect.Struct:
		err = b.fields(f, t)
	case t.Kind() == reflect.Pointer:
		err = b.pointer(f, t)
	case t.Kind() == reflect.Map:
		err = b.entries(f, t)
	case t.Kind() == reflect.Interface:
		err = b.dynamic(f, t)
	default:
		err = fmt.Errorf("a %s cannot be kept", t)
	}
	return f, err
}

// plain reports whether values of a type are their memory.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Array:
		return plain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if leftOut(t.Field(i)) || !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

// leftOut reports whether a field is not written.
func leftOut(f reflect.StructField) bool { return f.Tag.Get("snapshot") == "-" }

// raw is the memory of a value.
func raw(p unsafe.Pointer, size uintptr) []byte { return unsafe.Slice((*byte)(p), size) }

func memory(size uintptr) form {
	return form{
		write: func(w *writer, p unsafe.Pointer) { w.bytes(raw(p, size)) },
		read:  func(r *reader, p unsafe.Pointer) { r.bytes(raw(p, size)) },
	}
}

var text = form{
	write: func(w *writer, p unsafe.Pointer) {
		s := *(*string)(p)
		w.number(uint64(len(s)))
		w.bytes(raw(unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s))))
	},
	read: func(r *reader, p unsafe.Pointer) { *(*string)(p) = r.text() },
}

// header is the memory of a slice.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

// slice: 0 is nil, n+1 begins one of n elements.
func (b *builder) slice(f *form, t reflect.Type) error {
	elem, err := b.form(t.Elem())
	size, flat := t.Elem().Size(), plain(t.Elem())
	least := uintptr(1) // bytes of an element
	if flat {
		least = size
	}
	f.write = func(w *writer, p unsafe.Pointer) {
		s := (*header)(p)
		if s.data == nil {
			w.number(0)
			return
		}
		w.number(uint64(s.len) + 1)
		if flat {
			w.bytes(raw(s.data, uintptr(s.len)*size))
			return
		}
		for i := range s.len {
			elem.write(w, unsafe.Add(s.data, uintptr(i)*size))
		}
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		n := r.count(least)
		if n < 0 {
			return
		}
		made := reflect.MakeSlice(t, n, n)
		reflect.NewAt(t, p).Elem().Set(made)
		data := made.UnsafePointer()
		if flat {
			r.bytes(raw(data, uintptr(n)*size))
			return
		}
		for i := 0; i < n && r.err == nil; i++ {
			elem.read(r, unsafe.Add(data, uintptr(i)*size))
		}
	}
	return err
}

func (b *builder) array(f *form, t reflect.Type) error {
	elem, err := b.form(t.Elem())
	size, n := t.Elem().Size(), uintptr(t.Len())
	f.write = func(w *writer, p unsafe.Pointer) {
		for i := range n {
			elem.write(w, unsafe.Add(p, i*size))
		}
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		for i := range n {
			elem.read(r, unsafe.Add(p, i*size))
		}
	}
	return err
}

func (b *builder) fields(f *form, t reflect.Type) error {
	type field struct {
		*form
		offset uintptr
	}
	var all []field
	for i := range t.NumField() {
		if leftOut(t.Field(i)) {
			continue
		}
		inner, err := b.form(t.Field(i).Type)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", t, t.Field(i).Name, err)
		}
		all = append(all, field{inner, t.Field(i).Offset})
	}
	f.write = func(w *writer, p unsafe.Pointer) {
		for i := range all {
			all[i].write(w, unsafe.Add(p, all[i].offset))
		}
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		for i := range all {
			all[i].read(r, unsafe.Add(p, all[i].offset))
		}
	}
	return nil
}

func (b *builder) pointer(f *form, t reflect.Type) error {
	elem, err := b.form(t.Elem())
	f.write = func(w *writer, p unsafe.Pointer) {
		to := *(*unsafe.Pointer)(p)
		if to == nil {
			w.number(0)
			return
		}
		w.number(1)
		elem.write(w, to)
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		if r.number() == 0 {
			return
		}
		to := reflect.New(t.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(p) = to
		elem.read(r, to)
	}
	return err
}

// entries: 0 is nil, n+1 begins a map of n entries.
func (b *builder) entries(f *form, t reflect.Type) error {
	key, err := b.form(t.Key())
	if err != nil {
		return err
	}
	value, err := b.form(t.Elem())
	f.write = func(w *writer, p unsafe.Pointer) {
		m := reflect.NewAt(t, p).Elem()
		if m.IsNil() {
			w.number(0)
			return
		}
		w.number(uint64(m.Len()) + 1)
		k, v := reflect.New(t.Key()), reflect.New(t.Elem())
		for all := m.MapRange(); all.Next(); {
			k.Elem().SetIterKey(all)
			v.Elem().SetIterValue(all)
			key.write(w, k.UnsafePointer())
			value.write(w, v.UnsafePointer())
		}
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		n := r.count(1)
		if n < 0 {
			return
		}
		m := reflect.MakeMapWithSize(t, n)
		reflect.NewAt(t, p).Elem().Set(m)
		k, v := reflect.New(t.Key()), reflect.New(t.Elem())
		for i := 0; i < n && r.err == nil; i++ {
			k.Elem().SetZero()
			v.Elem().SetZero()
			key.read(r, k.UnsafePointer())
			value.read(r, v.UnsafePointer())
			m.SetMapIndex(k.Elem(), v.Elem())
		}
	}
	return err
}

// dynamic: 0 is nil, another number is that of the concrete type.
func (b *builder) dynamic(f *form, t reflect.Type) error {
	var forms []*form
	for _, c := range b.types {
		inner, err := b.form(c)
		if err != nil {
			return err
		}
		forms = append(forms, inner)
	}
	f.write = func(w *writer, p unsafe.Pointer) {
		v := reflect.NewAt(t, p).Elem().Elem()
		if !v.IsValid() {
			w.number(0)
			return
		}
		n := b.concrete[v.Type()]
		if n == 0 {
			w.err = fmt.Errorf("a %s holds a %s, which is not among the known types", t, v.Type())
			return
		}
		w.number(n)
		whole := reflect.New(v.Type())
		whole.Elem().Set(v)
		forms[n-1].write(w, whole.UnsafePointer())
	}
	f.read = func(r *reader, p unsafe.Pointer) {
		n := r.number()
		if n == 0 {
			return
		}
		if n > uint64(len(b.types)) || !b.types[n-1].Implements(t) {
			r.err = fmt.Errorf("number %d is no type of a %s", n, t)
			return
		}
		v := reflect.New(b.types[n-1])
		forms[n-1].read(r, v.UnsafePointer())
		reflect.NewAt(t, p).Elem().Set(v.Elem())
	}
	return nil
}

// describe writes what the form of a type depends on.
func describe(w io.Writer, t reflect.Type, seen map[reflect.Type]bool) {
	fmt.Fprintf(w, "%s %s %d", t.Kind(), t, t.Size())
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			fmt.Fprintf(w, " %s@%d:", t.Field(i).Name, t.Field(i).Offset)
			if !leftOut(t.Field(i)) {
				describe(w, t.Field(i).Type, seen)
			}
		}
	case reflect.Map:
		describe(w, t.Key(), seen)
		describe(w, t.Elem(), seen)
	case reflect.Slice, reflect.Array, reflect.Pointer:
		describe(w, t.Elem(), seen)
	}
	fmt.Fprintln(w, ";")
}

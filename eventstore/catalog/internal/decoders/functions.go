package main

import (
	"fmt"
	"reflect"
	"strconv"

	"lotteryledger/domain"
)

// read makes the function that reads a struct. Fields that may be left out take no comma before
// them while all before them were left out.
func (g *generator) read(t reflect.Type) {
	f := g.file(t)
	f.printf("func (c *cursor) read%s() (v %s) {\n", function(t), f.name(t))
	const (
		none = iota // nothing was read: a field takes the brace
		some        // something may have been read
		sure        // something was read: a field takes a comma
	)
	before := none
	for field := range fields(t) {
		name, option := key(field)
		plain, comma := strconv.Quote(name)+":", ","+strconv.Quote(name)+":"
		value := g.value(f, field.Type)
		if option == "" {
			switch before {
			case none:
				f.printf("c.skip(%s)\n", quote("{"+plain))
			case some:
				f.printf("c.require(c.optional(&empty, %s, %s))\n", quote(plain), quote(comma))
			default:
				f.printf("c.skip(%s)\n", quote(comma))
			}
			f.printf("v.%s = %s\n", field.Name, value)
			before = sure
			continue
		}
		switch before {
		case none:
			f.printf("empty := true\nc.skip(\"{\")\n")
			before = some
			fallthrough
		case some:
			f.printf("if c.optional(&empty, %s, %s) {\n", quote(plain), quote(comma))
		default:
			f.printf("if c.has(%s) {\n", quote(comma))
		}
		f.printf("v.%s = %s\n", field.Name, value)
		if field.Type.Kind() != reflect.Slice { // a list that was read is not nil
			f.printf("c.require(v.%s != %s)\n", field.Name, zero(f, field.Type))
		}
		f.printf("}\n")
	}
	if before == none {
		f.printf("c.skip(\"{\")\n")
	}
	f.printf("c.skip(\"}\")\nreturn v\n}\n\n")
}

func quote(s string) string { return "`" + s + "`" }

// value returns the expression that reads a value of a type.
func (g *generator) value(f *file, t reflect.Type) string {
	if t.Kind() == reflect.Slice {
		return fmt.Sprintf("list(c, %s)", g.readFunc(f, t.Elem()))
	}
	if method := reader(t); method != "" {
		return convert(f, t, "c."+method+"()")
	}
	return "c.read" + function(t) + "()"
}

// readFunc returns a function that reads a value of a type.
func (g *generator) readFunc(f *file, t reflect.Type) string {
	if t.Kind() != reflect.Slice {
		if method := reader(t); method == "" {
			return "(*cursor).read" + function(t)
		} else if convert(f, t, "x") == "x" {
			return "(*cursor)." + method
		}
	}
	return fmt.Sprintf("func(c *cursor) %s { return %s }", f.name(t), g.value(f, t))
}

// convert returns an expression as a value of a type, if the cursor reads another one.
func convert(f *file, t reflect.Type, expression string) string {
	read := t == reflect.TypeFor[domain.Time]() || t.Kind() == reflect.Array
	if t.PkgPath() == "" || read {
		return expression
	}
	return f.name(t) + "(" + expression + ")"
}

// zero returns the zero value of a type.
func zero(f *file, t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return `""`
	case reflect.Bool:
		return "false"
	case reflect.Struct, reflect.Array:
		return "(" + f.name(t) + "{})"
	}
	return "0"
}

// same makes the function that compares a struct with lists in it.
func (g *generator) same(t reflect.Type) {
	f := g.file(t)
	f.printf("func same%s(a, b *%s) bool {\nreturn ", function(t), f.name(t))
	first := true
	for field := range fields(t) {
		if !first {
			f.printf(" &&\n")
		}
		first = false
		a, b := "a."+field.Name, "b."+field.Name
		switch {
		case field.Type.Comparable():
			f.printf("%s == %s", a, b)
		case field.Type.Kind() == reflect.Slice:
			f.printf("sameList(%s, %s, %s)", a, b, sameFunc(f, field.Type.Elem()))
		default:
			f.printf("same%s(&%s, &%s)", function(field.Type), a, b)
		}
	}
	f.printf("\n}\n\n")
}

// sameFunc returns a function that compares values of a type.
func sameFunc(f *file, t reflect.Type) string {
	switch {
	case t.Comparable():
		return "equal[" + f.name(t) + "]"
	case t.Kind() == reflect.Slice:
		inner := sameFunc(f, t.Elem())
		return fmt.Sprintf("func(a, b *%s) bool { return sameList(*a, *b, %s) }", f.name(t), inner)
	}
	return "same" + function(t)
}

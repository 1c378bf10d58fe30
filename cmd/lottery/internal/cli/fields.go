package cli

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// FieldsOf lists the fields of the JSON object of a type: nested ones behind a dot, those of
// the elements of a list behind [].
func FieldsOf[R any]() []string {
	var fields []string
	collect(&fields, "", reflect.TypeFor[R](), 0)
	return slices.Compact(fields)
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

// depth bounds how far into rules and the like the fields are listed.
const depth = 3

func collect(fields *[]string, prefix string, t reflect.Type, level int) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Implements(textMarshaler) || level == depth {
		return
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		collect(fields, strings.TrimSuffix(prefix, ".")+"[].", t.Elem(), level)
		return
	case reflect.Struct:
	default:
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && name == "":
			collect(fields, prefix, f.Type, level)
		default:
			if name == "" {
				name = f.Name
			}
			*fields = append(*fields, prefix+name)
			collect(fields, prefix+name+".", f.Type, level+1)
		}
	}
}

// Fields lists the fields of the object that a command prints with --json.
func Fields(c *cobra.Command) []string {
	text := c.Annotations[fieldsKey]
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

package proposal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// around returns what stands now in the place of what is proposed (the version of the rules in
// force, the officer, the announcement) and what would stand there.
func around(
	ctx context.Context, o *office.Office, stream string, e catalog.Event,
) (before, after any, err error) {
	_, id, _ := strings.Cut(stream, "-")
	var now officer.State
	if _, ok := e.(officer.Event); ok {
		if now, err = o.LoadOfficer(ctx, id); err != nil {
			return nil, nil, err
		}
	}
	whole := officer.Appointed{Roles: now.Roles, Departments: now.Departments, Key: now.Key}
	switch e := e.(type) {
	case rules.Adopted:
		v, err := o.RulesInForce(ctx)
		if v.Name == "" {
			return nil, e, err
		}
		return v, e, err
	case officer.Appointed:
		return whole, e, nil
	case officer.RolesChanged:
		return officer.RolesChanged{Roles: now.Roles, Departments: now.Departments}, e, nil
	case officer.KeyChanged:
		return officer.KeyChanged{Key: now.Key}, e, nil
	case officer.Dismissed:
		return whole, officer.Appointed{}, nil
	case round.AnnouncementSuperseded:
		s, err := o.LoadRound(ctx, id)
		return s.Announced, e, err
	}
	return nil, e, nil
}

// compare lists the fields that change.
func compare(before, after any) ([]change, error) {
	was, err := fields(before)
	if err != nil {
		return nil, err
	}
	is, err := fields(after)
	if err != nil {
		return nil, err
	}
	changes := []change{}
	for _, f := range is {
		if old, _ := find(was, f.name); old.value != f.value && !f.label {
			changes = append(changes, change{f.name, old.value, f.value})
		}
	}
	for _, f := range was {
		if _, still := find(is, f.name); !still && f.value != "" && !f.label {
			changes = append(changes, change{Field: f.name, Before: f.value})
		}
	}
	return changes, nil
}

// field is a value somewhere in an object.
type field struct {
	name, value string
	label       bool // it is the name of an object in a list, and stands in the names of the others
}

func find(all []field, name string) (f field, ok bool) {
	for _, f := range all {
		if f.name == name {
			return f, true
		}
	}
	return f, false
}

// fields lists the values of an object in their order, those of objects within it behind the
// name of the field, and lists of plain values as one. Nil has none.
func fields(v any) (all []field, err error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	if err == nil {
		err = walk("", b, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("listing the fields of %T: %w", v, err)
	}
	return all, nil
}

func walk(name string, raw json.RawMessage, all *[]field) error {
	switch raw[0] {
	case '{':
		return walkObject(name, raw, all)
	case '[':
		return walkList(name, raw, all)
	}
	text, err := plain(raw)
	*all = append(*all, field{name: name, value: text})
	return err
}

func walkObject(name string, raw json.RawMessage, all *[]field) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		inner := fmt.Sprint(key)
		if name != "" {
			inner = name + "." + inner
		}
		if err := walk(inner, value, all); err != nil {
			return err
		}
	}
	return nil
}

func walkList(name string, raw json.RawMessage, all *[]field) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return err
	}
	var words []string
	for i, item := range items {
		if item[0] != '{' {
			text, err := plain(item)
			if err != nil {
				return err
			}
			words = append(words, text)
			continue
		}
		if err := walkItem(name, i, item, all); err != nil {
			return err
		}
	}
	if words != nil || len(items) == 0 {
		*all = append(*all, field{name: name, value: strings.Join(words, ", ")})
	}
	return nil
}

// walkItem lists an object of a list under its pool or name, or under its place.
func walkItem(list string, place int, raw json.RawMessage, all *[]field) error {
	var named struct{ Pool, Name string }
	label := fmt.Sprint(place + 1)
	if json.Unmarshal(raw, &named) == nil && named.Pool+named.Name != "" {
		label = named.Pool + named.Name
	}
	first := len(*all)
	if err := walk(list+"."+label, raw, all); err != nil {
		return err
	}
	for i := range (*all)[first:] {
		f := &(*all)[first+i]
		f.label = f.name == list+"."+label+".pool" || f.name == list+"."+label+".name"
	}
	return nil
}

// plain is a value that is no object as text; a list stays as it is.
func plain(raw json.RawMessage) (string, error) {
	if string(raw) == "null" {
		return "", nil
	}
	if raw[0] != '"' {
		return string(raw), nil
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err
}

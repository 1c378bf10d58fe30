// Package rules holds everything an office may change, as one dated version: the
// pools and their methods, the ladder that past losses build, the points of a
// family, and the periods of notice and validity. A round names the version it was
// opened under, and nothing else is applied to it.
package rules

import (
	"fmt"
	"reflect"

	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a version's stream: "rules-" and its name.
const StreamPrefix = "rules-"

// State of a rules stream.
type State struct {
	Adopted bool
	Version Version
}

// Decide applies the rules for changing the rules: a version is complete, and once
// adopted it never changes.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Adopt:
		if err := c.Version.Check(); err != nil {
			return nil, err
		}
		if s.Adopted {
			if reflect.DeepEqual(s.Version, c.Version) {
				return nil, nil
			}
			return nil, fault.New(fault.RulesExist,
				"version %s is adopted already, with another content", s.Version.Name)
		}
		return []Event{Adopted{c.Version}}, nil
	}
	panic(fmt.Sprintf("rules: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Adopted:
		s.Adopted, s.Version = true, e.Version
	}
	return s
}

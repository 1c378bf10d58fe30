package rules

import (
	"fmt"
	"reflect"

	"lotteryledger/domain"
)

// Stream of a version: "rules-" and its name.
const Stream = "rules-"

// Event is what may be stored in a rules stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isRules()
}

// Adopted puts a version of the rules into force.
type Adopted struct{ Version }

// EventType is the stored name.
func (Adopted) EventType() string { return "rules.adopted.v1" }
func (Adopted) isRules()          {}

// Command is what may be asked of a rules stream.
//
//sumtype:decl
type Command interface{ isRulesCommand() }

// Adopt asks to put a version into force.
type Adopt struct{ Version Version }

func (Adopt) isRulesCommand() {}

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
			return nil, domain.Reject("rules_exist", "version %s is adopted already, with another content", s.Version.Name)
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

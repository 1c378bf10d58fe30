// Package draft keeps the event that a proposal asks for, byte for byte, so that the second
// officer can read it and approve it by the proposal's id. Each proposal has a stream for it. The
// stream is private and never part of the public ledger: the event becomes public when it is stored
// in its place. The draft is written before the proposal, so a proposal has its draft.
package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// StreamPrefix begins the name of a draft's stream: "draft-" and the proposal's id.
const StreamPrefix = "draft-"

// State of a draft's stream.
type State struct{ Last Written }

// Event is what may be stored in a draft's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isDraft()
}

// Written is the event that a proposal asks for.
type Written struct {
	Type  string          `json:"type"`
	Event json.RawMessage `json:"event"` // byte for byte; its SHA-256 is the proposal's digest
}

// TypeWritten is the stored type.
const TypeWritten = "draft.written.v1"

// EventType is the stored type.
func (Written) EventType() string { return TypeWritten }

func (Written) isDraft() {}

// Command is what may be asked of a draft's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isDraftCommand()
}

// Write asks to keep the event that a proposal is about to ask for.
type Write struct {
	Type  string
	Event json.RawMessage
}

// Leads returns the type of the event that it leads to.
func (Write) Leads() string { return TypeWritten }

func (Write) isDraftCommand() {}

// Decide applies the rules. Another draft for the same proposal takes the place of the one before:
// only one has the proposal's digest.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Write:
		if s.Last.Type == c.Type && bytes.Equal(s.Last.Event, c.Event) {
			return nil, nil
		}
		return []Event{Written(c)}, nil
	}
	panic(fmt.Sprintf("draft: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Written:
		s.Last = e
	}
	return s
}

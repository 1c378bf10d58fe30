// Package access records who looked at whose personal data, and why. Each officer has a stream
// of reads. It is private and never part of the public ledger. The event is stored before the
// data is shown.
//
// Unlike in other streams, the same command twice is two events: each look counts.
package access

import "fmt"

// StreamPrefix begins the name of an officer's stream of reads: "access-" and the officer's id.
const StreamPrefix = "access-"

// State of an officer's stream of reads.
type State struct{ Reads int }

// Decide applies the rules.
func Decide(_ State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case ReadRecords:
		events := make([]Event, len(c))
		for i, look := range c {
			if err := look.Check(); err != nil {
				return nil, err
			}
			events[i] = RecordRead(look)
		}
		return events, nil
	}
	panic(fmt.Sprintf("access: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e.(type) {
	case RecordRead:
		s.Reads++
	}
	return s
}

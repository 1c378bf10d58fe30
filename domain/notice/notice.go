// Package notice is what the office tells the public: policies in force, answers to frequent
// questions, planned works. The ledger holds who said what when, by the digest of the text; the
// text itself lies in a file, so that one that should never have been published can be removed.
package notice

import (
	"fmt"
	"slices"

	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a notice's stream: "notice-" and the id.
const StreamPrefix = "notice-"

// Phase of a notice.
type Phase string

// The phases. The phase is empty before the notice is published.
const (
	PhasePublished Phase = "published"
	PhaseWithdrawn Phase = "withdrawn"
)

// State of a notice's stream.
type State struct {
	Phase Phase
	Texts []Text // the last ones
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Publish:
		switch err := checkTexts(c.Texts); {
		case err != nil:
			return nil, err
		case s.Phase == PhasePublished && slices.Equal(s.Texts, c.Texts):
			return nil, nil
		case s.Phase != "":
			return nil, fault.New(fault.NoticeExists,
				"the notice was published before; replace it, or give another id")
		}
		return []Event{Published(c)}, nil
	case Replace:
		if err := checkTexts(c.Texts); err != nil {
			return nil, err
		}
		switch s.Phase {
		case "":
			return nil, unknown()
		case PhaseWithdrawn:
			return nil, fault.New(fault.NoticeWithdrawn,
				"the notice was withdrawn; publish another one")
		}
		if slices.Equal(s.Texts, c.Texts) {
			return nil, nil
		}
		return []Event{Replaced(c)}, nil
	case Withdraw:
		switch s.Phase {
		case "":
			return nil, unknown()
		case PhaseWithdrawn:
			return nil, nil
		}
		return []Event{Withdrawn{}}, nil
	}
	panic(fmt.Sprintf("notice: no rule for %T", cmd))
}

func unknown() error { return fault.New(fault.UnknownNotice, "no such notice was published") }

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Published:
		s.Phase, s.Texts = PhasePublished, e.Texts
	case Replaced:
		s.Texts = e.Texts
	case Withdrawn:
		s.Phase = PhaseWithdrawn
	}
	return s
}

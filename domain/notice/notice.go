// Package notice is what the office tells the public: policies in force, answers to frequent
// questions, planned works. The ledger holds who said what when, by the digest of the text; the
// text itself lies in a file, so that one that should never have been published can be removed.
package notice

import (
	"fmt"
	"slices"

	"lotteryledger/domain"
)

// Stream of a notice: "notice-" and the id.
const Stream = "notice-"

// Languages lists those that a text may be in, in their one order. The first one is always there.
var Languages = []string{"zh", "en"}

// MaxText is the most bytes of a text.
const MaxText = 64 << 10

// Text names a text: UTF-8, in Markdown, with the title in its first line.
type Text struct {
	Language string        `json:"language"`
	SHA256   domain.Digest `json:"sha256"`
	Size     uint64        `json:"size"` // bytes
}

// Event is what may be stored in a notice's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isNotice()
}

// Published shows a notice.
type Published struct {
	Texts []Text `json:"texts"` // in the order of Languages
}

// Replaced puts other texts in the place of those before.
type Replaced struct {
	Texts []Text `json:"texts"` // as in Published
}

// Withdrawn ends it: it is no longer in force, and not published again.
type Withdrawn struct{}

// EventType is the stored name.
func (Published) EventType() string { return "notice.published.v1" }

// EventType is the stored name.
func (Replaced) EventType() string { return "notice.replaced.v1" }

// EventType is the stored name.
func (Withdrawn) EventType() string { return "notice.withdrawn.v1" }

func (Published) isNotice() {}
func (Replaced) isNotice()  {}
func (Withdrawn) isNotice() {}

// Command is what may be asked of a notice's stream.
//
//sumtype:decl
type Command interface{ isNoticeCommand() }

// Publish asks to show a notice.
type Publish struct{ Texts []Text }

// Replace asks to show other texts.
type Replace struct{ Texts []Text }

// Withdraw asks to end it.
type Withdraw struct{}

func (Publish) isNoticeCommand()  {}
func (Replace) isNoticeCommand()  {}
func (Withdraw) isNoticeCommand() {}

// Phase of a notice.
type Phase string

// The phases; the empty phase is that of a notice nobody published.
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
			return nil, domain.Reject("notice_exists", "the notice was published before; replace it, or give another id")
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
			return nil, domain.Reject("notice_withdrawn", "the notice was withdrawn; publish another one")
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

func unknown() error { return domain.Reject("unknown_notice", "no such notice was published") }

func checkTexts(texts []Text) error {
	last := -1
	for _, t := range texts {
		i := slices.Index(Languages, t.Language)
		if i <= last {
			return domain.Reject("invalid_notice", "language %q is unknown, named twice or out of order (%v)", t.Language, Languages)
		}
		if t.Size < 1 || t.Size > MaxText || t.SHA256 == (domain.Digest{}) {
			return domain.Reject("invalid_notice", "a text has 1 to %d bytes, and their digest", MaxText)
		}
		last = i
	}
	if len(texts) == 0 || texts[0].Language != Languages[0] {
		return domain.Reject("invalid_notice", "a notice has a text in %s", Languages[0])
	}
	return nil
}

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

package audit

import (
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
)

// Ledger is a [State] that takes in a leaf only if the rules allow it. For each leaf it checks
// the author, decides the command behind the event again, with evidence from the leaves before,
// and compares. Only then does it change the state. It is not safe for concurrent use.
type Ledger struct {
	State
	files  Files
	proven proven
	before evidence            // of the leaf that is being applied
	keys   []officer.PublicKey // see [evidence.Keys]
	fault  error               // the first one; nothing is applied any more

	application applicationRecord // of the leaf at hand
	room        room              // for its people
}

// NewLedger begins before the first leaf. The files that leaves imply are given to
// files as soon as they are known; nil ignores them.
func NewLedger(files Files) *Ledger {
	return &Ledger{State: newState(), files: files, proven: proven{}}
}

// Apply checks the next leaf against everything before it and takes it in. An error
// that disproves the ledger is a [fault.Error]; any other came from writing or comparing files.
// After an error every later call returns that error.
func (l *Ledger) Apply(d *Decoded) error {
	if l.fault != nil {
		return l.fault
	}
	if d.Index != l.size {
		return fmt.Errorf("applying leaf %d to a ledger of %d", d.Index, l.size)
	}
	if l.size == maxLeaves {
		return fmt.Errorf("a ledger of more than %d leaves is too large for this program", l.size)
	}
	if l.fault = l.apply(d); l.fault != nil {
		return l.fault
	}
	l.size++
	l.latest = max(l.latest, d.Meta.At)
	return nil
}

// Latest returns the latest time of all leaves.
func (l *Ledger) Latest() domain.Time { return l.latest }

func (l *Ledger) apply(d *Decoded) error {
	if err := l.requireAuthor(d); err != nil {
		return err
	}
	if err := l.requireSecond(d); err != nil {
		return err
	}
	switch e := d.Event.(type) {
	case rules.Event:
		return l.applyRules(d, e)
	case officer.Event:
		return l.applyOfficer(d, e)
	case proposal.Event:
		return l.applyProposal(d, e)
	case applicant.Event:
		return l.applyApplicant(d, e)
	case person.Event:
		return l.applyPerson(d, e)
	case application.Event:
		return l.applyApplication(d, e)
	case round.Event:
		return l.applyRound(d, e)
	case indicator.Event:
		return l.applyIndicator(d, e)
	case notice.Event:
		return l.applyNotice(d, e)
	case quota.Event:
		return l.applyQuota(d, e)
	}
	return d.fault(fault.EventUnknown, "%s has no place in the public ledger", d.Leaf.Type)
}

// decide checks that the rules answer cmd with just this event, and returns the stream with the
// event folded. It changes nothing.
func decide[S any, E catalog.Event, C any](
	a catalog.Aggregate[S, E, C], s stream[S], d *Decoded, e E, cmd C,
) (stream[S], error) {
	if d.Leaf.Revision != s.next {
		return s, d.fault(fault.RevisionGap, "revision %d was to come next", s.next)
	}
	events, err := a.Decide(s.state, cmd)
	if err != nil {
		return s, refusal(d, err)
	}
	if len(events) != 1 || !d.Type.Same(events[0], e) {
		return s, d.fault(fault.EventUncaused, "the rules answer this command with %s",
			names(events))
	}
	return stream[S]{s.next + 1, a.Evolve(s.state, e)}, nil
}

func names[E catalog.Event](events []E) string {
	if len(events) == 0 {
		return "nothing"
	}
	return events[0].EventType() + " of another content"
}

// requireID refuses a stream whose id is not in the form of ids that people choose.
func (d *Decoded) requireID() error {
	if !domain.ValidID(d.StreamID) {
		return d.fault(fault.InvalidID, "%s %q", d.Prefix[:len(d.Prefix)-1], d.StreamID)
	}
	return nil
}

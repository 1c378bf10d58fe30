package audit

import (
	"fmt"

	"lotteryledger/domain"
)

// Codes of faults in a ledger that are not refusals of the rules. A refusal keeps
// the code that docs/rules.md lists.
const (
	LeafMalformed  = "leaf_malformed"  // not the one byte form of a leaf
	EventMalformed = "event_malformed" // data or metadata not in their one form
	EventUnknown   = "event_unknown"   // no such type in the catalog
	EventID        = "event_id"        // the id does not follow from command and stream
	EventStream    = "event_stream"    // the type does not belong in the stream
	EventUncaused  = "event_uncaused"  // the rules would not have stored this event
	RevisionGap    = "revision_gap"    // an event is missing, repeated or out of order
	Founder        = "founder"         // the ledger does not begin with an officer who appoints himself administrator
	PersonFree     = "person_free"     // a member of the application is not reserved for it
	RosterWrong    = "roster_wrong"    // a sealed roster is not what the leaves say
	TimeOrder      = "time_order"      // an event of a round is dated before the one it follows
	RoundOverlap   = "round_overlap"   // two rounds draw from the same applications
	SeedWrong      = "seed_wrong"      // the seed does not follow from announcement and beacon
	ResultWrong    = "result_wrong"    // a result is not what roster and seed give
	AbortRefuted   = "abort_refuted"   // a round was voided for a missing beacon, whose signature exists
	FileMissing    = "file_missing"    // a file that the ledger implies is not there
	FileWrong      = "file_wrong"      // a file is not what the ledger implies
	FileUnknown    = "file_unknown"    // a file that the ledger does not imply
)

// Error is a fault: the ledger is disproven. It names the first leaf, or the file,
// that is not as it must be.
type Error struct {
	Code   string
	Leaf   int64  // index, or -1
	Place  string // stream and revision, or path
	Detail string
}

func (e *Error) Error() string {
	s := e.Code
	if e.Leaf >= 0 {
		s += fmt.Sprintf(" leaf %d", e.Leaf)
	}
	if e.Place != "" {
		s += " " + e.Place
	}
	return s + ": " + e.Detail
}

// refusal turns the refusal of a rule into a fault.
func refusal(d *Decoded, err error) error {
	code := domain.CodeOf(err)
	if code == "" {
		code = EventUncaused
	}
	return d.fault(code, "%s is not allowed: %v", d.Leaf.Type, err)
}

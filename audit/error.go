package audit

import (
	"fmt"
	"strings"

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

	SignatureMissing    = "signature_missing"    // an officer with a key did not sign
	SignatureWrong      = "signature_wrong"      // not the officer's signature of this event
	SignatureUnexpected = "signature_unexpected" // an officer without a key has signed
	ProposalMissing     = "proposal_missing"     // an event that takes two officers was not proposed by one and approved by another
)

// Error is a fault: the ledger is disproven. It names the first leaf, or the file,
// that is not as it must be.
type Error struct {
	Code string
	Site
	Detail string
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %s", e.Code, e.Site, e.Detail) }

// Site is where a fault is, as far as that is known.
type Site struct {
	Leaf     int64  // index, or -1
	Stream   string // of the leaf, or ""
	Revision uint64 // in the stream
	File     string // path in the folder, or ""
	Line     int    // of the file, from 1, or 0
}

func (s Site) String() string { return s.In(English) }

// SiteWords say where a fault is, in one language: formats of a leaf's index, of stream and
// revision, of a path, of path and line, and what parts them.
type SiteWords struct{ Leaf, Revision, File, Line, Comma string }

// English is the language of errors.
var English = SiteWords{"leaf %d", "%s revision %d", "%s", "%s line %d", ", "}

// In says where the fault is in the words of a language.
func (s Site) In(w SiteWords) string {
	var parts []string
	if s.Leaf >= 0 {
		parts = append(parts, fmt.Sprintf(w.Leaf, s.Leaf))
	}
	if s.Stream != "" {
		parts = append(parts, fmt.Sprintf(w.Revision, s.Stream, s.Revision))
	}
	switch {
	case s.Line > 0:
		parts = append(parts, fmt.Sprintf(w.Line, s.File, s.Line))
	case s.File != "":
		parts = append(parts, fmt.Sprintf(w.File, s.File))
	}
	return strings.Join(parts, w.Comma)
}

// faultyFile is a fault of a file that is not in the tree.
func faultyFile(code, name string, line int, detail string) error {
	return &Error{code, Site{Leaf: -1, File: name, Line: line}, detail}
}

// refusal turns the refusal of a rule into a fault.
func refusal(d *Decoded, err error) error {
	code := domain.CodeOf(err)
	if code == "" {
		code = EventUncaused
	}
	return d.fault(code, "%s is not allowed: %v", d.Leaf.Type, err)
}

// asFault makes a refusal a fault of the leaf; other errors pass.
func asFault(d *Decoded, err error) error {
	if domain.CodeOf(err) != "" {
		return refusal(d, err)
	}
	return err
}

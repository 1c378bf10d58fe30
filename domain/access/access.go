// Package access is the record of who looked at whose personal data, and why. Each officer has a
// stream of reads. It is private: it never becomes part of the public ledger, since it tells
// with whom the office is occupied. An event comes before the data is shown.
//
// Unlike in other streams, the same wish twice is two events: each look counts.
package access

import (
	"encoding/hex"
	"fmt"
	"slices"

	"lotteryledger/domain"
)

// Stream of an officer's reads: "access-" and the officer's id.
const Stream = "access-"

// Reason is why personal data is looked at.
type Reason string

// The reasons.
const (
	ApplicantRequest Reason = "applicant_request"
	IdentityCheck    Reason = "identity_check"
	Complaint        Reason = "complaint"
	OrderOfCourt     Reason = "order_of_court"
	Inspection       Reason = "inspection"
)

// Reasons lists all of them.
var Reasons = []Reason{ApplicantRequest, IdentityCheck, Complaint, OrderOfCourt, Inspection}

// Kind is how much is looked at.
type Kind string

// The kinds.
const (
	Masked  Kind = "masked"  // the record with names and numbers masked
	Receipt Kind = "receipt" // the whole record with its salt
	Codes   Kind = "codes"   // the codes of applications, by the identity number of somebody in them
)

// Event is what may be stored in an officer's stream of reads.
//
//sumtype:decl
type Event interface {
	EventType() string
	isAccess()
}

// Read is one look at one applicant's personal data.
type Read struct {
	Applicant string `json:"applicant"` // id
	Reason    Reason `json:"reason"`
	Record    Kind   `json:"record"`
}

// EventType is the stored name.
func (Read) EventType() string { return "access.read.v1" }

func (Read) isAccess() {}

// Command is what may be asked of an officer's stream of reads.
//
//sumtype:decl
type Command interface{ isAccessCommand() }

// Look asks to see an applicant's personal data.
type Look Read

func (Look) isAccessCommand() {}

// State of an officer's stream of reads.
type State struct{ Reads int }

// Decide applies the rules.
func Decide(_ State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Look:
		switch raw, err := hex.DecodeString(c.Applicant); {
		case err != nil || len(raw) != 16 || hex.EncodeToString(raw) != c.Applicant:
			return nil, domain.Reject("invalid_id", "an applicant id is 32 lower-case hex digits")
		case !slices.Contains(Reasons, c.Reason):
			return nil, domain.Reject("invalid_reason", "a reason is one of %v", Reasons)
		case c.Record != Masked && c.Record != Receipt && c.Record != Codes:
			return nil, domain.Reject("unknown_kind", "what is read is one of %s, %s and %s", Masked, Receipt, Codes)
		}
		return []Event{Read(c)}, nil
	}
	panic(fmt.Sprintf("access: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e.(type) {
	case Read:
		s.Reads++
	}
	return s
}

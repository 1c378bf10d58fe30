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
	Message          Reason = "message"
)

// Reasons lists all of them.
var Reasons = []Reason{ApplicantRequest, IdentityCheck, Complaint, OrderOfCourt, Inspection, Message}

// Kind is how much is looked at.
type Kind string

// The kinds.
const (
	Masked  Kind = "masked"  // the record with names and numbers masked
	Receipt Kind = "receipt" // the whole record with its salt
	Codes   Kind = "codes"   // the codes of applications, by the identity number of somebody in them
	Mobile  Kind = "mobile"  // the mobile number of the main applicant
)

var kinds = []Kind{Masked, Receipt, Codes, Mobile}

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

// Look is a wish to see an applicant's personal data.
type Look Read

// Check refuses a look without a person, a reason or a kind.
func (l Look) Check() error {
	switch raw, err := hex.DecodeString(l.Applicant); {
	case err != nil || len(raw) != 16 || hex.EncodeToString(raw) != l.Applicant:
		return domain.Reject("invalid_id", "an applicant id is 32 lower-case hex digits")
	case !slices.Contains(Reasons, l.Reason):
		return domain.Reject("invalid_reason", "a reason is one of %v", Reasons)
	case !slices.Contains(kinds, l.Record):
		return domain.Reject("unknown_kind", "what is read is one of %v", kinds)
	}
	return nil
}

// Looks asks for several looks at once: all are stored, or none.
type Looks []Look

func (Looks) isAccessCommand() {}

// State of an officer's stream of reads.
type State struct{ Reads int }

// Decide applies the rules.
func Decide(_ State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Looks:
		events := make([]Event, len(c))
		for i, look := range c {
			if err := look.Check(); err != nil {
				return nil, err
			}
			events[i] = Read(look)
		}
		return events, nil
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

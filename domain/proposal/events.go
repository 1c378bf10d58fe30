package proposal

import "lotteryledger/domain"

// Event is what may be stored in a proposal's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isProposal()
}

// Made asks for an event. It may be made again once it has expired, or, while unapproved, if
// its proposer can no longer be joined: see Unjoinable of [Make].
type Made struct {
	Officer  string        `json:"officer"` // who proposes
	Stream   string        `json:"stream"`  // of the event
	Revision uint64        `json:"revision"`
	Type     string        `json:"type"`
	Digest   domain.Digest `json:"digest"` // SHA-256 of the event's data
	// LedgerSize: of a seal: the leaves that the second officer checks
	LedgerSize uint64      `json:"ledger_size,omitzero"`
	Expires    domain.Time `json:"expires"`
}

// Approved lets it be done.
type Approved struct {
	Officer string `json:"officer"` // who approves
}

// Withdrawn ends a proposal that nobody has approved, by whoever made it.
type Withdrawn struct {
	Officer string `json:"officer"` // who withdraws
}

// Rejected ends a proposal that nobody has approved, by another officer who might have.
type Rejected struct {
	Officer string `json:"officer"` // who rejects
	Reason  Reason `json:"reason"`
}

// The stored types.
const (
	TypeMade      = "proposal.made.v1"
	TypeApproved  = "proposal.approved.v1"
	TypeWithdrawn = "proposal.withdrawn.v1"
	TypeRejected  = "proposal.rejected.v1"
)

func (Made) EventType() string      { return TypeMade }
func (Approved) EventType() string  { return TypeApproved }
func (Withdrawn) EventType() string { return TypeWithdrawn }
func (Rejected) EventType() string  { return TypeRejected }

func (Made) isProposal()      {}
func (Approved) isProposal()  {}
func (Withdrawn) isProposal() {}
func (Rejected) isProposal()  {}

// Reason is why an officer rejects what another one has proposed.
type Reason string

// The reasons.
const (
	Mistaken Reason = "mistaken" // it is not what it should be
	Untimely Reason = "untimely" // not now
	Unneeded Reason = "unneeded" // not at all
)

// Reasons lists them all.
var Reasons = []Reason{Mistaken, Untimely, Unneeded}

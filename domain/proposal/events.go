package proposal

import "lotteryledger/domain"

// Event is what may be stored in a proposal's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isProposal()
}

// Made asks for an event. It may be stored again when it has expired, or, before anybody has approved it,
// by one whom its officer cannot agree with: see Unjoinable of [Make].
type Made struct {
	Officer    string        `json:"officer"` // who proposes
	Stream     string        `json:"stream"`  // of the event
	Revision   uint64        `json:"revision"`
	Type       string        `json:"type"`
	Digest     domain.Digest `json:"digest"`               // SHA-256 of the event's data
	LedgerSize uint64        `json:"ledger_size,omitzero"` // of a seal: what the second officer has to look at
	Expires    domain.Time   `json:"expires"`
}

// Approved lets it be done.
type Approved struct {
	Officer string `json:"officer"` // who approves
}

// The stored types.
const (
	TypeMade     = "proposal.made.v1"
	TypeApproved = "proposal.approved.v1"
)

func (Made) EventType() string     { return TypeMade }
func (Approved) EventType() string { return TypeApproved }

func (Made) isProposal()     {}
func (Approved) isProposal() {}

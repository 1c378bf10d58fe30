package proposal

import (
	"fmt"

	"lotteryledger/domain"
)

// Command is what may be asked of a proposal's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isProposalCommand()
}

// Make asks for an event.
type Make struct {
	At         domain.Time
	Officer    string
	ID         string // of the stream
	Stream     string
	Revision   uint64
	Type       string
	Digest     domain.Digest
	LedgerSize uint64
	Kind       Kind // of the event's type
	// the open proposal's officer lost the role, or did not sign while this one does
	Unjoinable bool
	Keyless    bool // a key is needed, and this officer has none
}

// Approve lets it be done.
type Approve struct {
	At      domain.Time
	Officer string
	Left    bool // the proposer no longer holds the required role
	Keyless bool // a key is missing: see [Kind.Keyless]
}

// Withdraw takes it back.
type Withdraw struct {
	At      domain.Time
	Officer string
}

// Reject ends it in the name of another officer.
type Reject struct {
	At      domain.Time
	Officer string
	Reason  Reason
}

func (Make) Leads() string     { return TypeMade }
func (Approve) Leads() string  { return TypeApproved }
func (Withdraw) Leads() string { return TypeWithdrawn }
func (Reject) Leads() string   { return TypeRejected }

func (Make) isProposalCommand()     {}
func (Approve) isProposalCommand()  {}
func (Withdraw) isProposalCommand() {}
func (Reject) isProposalCommand()   {}

// Behind returns the command that leads to an event in the stream of a proposal, without its
// evidence.
func Behind(id string, e Event) Command {
	switch e := e.(type) {
	case Made:
		return Make{
			ID: id, Stream: e.Stream, Revision: e.Revision, Type: e.Type, Digest: e.Digest,
			LedgerSize: e.LedgerSize,
		}
	case Approved:
		return Approve{}
	case Withdrawn:
		return Withdraw{}
	case Rejected:
		return Reject{Reason: e.Reason}
	}
	panic(fmt.Sprintf("proposal: no command for %T", e))
}

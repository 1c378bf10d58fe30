package proposal

import "lotteryledger/domain"

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

func (Make) Leads() string    { return TypeMade }
func (Approve) Leads() string { return TypeApproved }

func (Make) isProposalCommand()    {}
func (Approve) isProposalCommand() {}

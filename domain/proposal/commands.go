package proposal

import "lotteryledger/domain"

// Command is what may be asked of a proposal's stream.
//
//sumtype:decl
type Command interface{ isProposalCommand() }

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
	Unjoinable bool // the open proposal's officer lost the role, or did not sign while this one does
	Keyless    bool // a key is needed, and this officer has none
}

// Approve lets it be done.
type Approve struct {
	At      domain.Time
	Officer string
	Left    bool // the proposer no longer holds the required role
	Keyless bool // a key is missing: see [Keyless]
}

func (Make) isProposalCommand()    {}
func (Approve) isProposalCommand() {}

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
	Unjoinable bool // the officer of the open proposal left, see [Approve], or has no key and this one has
	Keyless    bool // this officer has no key, and it takes one
}

// Approve lets it be done.
type Approve struct {
	At      domain.Time
	Officer string
	Left    bool // whoever has proposed it holds the role no more that it takes
	Keyless bool // one of the two has no key, and should: see [Kind.Keyless]
}

func (Make) Leads() string    { return TypeMade }
func (Approve) Leads() string { return TypeApproved }

func (Make) isProposalCommand()    {}
func (Approve) isProposalCommand() {}

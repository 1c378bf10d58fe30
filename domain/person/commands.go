package person

import "lotteryledger/domain"

// Command is what may be asked of a person's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isPersonCommand()
}

// Claim asks to reserve the person.
type Claim struct {
	Kind        domain.IndicatorKind
	Application string
	At          domain.Time
}

// Release asks to give the person free.
type Release struct {
	Kind        domain.IndicatorKind
	Application string
}

// Bar asks to end a reservation and keep the person away for a while.
type Bar struct {
	Kind        domain.IndicatorKind
	Application string
	Until       domain.Time
	ResetLadder bool
}

func (Claim) Leads() string   { return TypeClaimed }
func (Release) Leads() string { return TypeReleased }
func (Bar) Leads() string     { return TypeBarred }

func (Claim) isPersonCommand()   {}
func (Release) isPersonCommand() {}
func (Bar) isPersonCommand()     {}

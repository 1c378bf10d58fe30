package person

import "lotteryledger/domain"

// Command is what may be asked of a person's stream.
//
//sumtype:decl
type Command interface{ isPersonCommand() }

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

func (Claim) isPersonCommand()   {}
func (Release) isPersonCommand() {}
func (Bar) isPersonCommand()     {}

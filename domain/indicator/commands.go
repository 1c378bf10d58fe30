package indicator

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Command is what may be asked of an indicator's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isIndicatorCommand()
}

// Promote asks to move the rank of this indicator up. All but Vacated is evidence.
type Promote struct {
	Vacated    string
	Rank       uint64          // of this indicator
	Reserve    Reserve         // of its pool
	PromoteFor []rules.Vacancy // of the rules
}

// Reserve is what a published result, and what became of it, say of a vacated seat.
type Reserve struct {
	Vacancy rules.Vacancy // how the seat fell vacant, or ""
	Filled  bool          // other promotions took it already
	Next    uint64        // rank of the reserve that takes it, or 0 at the end
}

// Award asks to give the indicator to the application on its rank. Selected is the
// evidence: the code on that rank of the published result, or "" when the rank is
// neither among the seats nor promoted. ConfirmSeconds comes from the rules; 0 is no
// deadline.
type Award struct {
	Application, Selected string
	At                    domain.Time
	ConfirmSeconds        int64
}

// Confirm asks to make it final; UseSeconds comes from the rules.
type Confirm struct {
	At         domain.Time
	UseSeconds int64
}

// Revoke asks to take it back.
type Revoke struct {
	At     domain.Time
	Reason Reason
}

// Use reports that a car was registered.
type Use struct{ At domain.Time }

// Forfeit asks to end it unused. Pool is that of the indicator; Lapse comes from the
// rules.
type Forfeit struct {
	At     domain.Time
	Reason ForfeitReason
	Pool   string
	Lapse  rules.Lapse
}

func (Promote) Leads() string { return TypePromoted }
func (Award) Leads() string   { return TypeAwarded }
func (Confirm) Leads() string { return TypeConfirmed }
func (Revoke) Leads() string  { return TypeRevoked }
func (Use) Leads() string     { return TypeUsed }
func (Forfeit) Leads() string { return TypeForfeited }

func (Promote) isIndicatorCommand() {}
func (Award) isIndicatorCommand()   {}
func (Confirm) isIndicatorCommand() {}
func (Revoke) isIndicatorCommand()  {}
func (Use) isIndicatorCommand()     {}
func (Forfeit) isIndicatorCommand() {}

package indicator

import "lotteryledger/domain"

// Event is what may be stored in an indicator's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isIndicator()
}

// Promoted moves a rank of the reserve up to a seat that fell vacant. The application
// on the rank is then awarded the indicator as others are.
type Promoted struct {
	Vacated string `json:"vacated"` // id of the indicator whose seat it takes
}

// Awarded gives the indicator, provisionally, to an application.
type Awarded struct {
	Application string `json:"application"`
	// ConfirmBy: until when it is confirmed or revoked, if the rules say so
	ConfirmBy domain.Time `json:"confirm_by,omitzero"`
}

// Confirmed makes it final and dates it.
type Confirmed struct {
	UseBy domain.Time `json:"use_by"`
}

// Revoked takes it back after a failed check.
type Revoked struct {
	Reason Reason `json:"reason"`
}

// Used ends it: a car was registered.
type Used struct{}

// Forfeited ends it unused.
type Forfeited struct {
	Reason ForfeitReason `json:"reason"`
	// BarredUntil: until then its people may not apply again
	BarredUntil domain.Time `json:"barred_until,omitzero"`
	ResetLadder bool        `json:"reset_ladder,omitzero"` // draws before count no longer for them
	ReturnsTo   Quota       `json:"returns_to,omitzero"`   // what the indicator goes back to
}

// The stored types.
const (
	TypePromoted  = "indicator.promoted.v1"
	TypeAwarded   = "indicator.awarded.v1"
	TypeConfirmed = "indicator.confirmed.v1"
	TypeRevoked   = "indicator.revoked.v1"
	TypeUsed      = "indicator.used.v1"
	TypeForfeited = "indicator.forfeited.v1"
)

func (Promoted) EventType() string  { return TypePromoted }
func (Awarded) EventType() string   { return TypeAwarded }
func (Confirmed) EventType() string { return TypeConfirmed }
func (Revoked) EventType() string   { return TypeRevoked }
func (Used) EventType() string      { return TypeUsed }
func (Forfeited) EventType() string { return TypeForfeited }

func (Promoted) isIndicator()  {}
func (Awarded) isIndicator()   {}
func (Confirmed) isIndicator() {}
func (Revoked) isIndicator()   {}
func (Used) isIndicator()      {}
func (Forfeited) isIndicator() {}

// Quota names a number of indicators on offer.
type Quota struct {
	Year int    `json:"year"`
	Pool string `json:"pool"`
}

// Reason says why an award was revoked.
type Reason string

// The reasons for revoking.
const (
	KinshipUnproven Reason = "kinship_unproven"
	NotEligible     Reason = "not_eligible"
	FalseStatement  Reason = "false_statement"
	NotConfirmed    Reason = "not_confirmed" // neither confirmed nor revoked in time
)

// Reasons lists all reasons for revoking.
var Reasons = []Reason{KinshipUnproven, NotEligible, FalseStatement, NotConfirmed}

// ForfeitReason says why an indicator was lost.
type ForfeitReason string

// The reasons for forfeiting.
const (
	Lapsed  ForfeitReason = "lapsed"  // not used in time
	Refused ForfeitReason = "refused" // given back
)

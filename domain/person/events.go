package person

import "lotteryledger/domain"

// Event is what may be stored in a person's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isPerson()
}

// Claimed reserves a person for an application of a kind.
type Claimed struct {
	Kind        domain.IndicatorKind `json:"kind"`
	Application string               `json:"application"`
}

// Released gives the person free again.
type Released struct {
	Kind        domain.IndicatorKind `json:"kind"`
	Application string               `json:"application"`
}

// Barred ends the reservation of a person whose indicator lapsed, and keeps the
// person from applying for any kind until the time that the rules set.
type Barred struct {
	Kind        domain.IndicatorKind `json:"kind"`
	Application string               `json:"application"` // that won the indicator
	Until       domain.Time          `json:"until"`
	// draws until now count no longer
	ResetLadder bool `json:"reset_ladder,omitzero"`
}

// The stored types.
const (
	TypeClaimed  = "identity.claimed.v1"
	TypeReleased = "identity.released.v1"
	TypeBarred   = "identity.barred.v1"
)

func (Claimed) EventType() string  { return TypeClaimed }
func (Released) EventType() string { return TypeReleased }
func (Barred) EventType() string   { return TypeBarred }

func (Claimed) isPerson()  {}
func (Released) isPerson() {}
func (Barred) isPerson()   {}

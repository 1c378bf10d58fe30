// Package reservation keeps one person to one application of a kind, across
// families too. Its stream is named by a keyed tag of the person's identity, so that two
// applications of the same person meet in the same stream while nobody without the
// key can tell who it is.
package reservation

import (
	"fmt"

	"lotteryledger/domain"
)

// Stream of a person: "identity-" and the tag, 64 lower-case hex digits.
const Stream = "identity-"

// Event is what may be stored in a person's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isReservation()
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
	ResetLadder bool                 `json:"reset_ladder,omitzero"` // draws until now count no longer
}

// EventType is the stored name.
func (Claimed) EventType() string { return "identity.claimed.v1" }

// EventType is the stored name.
func (Released) EventType() string { return "identity.released.v1" }

// EventType is the stored name.
func (Barred) EventType() string { return "identity.barred.v1" }

func (Barred) isReservation()   {}
func (Claimed) isReservation()  {}
func (Released) isReservation() {}

// Command is what may be asked of a person's stream.
//
//sumtype:decl
type Command interface{ isReservationCommand() }

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

func (Bar) isReservationCommand()     {}
func (Claim) isReservationCommand()   {}
func (Release) isReservationCommand() {}

// State of a person's stream: the application that holds the person, by kind, and what
// is left of a lapse.
type State struct {
	Ordinary, NewEnergy, Dwelling string
	BarredUntil                   domain.Time
	Reset                         bool // draws before the lapse count no longer
}

// Holder is the application that the person is reserved for, or "".
func (s State) Holder(k domain.IndicatorKind) string { return *s.holder(k) }

// holder is where the application of a kind is kept.
func (s *State) holder(k domain.IndicatorKind) *string {
	switch k {
	case domain.NewEnergy:
		return &s.NewEnergy
	case domain.Dwelling:
		return &s.Dwelling
	}
	return &s.Ordinary
}

// CheckDraws refuses draws that are counted for a person whose ladder was reset.
func (s State) CheckDraws(draws int) error {
	if s.Reset && draws > 0 {
		return domain.Reject("ladder_reset", "a member let an indicator lapse; draws before that count no longer")
	}
	return nil
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Claim:
		if !c.Kind.Valid() {
			return nil, domain.Reject("unknown_kind", "indicator kind %q", c.Kind)
		}
		switch holder := s.Holder(c.Kind); holder {
		case c.Application:
			return nil, nil
		case "":
			if c.At < s.BarredUntil {
				return nil, domain.Reject("person_barred", "the person let an indicator lapse and may apply again from %s", s.BarredUntil)
			}
			return []Event{Claimed{c.Kind, c.Application}}, nil
		default:
			return nil, domain.Reject("duplicate_person", "the person takes part in application %s of this kind already", holder)
		}
	case Release:
		if !c.Kind.Valid() {
			return nil, domain.Reject("unknown_kind", "indicator kind %q", c.Kind)
		}
		if c.Application == "" || s.Holder(c.Kind) != c.Application {
			return nil, nil
		}
		return []Event{Released(c)}, nil
	case Bar:
		switch {
		case !c.Kind.Valid():
			return nil, domain.Reject("unknown_kind", "indicator kind %q", c.Kind)
		case c.Application == "" || s.Holder(c.Kind) != c.Application:
			return nil, nil
		}
		return []Event{Barred(c)}, nil
	}
	panic(fmt.Sprintf("reservation: no rule for %T", cmd))
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Claimed:
		return s.with(e.Kind, e.Application)
	case Released:
		return s.with(e.Kind, "")
	case Barred:
		s.BarredUntil, s.Reset = max(s.BarredUntil, e.Until), s.Reset || e.ResetLadder
		return s.with(e.Kind, "")
	}
	return s
}

func (s State) with(k domain.IndicatorKind, application string) State {
	*s.holder(k) = application
	return s
}

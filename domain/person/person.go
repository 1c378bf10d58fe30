// Package person reserves each person for one application of a kind, across families too.
// The stream is named by a keyed tag of the person's identity: two applications of the same
// person meet in the same stream, and without the key the tag does not tell who it is.
package person

import (
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a person's stream: "identity-" and the tag, 64 lower-case hex
// digits.
const StreamPrefix = "identity-"

// State of a person's stream: the application that the person is reserved for, by kind, and
// what remains of a lapse.
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

// RequireDraws refuses to count draws for a person whose ladder was reset.
func (s State) RequireDraws(draws int) error {
	if s.Reset && draws > 0 {
		return fault.New(fault.LadderReset,
			"a member let an indicator lapse; draws before that count no longer")
	}
	return nil
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Claim:
		if !c.Kind.Valid() {
			return nil, fault.New(fault.UnknownKind, "indicator kind %q", c.Kind)
		}
		switch holder := s.Holder(c.Kind); holder {
		case c.Application:
			return nil, nil
		case "":
			if c.At < s.BarredUntil {
				return nil, fault.New(fault.PersonBarred,
					"the person let an indicator lapse and may apply again from %s", s.BarredUntil)
			}
			return []Event{Claimed{c.Kind, c.Application}}, nil
		default:
			return nil, fault.New(fault.DuplicatePerson,
				"the person takes part in application %s of this kind already", holder)
		}
	case Release:
		if !c.Kind.Valid() {
			return nil, fault.New(fault.UnknownKind, "indicator kind %q", c.Kind)
		}
		if c.Application == "" || s.Holder(c.Kind) != c.Application {
			return nil, nil
		}
		return []Event{Released(c)}, nil
	case Bar:
		switch {
		case !c.Kind.Valid():
			return nil, fault.New(fault.UnknownKind, "indicator kind %q", c.Kind)
		case c.Application == "" || s.Holder(c.Kind) != c.Application:
			return nil, nil
		}
		return []Event{Barred(c)}, nil
	}
	panic(fmt.Sprintf("person: no rule for %T", cmd))
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

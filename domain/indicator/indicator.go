// Package indicator is the right that is won. It is awarded to the application on a
// rank of a published result, provisional until checked; then confirmed and used or
// forfeited, or revoked.
package indicator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lotteryledger/domain"
)

// Stream of an indicator: "indicator-" and the id.
const Stream = "indicator-"

// ID names the indicator of a rank: <round>.<pool>.<rank>.
func ID(round, pool string, rank uint64) string {
	return round + "." + pool + "." + strconv.FormatUint(rank, 10)
}

// ParseID takes an id apart.
func ParseID(id string) (round, pool string, rank uint64, err error) {
	first, last := strings.IndexByte(id, '.'), strings.LastIndexByte(id, '.')
	if first > 0 && last > first+1 {
		round, pool = id[:first], id[first+1:last]
		rank, err = strconv.ParseUint(id[last+1:], 10, 32)
		if err == nil && rank > 0 && ID(round, pool, rank) == id {
			return round, pool, rank, nil
		}
	}
	return "", "", 0, domain.Reject("invalid_id", "indicator id %q is not <round>.<pool>.<rank>", id)
}

// Event is what may be stored in an indicator's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isIndicator()
}

// Awarded gives the indicator, provisionally, to an application.
type Awarded struct {
	Application string `json:"application"`
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
}

// Reason says why an award was revoked.
type Reason string

// The reasons for revoking.
const (
	KinshipUnproven Reason = "kinship_unproven"
	NotEligible     Reason = "not_eligible"
	FalseStatement  Reason = "false_statement"
)

// Reasons lists all reasons for revoking.
var Reasons = []Reason{KinshipUnproven, NotEligible, FalseStatement}

// ForfeitReason says why an indicator was lost.
type ForfeitReason string

// The reasons for forfeiting.
const (
	Lapsed  ForfeitReason = "lapsed"  // not used in time
	Refused ForfeitReason = "refused" // given back
)

// EventType is the stored name.
func (Awarded) EventType() string { return "indicator.awarded.v1" }

// EventType is the stored name.
func (Confirmed) EventType() string { return "indicator.confirmed.v1" }

// EventType is the stored name.
func (Revoked) EventType() string { return "indicator.revoked.v1" }

// EventType is the stored name.
func (Used) EventType() string { return "indicator.used.v1" }

// EventType is the stored name.
func (Forfeited) EventType() string { return "indicator.forfeited.v1" }

func (Awarded) isIndicator()   {}
func (Confirmed) isIndicator() {}
func (Revoked) isIndicator()   {}
func (Used) isIndicator()      {}
func (Forfeited) isIndicator() {}

// Command is what may be asked of an indicator's stream.
//
//sumtype:decl
type Command interface{ isIndicatorCommand() }

// Award asks to give the indicator to the application on its rank. Selected is the
// evidence: the code on that rank of the published result, or "" when the rank is
// not among the seats.
type Award struct{ Application, Selected string }

// Confirm asks to make it final; UseSeconds comes from the rules.
type Confirm struct {
	At         domain.Time
	UseSeconds int64
}

// Revoke asks to take it back.
type Revoke struct{ Reason Reason }

// Use reports that a car was registered.
type Use struct{ At domain.Time }

// Forfeit asks to end it unused.
type Forfeit struct {
	At     domain.Time
	Reason ForfeitReason
}

func (Award) isIndicatorCommand()   {}
func (Confirm) isIndicatorCommand() {}
func (Revoke) isIndicatorCommand()  {}
func (Use) isIndicatorCommand()     {}
func (Forfeit) isIndicatorCommand() {}

// Phase of an indicator.
type Phase string

// The phases; the empty phase is that of an indicator nobody awarded.
const (
	PhaseAwarded   Phase = "awarded"
	PhaseConfirmed Phase = "confirmed"
	PhaseRevoked   Phase = "revoked"
	PhaseUsed      Phase = "used"
	PhaseForfeited Phase = "forfeited"
)

// State of an indicator's stream.
type State struct {
	Phase       Phase
	Application string
	UseBy       domain.Time
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Award:
		return decideAward(s, c)
	case Confirm:
		if s.Phase == PhaseAwarded {
			return []Event{Confirmed{c.At + domain.Time(c.UseSeconds)}}, nil
		}
		return sameOr(s, PhaseConfirmed)
	case Revoke:
		switch {
		case !slices.Contains(Reasons, c.Reason):
			return nil, domain.Reject("invalid_reason", "reason %q", c.Reason)
		case s.Phase == PhaseAwarded:
			return []Event{Revoked(c)}, nil
		}
		return sameOr(s, PhaseRevoked)
	case Use:
		switch {
		case s.Phase == PhaseConfirmed && c.At > s.UseBy:
			return nil, domain.Reject("indicator_lapsed", "it could be used until %s", s.UseBy)
		case s.Phase == PhaseConfirmed:
			return []Event{Used{}}, nil
		}
		return sameOr(s, PhaseUsed)
	case Forfeit:
		return decideForfeit(s, c)
	}
	panic(fmt.Sprintf("indicator: no rule for %T", cmd))
}

func decideAward(s State, c Award) ([]Event, error) {
	switch {
	case c.Selected == "" || c.Selected != c.Application:
		return nil, domain.Reject("not_selected", "the application does not hold this rank of a published result")
	case s.Phase == "":
		return []Event{Awarded{c.Application}}, nil
	case s.Application == c.Application:
		return nil, nil
	}
	return nil, domain.Reject("indicator_exists", "the indicator was awarded to another application")
}

func decideForfeit(s State, c Forfeit) ([]Event, error) {
	switch {
	case c.Reason != Lapsed && c.Reason != Refused:
		return nil, domain.Reject("invalid_reason", "reason %q", c.Reason)
	case s.Phase != PhaseConfirmed && (s.Phase != PhaseAwarded || c.Reason != Refused):
		return sameOr(s, PhaseForfeited)
	case c.Reason == Lapsed && c.At <= s.UseBy:
		return nil, domain.Reject("indicator_valid", "it may be used until %s", s.UseBy)
	}
	return []Event{Forfeited{c.Reason}}, nil
}

func sameOr(s State, wish Phase) ([]Event, error) {
	switch s.Phase {
	case wish:
		return nil, nil
	case "":
		return nil, domain.Reject("unknown_indicator", "no such indicator was awarded")
	}
	return nil, domain.Reject("indicator_phase", "the indicator is %s", s.Phase)
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Awarded:
		s = State{Phase: PhaseAwarded, Application: e.Application}
	case Confirmed:
		s.Phase, s.UseBy = PhaseConfirmed, e.UseBy
	case Revoked:
		s.Phase = PhaseRevoked
	case Used:
		s.Phase = PhaseUsed
	case Forfeited:
		s.Phase = PhaseForfeited
	}
	return s
}

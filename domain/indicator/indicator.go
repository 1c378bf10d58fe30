// Package indicator is the right that is won. It is awarded to the application on a
// rank of a published result, provisional until checked; then confirmed and used or
// forfeited, or revoked. When its seat falls vacant, the next rank of the reserve is
// promoted and has an indicator of its own.
package indicator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/rules"
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
	Application string      `json:"application"`
	ConfirmBy   domain.Time `json:"confirm_by,omitzero"` // until when it is confirmed or revoked, if the rules say so
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
	Reason      ForfeitReason `json:"reason"`
	BarredUntil domain.Time   `json:"barred_until,omitzero"` // until then its people may not apply again
	ResetLadder bool          `json:"reset_ladder,omitzero"` // draws before count no longer for them
	ReturnsTo   Quota         `json:"returns_to,omitzero"`   // what the indicator goes back to
}

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

func (Award) isIndicatorCommand()   {}
func (Confirm) isIndicatorCommand() {}
func (Revoke) isIndicatorCommand()  {}
func (Use) isIndicatorCommand()     {}
func (Forfeit) isIndicatorCommand() {}

// Phase of an indicator.
type Phase string

// The phases; the empty phase is that of an indicator nobody awarded.
const (
	PhasePromoted  Phase = "promoted" // of the reserve; not awarded yet
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
	ConfirmBy   domain.Time
	Vacated     string      // id of the indicator whose seat it was promoted to
	Lapsed      bool        // forfeited because it was not used in time
	BarredUntil domain.Time // people of its application may not apply until then
	ResetLadder bool
	ReturnsTo   Quota // what a lapse gives back to
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Promote:
		return decidePromote(s, c)
	case Award:
		return decideAward(s, c)
	case Confirm:
		switch {
		case s.Phase == PhaseAwarded && s.overdue(c.At):
			return nil, domain.Reject("confirm_too_late", "it was to be confirmed by %s", s.ConfirmBy)
		case s.Phase == PhaseAwarded:
			return []Event{Confirmed{c.At + domain.Time(c.UseSeconds)}}, nil
		}
		return sameOr(s, PhaseConfirmed)
	case Revoke:
		return decideRevoke(s, c)
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
	case s.Phase == "" || s.Phase == PhasePromoted:
		e := Awarded{Application: c.Application}
		if c.ConfirmSeconds > 0 {
			e.ConfirmBy = c.At + domain.Time(c.ConfirmSeconds)
		}
		return []Event{e}, nil
	case s.Application == c.Application:
		return nil, nil
	}
	return nil, domain.Reject("indicator_exists", "the indicator was awarded to another application")
}

// overdue reports whether the time for the check after winning is over.
func (s State) overdue(at domain.Time) bool { return s.ConfirmBy != 0 && at > s.ConfirmBy }

func decideRevoke(s State, c Revoke) ([]Event, error) {
	switch {
	case !slices.Contains(Reasons, c.Reason):
		return nil, domain.Reject("invalid_reason", "reason %q", c.Reason)
	case s.Phase != PhaseAwarded:
		return sameOr(s, PhaseRevoked)
	case c.Reason == NotConfirmed && !s.overdue(c.At):
		return nil, domain.Reject("confirm_pending", "the time for its confirmation is not over")
	case c.Reason != NotConfirmed && s.overdue(c.At):
		return nil, domain.Reject("confirm_too_late", "it was to be checked by %s", s.ConfirmBy)
	}
	return []Event{Revoked{c.Reason}}, nil
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
	e := Forfeited{Reason: c.Reason}
	if c.Reason == Lapsed && c.Lapse.BarSeconds > 0 { // dated by the lapse, not by when it was noticed
		e.BarredUntil, e.ResetLadder = s.UseBy+domain.Time(c.Lapse.BarSeconds), c.Lapse.ResetLadder
		if c.Lapse.Returns {
			e.ReturnsTo = Quota{s.UseBy.Year(), c.Pool}
		}
	}
	return []Event{e}, nil
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

// Frees reports whether it ended so that the people of its application may apply again at
// once: it was revoked, or forfeited without a bar.
func (s State) Frees() bool {
	return s.Phase == PhaseRevoked || s.Phase == PhaseForfeited && s.BarredUntil == 0
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Promoted:
		s = State{Phase: PhasePromoted, Vacated: e.Vacated}
	case Awarded:
		s.Phase, s.Application, s.ConfirmBy = PhaseAwarded, e.Application, e.ConfirmBy
	case Confirmed:
		s.Phase, s.UseBy = PhaseConfirmed, e.UseBy
	case Revoked:
		s.Phase = PhaseRevoked
	case Used:
		s.Phase = PhaseUsed
	case Forfeited:
		s.Phase, s.Lapsed = PhaseForfeited, e.Reason == Lapsed
		s.BarredUntil, s.ResetLadder, s.ReturnsTo = e.BarredUntil, e.ResetLadder, e.ReturnsTo
	}
	return s
}

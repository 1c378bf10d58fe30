// Package indicator is what is won. It is awarded to the application on a rank of a published
// result, and is provisional until checked. Then it is confirmed and used or forfeited, or it
// is revoked. When its seat falls vacant, the next rank of the reserve is promoted and has an
// indicator of its own.
package indicator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// StreamPrefix begins the name of an indicator's stream: "indicator-" and the id.
const StreamPrefix = "indicator-"

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
	return "", "", 0, fault.New(fault.InvalidID, "indicator id %q is not <round>.<pool>.<rank>", id)
}

// Phase of an indicator.
type Phase string

// The phases. The phase is empty before the indicator is awarded.
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

// overdue reports whether the time for the check after winning is over.
func (s State) overdue(at domain.Time) bool { return s.ConfirmBy != 0 && at > s.ConfirmBy }

// Frees reports whether the people of its application may apply again at once: the indicator
// was revoked, or forfeited without a bar.
func (s State) Frees() bool {
	return s.Phase == PhaseRevoked || s.Phase == PhaseForfeited && s.BarredUntil == 0
}

// Vacancy returns how the seat of this indicator fell vacant, or "". Ended says that the
// application on its rank ended before it was awarded.
func (s State) Vacancy(ended bool) rules.Vacancy {
	switch s.Phase {
	case "", PhasePromoted:
		if ended {
			return rules.VacantDeclined
		}
	case PhaseRevoked:
		return rules.VacantRevoked
	case PhaseForfeited:
		if s.Lapsed {
			return rules.VacantLapsed
		}
		return rules.VacantRefused
	}
	return ""
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
			return nil, fault.New(fault.ConfirmTooLate, "it was to be confirmed by %s", s.ConfirmBy)
		case s.Phase == PhaseAwarded:
			return []Event{Confirmed{c.At + domain.Time(c.UseSeconds)}}, nil
		}
		return requireFulfilled(s, PhaseConfirmed)
	case Revoke:
		return decideRevoke(s, c)
	case Use:
		switch {
		case s.Phase == PhaseConfirmed && c.At > s.UseBy:
			return nil, fault.New(fault.IndicatorLapsed, "it could be used until %s", s.UseBy)
		case s.Phase == PhaseConfirmed:
			return []Event{Used{}}, nil
		}
		return requireFulfilled(s, PhaseUsed)
	case Forfeit:
		return decideForfeit(s, c)
	}
	panic(fmt.Sprintf("indicator: no rule for %T", cmd))
}

func decidePromote(s State, c Promote) ([]Event, error) {
	switch {
	case s.Vacated != "" && s.Vacated == c.Vacated:
		return nil, nil
	case s.Phase != "":
		return nil, fault.New(fault.IndicatorExists, "the rank holds a seat already")
	case !c.vacant():
		return nil, fault.New(fault.NotVacant,
			"the seat of indicator %s is not there for the reserve", c.Vacated)
	case c.Reserve.Next == 0 || c.Rank != c.Reserve.Next:
		return nil, fault.New(fault.NotNextInReserve,
			"the next rank of the reserve is %d, not %d", c.Reserve.Next, c.Rank)
	}
	return []Event{Promoted{c.Vacated}}, nil
}

// vacant reports whether the rules give the seat to the reserve, and nobody has taken it.
func (c Promote) vacant() bool {
	v := c.Reserve.Vacancy
	return v != "" && slices.Contains(c.PromoteFor, v) && !c.Reserve.Filled
}

func decideAward(s State, c Award) ([]Event, error) {
	switch {
	case s.Application != "" && s.Application == c.Application: // also when the round is settled
		return nil, nil
	case c.Selected == "" || c.Selected != c.Application:
		return nil, fault.New(fault.NotSelected,
			"the application does not hold this rank of a published result")
	case s.Phase == "" || s.Phase == PhasePromoted:
		e := Awarded{Application: c.Application}
		if c.ConfirmSeconds > 0 {
			e.ConfirmBy = c.At + domain.Time(c.ConfirmSeconds)
		}
		return []Event{e}, nil
	}
	return nil, fault.New(fault.IndicatorExists, "the indicator was awarded to another application")
}

func decideRevoke(s State, c Revoke) ([]Event, error) {
	switch {
	case !slices.Contains(Reasons, c.Reason):
		return nil, fault.New(fault.InvalidReason, "reason %q", c.Reason)
	case s.Phase != PhaseAwarded:
		return requireFulfilled(s, PhaseRevoked)
	case c.Reason == NotConfirmed && !s.overdue(c.At):
		return nil, fault.New(fault.ConfirmPending, "the time for its confirmation is not over")
	case c.Reason != NotConfirmed && s.overdue(c.At):
		return nil, fault.New(fault.ConfirmTooLate, "it was to be checked by %s", s.ConfirmBy)
	}
	return []Event{Revoked{c.Reason}}, nil
}

func decideForfeit(s State, c Forfeit) ([]Event, error) {
	switch {
	case c.Reason != Lapsed && c.Reason != Refused:
		return nil, fault.New(fault.InvalidReason, "reason %q", c.Reason)
	case s.Phase != PhaseConfirmed && (s.Phase != PhaseAwarded || c.Reason != Refused):
		return requireFulfilled(s, PhaseForfeited)
	case c.Reason == Lapsed && c.At <= s.UseBy:
		return nil, fault.New(fault.IndicatorValid, "it may be used until %s", s.UseBy)
	}
	e := Forfeited{Reason: c.Reason}
	// dated by the lapse, not by when it was noticed
	if c.Reason == Lapsed && c.Lapse.BarSeconds > 0 {
		e.BarredUntil, e.ResetLadder = s.UseBy+domain.Time(c.Lapse.BarSeconds), c.Lapse.ResetLadder
		if c.Lapse.Returns {
			e.ReturnsTo = Quota{s.UseBy.Year(), c.Pool}
		}
	}
	return []Event{e}, nil
}

// requireFulfilled returns no events if the indicator is in the wanted phase, and refuses
// otherwise.
func requireFulfilled(s State, wish Phase) ([]Event, error) {
	switch s.Phase {
	case wish:
		return nil, nil
	case "":
		return nil, fault.New(fault.UnknownIndicator, "no such indicator was awarded")
	}
	return nil, fault.New(fault.IndicatorPhase, "the indicator is %s", s.Phase)
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

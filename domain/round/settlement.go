package round

import (
	"reflect"

	"lotteryledger/domain/fault"
)

func decideSettle(s State, c Settle) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch {
	case s.Phase == PhaseSettled && reflect.DeepEqual(s.Settled.Pools, c.Pools):
		return nil, nil
	case s.Phase == PhaseSettled:
		return nil, fault.New(fault.RoundSettled,
			"the round is settled already, with other figures")
	case s.Phase != PhasePublished:
		return nil, wrongPhase(s, PhasePublished)
	case c.Open != "":
		return nil, fault.New(fault.RoundUnsettled, "indicator %s is still open", c.Open)
	}
	return []Event{Settled{c.Pools}}, nil
}

// Indicator is what became of the indicator of one rank that holds a seat or was promoted
// to one.
type Indicator struct {
	Promoted  bool
	Awarded   bool
	Confirmed bool // ever
	End       End
}

// End is how an indicator ended. It is empty as long as the indicator is open.
type End string

// The ends of an indicator.
const (
	EndUsed      End = "used"
	EndForfeited End = "forfeited"
	EndRevoked   End = "revoked"
	EndDeclined  End = "declined" // never awarded: the application had ended before
)

// Add counts an indicator.
func (t *Settlement) Add(r Indicator) {
	count := func(n *uint64, when bool) {
		if when {
			*n++
		}
	}
	count(&t.Promoted, r.Promoted)
	count(&t.Awarded, r.Awarded)
	count(&t.Confirmed, r.Confirmed)
	count(&t.Used, r.End == EndUsed)
	count(&t.Forfeited, r.End == EndForfeited)
	count(&t.Revoked, r.End == EndRevoked)
}

package round

import (
	"reflect"

	"lotteryledger/domain"
)

// Settlement is what became of the seats of a pool.
type Settlement struct {
	Pool      string `json:"pool"`
	Awarded   uint64 `json:"awarded"`   // indicators, on seats and to promoted
	Confirmed uint64 `json:"confirmed"` // of them, ever
	Used      uint64 `json:"used"`
	Forfeited uint64 `json:"forfeited"`
	Revoked   uint64 `json:"revoked"`
	Promoted  uint64 `json:"promoted"` // ranks of the reserve that moved up
	Returned  uint64 `json:"returned"` // seats that nobody used in the end
}

// Settled closes a round of which nothing is open any more.
type Settled struct {
	Pools []Settlement `json:"pools"`
}

// EventType is the stored name.
func (Settled) EventType() string { return "round.settled.v1" }
func (Settled) isRound()          {}

// Settle brings what became of every pool. Open is the evidence: a rank, by the id of
// its indicator, of which the end is not known yet, or "".
type Settle struct {
	Open  string
	Pools []Settlement
}

func (Settle) isRoundCommand() {}

func decideSettle(s State, c Settle) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch {
	case s.Phase == PhaseSettled && reflect.DeepEqual(s.Settled.Pools, c.Pools):
		return nil, nil
	case s.Phase == PhaseSettled:
		return nil, domain.Reject("round_settled", "the round is settled already, with other figures")
	case s.Phase != PhasePublished:
		return nil, outOfOrder(s, PhasePublished)
	case c.Open != "":
		return nil, domain.Reject("round_unsettled", "indicator %s is still open", c.Open)
	}
	return []Event{Settled{c.Pools}}, nil
}

// Right is what is known of one rank that holds a seat, or was promoted to one.
type Right struct {
	Promoted  bool
	Awarded   bool
	Confirmed bool // ever
	End       End
}

// End is how a right ended; the empty one is that of a right still open.
type End string

// The ends of a right.
const (
	EndUsed      End = "used"
	EndForfeited End = "forfeited"
	EndRevoked   End = "revoked"
	EndDeclined  End = "declined" // never awarded: the application had ended before
)

// Add counts a right.
func (t *Settlement) Add(r Right) {
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

package audit

import (
	"math"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

type applicationRecord struct {
	stream[application.State]
	from, until int64 // leaves between which it is in the pools: [from, until)
	losses      int   // draws of the ledger's own rounds that it took part in without a win
	history     *applicationHistory
}

// never is a leaf index that is not reached.
const never = math.MaxInt64

func newApplication() applicationRecord { return applicationRecord{from: never, until: never} }

// applicationHistory is what has to be remembered of a reviewed or renewed application; others
// have none.
type applicationHistory struct {
	rejectedBy string    // officer, the last time
	renewals   []renewal // in the order of leaves
}

// renewal is a leaf that extended the validity of an application.
type renewal struct {
	leaf   int64
	before domain.Time // valid until, without it
}

// rejectedBy returns the officer who rejected the application the last time, or "".
func (a *applicationRecord) rejectedBy() string {
	if a.history == nil {
		return ""
	}
	return a.history.rejectedBy
}

// validUntil returns the end of validity that the first n leaves say.
func (a *applicationRecord) validUntil(n int64) domain.Time {
	if a.history != nil {
		for _, r := range a.history.renewals {
			if r.leaf >= n {
				return r.before
			}
		}
	}
	return a.state.ValidUntil
}

// fold takes in the event of a leaf.
func (a *applicationRecord) fold(after stream[application.State], d *Decoded) {
	leaf := d.Index
	switch d.Event.(type) {
	case application.Approved:
		a.from = leaf
	case application.Rejected:
		a.remember().rejectedBy = d.officer()
	case application.Renewed:
		h := a.remember()
		h.renewals = append(h.renewals, renewal{leaf, a.state.ValidUntil})
	case application.Withdrawn, application.Expired, application.Disqualified, application.Awarded:
		a.leavePools(leaf) // a winner of a seat has left already, one of the reserve leaves now
	case application.Submitted, application.Edited, application.CheckRecorded,
		application.RecheckAsked, application.RecheckAnswered, application.Credited:
	}
	a.stream = after
}

func (a *applicationRecord) remember() *applicationHistory {
	if a.history == nil {
		a.history = new(applicationHistory)
	}
	return a.history
}

// leavePools ends its part in the pools, unless that has ended.
func (a *applicationRecord) leavePools(leaf int64) { a.until = min(a.until, leaf) }

// Drawing returns a round that may still select the application, or "": one whose window ended
// while the application was valid and that is not over, or one that gave it a seat. Of several
// it is the first by id.
func (s *State) Drawing(code string) string {
	a := s.applications.find(code)
	if a == nil || a.state.Phase != application.PhaseApproved {
		return ""
	}
	return s.drawing(a)
}

// drawing is Drawing of an approved application.
func (s *State) drawing(a *applicationRecord) string {
	for id, r := range ascending(s.rounds) {
		if a.until == r.publishedLeaf { // on a seat
			return id
		}
		if !r.over() && r.state.Opened.Closes < a.state.ValidUntil {
			return id
		}
	}
	return ""
}

package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

// rounds are all that were opened, by id.
type rounds map[string]*roundRecord

type roundRecord struct {
	stream[round.State]
	changed       domain.Time // when its last event was caused
	closed        domain.Time // when it was closed, or voided while open
	closedLeaf    int64       // that closed it
	publishedLeaf int64       // that published it, or -1
	computed
	seating map[string]*seating // by pool, once published
	rerunBy string              // the round that stands for it, once voided
	offers  []offer             // announced, the valid one last
}

// computed is what is worked out to check a seal or a draw, and kept until the result is out.
type computed struct {
	rosters []draw.Roster
	results []PoolResult
}

// PoolResult is the ranking of one pool: seats and reserve.
type PoolResult struct {
	Pool   string
	Method draw.Method
	Ranks  []draw.Ranked
}

func newRound() *roundRecord { return &roundRecord{publishedLeaf: -1} }

// open reports whether the round takes applications.
func (r *roundRecord) open() bool { return r.state.Phase == round.PhaseOpened }

// underWay reports whether rosters of the round are sealed and its results not yet out.
func (r *roundRecord) underWay() bool {
	switch r.state.Phase {
	case round.PhaseSealed, round.PhaseAnnounced, round.PhaseSeeded, round.PhaseDrawn:
		return true
	}
	return false
}

// over reports whether nothing more can be selected in the round.
func (r *roundRecord) over() bool {
	switch r.state.Phase {
	case round.PhasePublished, round.PhaseSettled, round.PhaseVoided:
		return true
	}
	return false
}

// published reports whether the result is out and the round not settled.
func (r *roundRecord) published() bool { return r.state.Phase == round.PhasePublished }

// selectedCodes returns the codes on the seats of each pool, or nil before the publication.
func (r *roundRecord) selectedCodes() map[string][]string {
	if r.seating == nil {
		return nil
	}
	codes := map[string][]string{}
	for pool, s := range r.seating {
		if s.selected > 0 {
			codes[pool] = s.codes[:s.selected:s.selected]
		}
	}
	return codes
}

// foldRound takes in an event of a round, and what it changes elsewhere.
func (s *State) foldRound(
	id string, after stream[round.State], leaf int64, at domain.Time, e round.Event, c computed,
) {
	r := s.rounds[id]
	if r == nil {
		r = newRound()
		s.rounds[id] = r
	}
	r.stream, r.changed = after, at
	switch e := e.(type) {
	case round.Opened:
		if e.Reruns != "" {
			s.rounds[e.Reruns].rerunBy = id
		}
	case round.Closed:
		r.closed, r.closedLeaf = at, leaf
	case round.Sealed:
		r.rosters = c.rosters
	case round.Announced:
		r.offers = append(r.offers, offer{at, e.DrawTime.Year(), e.Pools})
	case round.AnnouncementSuperseded:
		r.offers = append(r.offers, offer{at, e.DrawTime.Year(), e.Pools})
	case round.Drawn:
		r.results = c.results
	case round.Published:
		s.foldResult(leaf, r)
	case round.Voided:
		if r.closedLeaf == 0 { // what was submitted in time may still be on its way
			r.closed = at
		}
		r.computed = computed{}
	case round.Anchored, round.CeremonyRecorded, round.BeaconRecorded, round.Ranked, round.Settled:
	}
}

// foldResult removes the winners of a published round from the pools, and adds a loss to every
// other application on a roster whose method counts losses.
func (s *State) foldResult(leaf int64, r *roundRecord) {
	r.publishedLeaf, r.seating = leaf, map[string]*seating{}
	counted := map[string]bool{}
	for _, p := range r.results {
		seats := newSeating(p.Ranks, int(r.state.Selected(p.Pool)))
		r.seating[p.Pool] = seats
		for _, code := range seats.codes[:seats.selected] {
			counted[code] = true
			s.applications.leavePools(code, leaf)
		}
	}
	for _, roster := range r.rosters {
		if !roster.Method.CountsLoss() {
			continue
		}
		for _, e := range roster.Entries {
			if !counted[e.Code] {
				counted[e.Code] = true // once, in however many pools
				s.applications.addLoss(e.Code)
			}
		}
	}
	r.computed = computed{}
}

package audit

import (
	"maps"
	"math"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
)

// What is due by itself at a time. Each list is in one order, so that two clocks that see
// the same ledger ask for the same.

// ToClose lists the rounds whose window has ended.
func (s *State) ToClose(at domain.Time) []string {
	return s.roundsThat(func(_ string, r *roundRecord) bool {
		return r.open() && at >= r.state.Opened.Closes
	})
}

// ToSettle lists the published rounds of which nothing is open any more.
func (s *State) ToSettle(domain.Time) []string {
	return s.roundsThat(func(id string, r *roundRecord) bool {
		_, open := s.Settlement(id)
		return r.published() && open == ""
	})
}

// ToRevoke lists the indicators that were neither confirmed nor revoked in time, and those
// that were revoked and whose people are not all free yet.
func (s *State) ToRevoke(at domain.Time) []string {
	return s.indicatorsThat(func(_ string, i indicator.State) bool {
		return i.Phase == indicator.PhaseAwarded && i.ConfirmBy != 0 && at > i.ConfirmBy ||
			i.Phase == indicator.PhaseRevoked && s.reserved(i.Application)
	})
}

// ToLapse lists the indicators that were not used in time, and those that were forfeited and
// whose people are not all barred, or free, yet.
func (s *State) ToLapse(at domain.Time) []string {
	return s.indicatorsThat(func(_ string, i indicator.State) bool {
		return i.Phase == indicator.PhaseConfirmed && at > i.UseBy ||
			i.Phase == indicator.PhaseForfeited && s.reserved(i.Application)
	})
}

// ToExpire lists the applications that are no longer valid and that no round may still
// select, and those that expired and whose people are not all free yet.
func (s *State) ToExpire(at domain.Time) []string {
	codes := slices.AppendSeq(s.RunOut(at), maps.Keys(s.expired))
	slices.Sort(codes)
	return codes
}

// RunOut lists the approved applications that are no longer valid and that no round may still
// select, by code.
func (s *State) RunOut(at domain.Time) []string {
	var codes []string
	for code, a := range s.applications.in(application.PhaseApproved, at) {
		if s.drawing(a) == "" {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// ToAward lists the promoted indicators that can be awarded.
func (s *State) ToAward(domain.Time) []string {
	return s.indicatorsThat(func(id string, i indicator.State) bool {
		if i.Phase != indicator.PhasePromoted {
			return false
		}
		a := s.applications.find(s.Selected(id))
		return a != nil && (a.state.Phase == application.PhaseApproved || a.state.Won == id)
	})
}

// ToPromote lists the ranks of the reserve that move up, by the ids of their indicators,
// each pool in the order of its vacant seats.
func (s *State) ToPromote(domain.Time) []string { return slices.Clone(s.findMoves().ids) }

// found is what of the reserves moves up, at this number of leaves.
type found struct {
	size  int64
	ids   []string          // of the indicators that move up
	seats map[string]string // those whose seats they take
}

// findMoves looks for what moves up once for each number of leaves.
func (s *State) findMoves() *found {
	if s.moves != nil && s.moves.size == s.size {
		return s.moves
	}
	s.moves = &found{size: s.size, seats: map[string]string{}}
	for id, r := range ascending(s.rounds) {
		for _, pool := range r.state.Announced.Pools {
			for _, m := range s.movesIn(id, pool.Pool) {
				up := indicator.ID(id, pool.Pool, m.rank)
				s.moves.ids = append(s.moves.ids, up)
				s.moves.seats[up] = indicator.ID(id, pool.Pool, m.seat)
			}
		}
	}
	return s.moves
}

// move is a rank of the reserve and the rank whose seat it takes.
type move struct{ rank, seat uint64 }

// movesIn lists the ranks of a pool's reserve that move up: into each vacant seat the next ones
// that fit, until its seats are taken.
func (s *State) movesIn(id, pool string) (moves []move) {
	r := s.rounds[id]
	if r == nil || !r.published() || r.seating[pool] == nil {
		return nil
	}
	v, seats := s.Version(id), r.seating[pool]
	reserve := seats.reserve
	for seat, code := range seats.holding() {
		if reserve.next(math.MaxUint64) == 0 {
			return moves
		}
		if !v.Promotes(s.vacancy(indicator.ID(id, pool, seat), code)) {
			continue
		}
		for room := seats.room(seat); room > 0; {
			rank := reserve.next(room)
			if rank == 0 {
				break
			}
			moves, reserve, room = append(moves,
				move{rank, seat}), reserve.without(rank), room-seats.size(rank)
		}
	}
	return moves
}

func (s *State) roundsThat(are func(id string, r *roundRecord) bool) []string {
	var ids []string
	for id, r := range ascending(s.rounds) {
		if are(id, r) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *State) indicatorsThat(are func(id string, i indicator.State) bool) []string {
	var ids []string
	for id, i := range s.indicators {
		if are(id, i.state) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

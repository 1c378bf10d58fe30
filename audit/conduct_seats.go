package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// What the office and a replay ask of a state as evidence about seats: the same rules give both
// of them the same answers.

// Reserve returns what is known of a seat that the rank of an indicator is to take.
func (s *State) Reserve(id, vacated string) indicator.Reserve {
	var e indicator.Reserve
	name, pool, _, err := indicator.ParseID(id)
	if err != nil {
		return e
	}
	at, from, seat, err := indicator.ParseID(vacated)
	r := s.rounds[name]
	if err != nil || at != name || from != pool || r == nil || !r.published() {
		return e
	}
	seats := r.seating[pool]
	if held := seats.holder(seat); held != "" {
		room := seats.room(seat)
		e.Next, e.Filled = seats.reserve.next(room), room == 0
		e.Vacancy = s.vacancy(vacated, held)
	}
	return e
}

// Moving is a state from which the ranks that [State.ToPromote] lists move up one after the
// other. To each of them the reserve is as those before it leave it.
type Moving struct{ *State }

// Vacated returns the seat that a rank takes, by the ids of their indicators, or "".
func (m Moving) Vacated(id string) string { return m.findMoves().seats[id] }

// Reserve returns what is known of a seat once the ranks before this one have moved up.
func (m Moving) Reserve(id, vacated string) indicator.Reserve {
	e := m.State.Reserve(id, vacated)
	if seat, ok := m.findMoves().seats[id]; ok && seat == vacated {
		_, _, e.Next, _ = indicator.ParseID(id)
	}
	return e
}

// foldPromotion takes in that a rank moved up to a vacated seat.
func (s *State) foldPromotion(id, vacated string) {
	name, pool, rank, _ := indicator.ParseID(id)
	_, _, seat, _ := indicator.ParseID(vacated)
	s.rounds[name].seating[pool].promote(rank, seat)
}

// right returns what is known of a rank that holds a seat.
func (s *State) right(id, code string) round.Indicator {
	i := s.indicators.state(id)
	r := round.Indicator{
		Promoted: i.Vacated != "", Awarded: i.Application != "",
		Confirmed: i.UseBy != 0,
	}
	switch {
	case i.Phase == indicator.PhaseUsed:
		r.End = round.EndUsed
	case i.Phase == indicator.PhaseForfeited && (i.BarredUntil == 0 || !s.reserved(code)):
		r.End = round.EndForfeited
	case i.Phase == indicator.PhaseRevoked:
		r.End = round.EndRevoked
	case s.vacancy(id, code) == rules.VacantDeclined:
		r.End = round.EndDeclined
	}
	return r
}

// Settlement returns what became of each pool of a published round, and the indicator of a rank
// that is still open, or "".
func (s *State) Settlement(id string) (pools []round.Settlement, open string) {
	r := s.rounds[id]
	if r == nil || !r.published() {
		return nil, ""
	}
	v := s.Version(id)
	offered := r.offered(v)
	for _, pool := range r.state.Announced.Pools {
		t, used := round.Settlement{Pool: pool.Pool}, uint64(0)
		seats := r.seating[pool.Pool]
		for rank, code := range seats.holding() {
			name := indicator.ID(id, pool.Pool, rank)
			right := s.right(name, code)
			t.Add(right)
			if right.End == round.EndUsed {
				used += seats.size(rank)
			}
			waits := v.Promotes(s.vacancy(name, code)) && seats.reserve.next(seats.room(rank)) != 0
			if open == "" && (right.End == "" || waits) {
				open = name
			}
		}
		t.Returned = offered[pool.Pool] - used
		pools = append(pools, t)
	}
	return pools, open
}

// SeatsLeft returns what the year of a draw has left, beside this round, for each of the pools
// that has a quota.
func (s *State) SeatsLeft(id string, draw domain.Time, pools []round.Seats) []round.SeatsLeft {
	return s.seatsLeft(id, draw, pools, domain.MaxTime)
}

// offered returns each pool's seats, after those that nobody took went on to a later pool.
func (r *roundRecord) offered(v rules.Version) map[string]uint64 {
	seats := map[string]uint64{}
	for i, p := range r.state.Announced.Pools {
		seats[p.Pool] += p.Seats
		to := v.Pools[i].SpillTo
		if to == "" {
			continue
		}
		taken := r.seating[p.Pool].taken()
		seats[to] += seats[p.Pool] - taken
		seats[p.Pool] = taken
	}
	return seats
}

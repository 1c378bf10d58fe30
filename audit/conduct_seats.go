package audit

import (
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// PromoteCommand completes a promotion with what the leaves say of the reserve.
func (s *State) PromoteCommand(id, vacated string) indicator.Promote {
	cmd := indicator.Promote{Vacated: vacated}
	name, pool, rank, err := indicator.ParseID(id)
	if err != nil {
		return cmd
	}
	cmd.Rank = rank
	at, from, seat, err := indicator.ParseID(vacated)
	r := s.rounds[name]
	if err != nil || at != name || from != pool || r == nil || !r.published() {
		return cmd
	}
	cmd.PromoteFor = s.Version(name).PromoteFor
	seats := r.seating[pool]
	if held := seats.holder(seat); held != "" {
		room := seats.room(seat)
		cmd.Next, cmd.Filled = seats.reserve.next(room), room == 0
		cmd.Vacancy = s.vacancy(vacated, held)
	}
	return cmd
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

// SettleCommand returns what became of a published round: figures by pool, and a rank that is
// still open, if there is one.
func (s *State) SettleCommand(id string) round.Settle {
	r := s.rounds[id]
	if r == nil || !r.published() {
		return round.Settle{}
	}
	var cmd round.Settle
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
			if cmd.Open == "" && (right.End == "" || waits) {
				cmd.Open = name
			}
		}
		t.Returned = offered[pool.Pool] - used
		cmd.Pools = append(cmd.Pools, t)
	}
	return cmd
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

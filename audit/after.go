package audit

import (
	"iter"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// What follows a published result: which ranks hold seats, which seats are vacant, who
// of the reserve is next, and what became of all of them.

// holding yields the ranks of a pool that hold seats, with their codes: the selected, then
// those promoted, in the order in which they were.
func (r *roundOf) holding(pool string) iter.Seq2[uint64, string] {
	return func(yield func(uint64, string) bool) {
		for i, code := range r.selected[pool] {
			if !yield(uint64(i)+1, code) {
				return
			}
		}
		for _, rank := range r.promoted[pool] {
			if !yield(rank, r.ranked[pool][rank-1]) {
				return
			}
		}
	}
}

// holder is the code on a rank that holds a seat, or "".
func (r *roundOf) holder(pool string, rank uint64) string {
	if rank > 0 && rank <= uint64(len(r.selected[pool])) || slices.Contains(r.promoted[pool], rank) {
		return r.ranked[pool][rank-1]
	}
	return ""
}

// keepSizes keeps how many places each rank of a result takes, where any takes more than one.
func (r *roundOf) keepSizes(p PoolResult) {
	if !slices.ContainsFunc(p.Ranks, func(k draw.Ranked) bool { return k.Size > 1 }) {
		return
	}
	for _, k := range p.Ranks {
		r.sizes[p.Pool] = append(r.sizes[p.Pool], uint64(max(1, k.Size)))
	}
}

// size is how many places a rank takes.
func (r *roundOf) size(pool string, rank uint64) uint64 {
	if sizes := r.sizes[pool]; sizes != nil {
		return sizes[rank-1]
	}
	return 1
}

// room is how many places of a rank the reserve has not taken, once it gives them up.
func (r *roundOf) room(pool string, rank uint64) uint64 {
	return r.size(pool, rank) - r.filled[pool][rank]
}

// next is the next rank of the reserve that fits into the room, or 0. As in the draw,
// a party gets all its places or is passed over. gone are ranks that are not there any more
// beside those promoted.
func (r *roundOf) next(pool string, room uint64, gone ...uint64) uint64 {
	for rank := uint64(len(r.selected[pool])) + 1; rank <= uint64(len(r.ranked[pool])); rank++ {
		if r.size(pool, rank) <= room && !slices.Contains(r.promoted[pool], rank) && !slices.Contains(gone, rank) {
			return rank
		}
	}
	return 0
}

// places is what a published round had to give in each pool, once the seats that nobody
// took had gone on to a later one.
func (r *roundOf) places(v rules.Version) map[string]uint64 {
	places := map[string]uint64{}
	for i, p := range r.state.Announced.Pools {
		places[p.Pool] += p.Seats
		to := v.Pools[i].SpillTo
		if to == "" {
			continue
		}
		var taken uint64
		for rank := range r.selected[p.Pool] {
			taken += r.size(p.Pool, uint64(rank)+1)
		}
		places[to] += places[p.Pool] - taken
		places[p.Pool] = taken
	}
	return places
}

// indicatorState is that of an indicator, the zero one if nothing is stored of it.
func (l *Ledger) indicatorState(id string) indicator.State {
	if i := l.indicators[id]; i != nil {
		return i.state
	}
	return indicator.State{}
}

// vacancy is how the seat of an indicator fell vacant, or "". code is the application on its rank.
func (l *Ledger) vacancy(id, code string) rules.Vacancy {
	a := l.applications[code]
	ended := a != nil && a.state.Phase != application.PhaseApproved && a.state.Won != id
	return l.indicatorState(id).Vacancy(ended)
}

// PromoteCommand completes a promotion with what the leaves say of the reserve.
func (l *Ledger) PromoteCommand(id, vacated string) indicator.Promote {
	cmd := indicator.Promote{Vacated: vacated}
	name, pool, rank, err := indicator.ParseID(id)
	if err != nil {
		return cmd
	}
	cmd.Rank = rank
	at, from, seat, err := indicator.ParseID(vacated)
	r := l.rounds[name]
	if err != nil || at != name || from != pool || r == nil || r.state.Phase != round.PhasePublished {
		return cmd
	}
	cmd.PromoteFor = l.Version(name).PromoteFor
	if held := r.holder(pool, seat); held != "" {
		room := r.room(pool, seat)
		cmd.Next, cmd.Vacancy, cmd.Filled = r.next(pool, room), l.vacancy(vacated, held), room == 0
	}
	return cmd
}

// promoted takes in that a rank moved up to a vacated seat.
func (l *Ledger) promoted(id, vacated string) {
	name, pool, rank, _ := indicator.ParseID(id)
	_, _, seat, _ := indicator.ParseID(vacated)
	r := l.rounds[name]
	if r.filled[pool] == nil {
		r.filled[pool] = map[uint64]uint64{}
	}
	r.filled[pool][seat] += r.size(pool, rank)
	r.promoted[pool] = append(r.promoted[pool], rank)
}

// lapsedPeople checks that a person is barred for just the lapse that the ledger holds.
func (l *Ledger) lapsedPeople(d *Decoded, tag domain.Digest, e person.Barred) error {
	a := l.applications[e.Application]
	if a == nil || !slices.Contains(a.state.Persons, tag) {
		return d.fault("not_lapsed", "the person is not in application %s", e.Application)
	}
	i := l.indicatorState(a.state.Won)
	if i.BarredUntil == 0 || i.BarredUntil != e.Until || i.ResetLadder != e.ResetLadder {
		return d.fault("not_lapsed", "the rules give no such penalty to application %s", e.Application)
	}
	return nil
}

// ladder refuses draws of members whose ladder was reset.
func (l *Ledger) ladder(d *Decoded, persons []domain.Digest, s rules.Standing) error {
	for i, tag := range persons {
		p := l.persons[tag]
		if p == nil || i >= len(s.Members) {
			continue
		}
		if err := p.state.RequireDraws(s.Members[i].DrawsUntil2020 + s.Members[i].DrawsSince2021); err != nil {
			return refusal(d, err)
		}
	}
	return nil
}

// held reports whether an application still holds one of its people.
func (l *Ledger) held(code string) bool {
	a := l.applications[code]
	return slices.ContainsFunc(a.state.Persons, func(tag domain.Digest) bool {
		p := l.persons[tag]
		return p != nil && p.state.Holder(a.state.Indicator) == code
	})
}

// right is what is known of a rank that holds a seat.
func (l *Ledger) right(id, code string) round.Indicator {
	s := l.indicatorState(id)
	r := round.Indicator{Promoted: s.Vacated != "", Awarded: s.Application != "", Confirmed: s.UseBy != 0}
	switch {
	case s.Phase == indicator.PhaseUsed:
		r.End = round.EndUsed
	case s.Phase == indicator.PhaseForfeited && (s.BarredUntil == 0 || !l.held(code)):
		r.End = round.EndForfeited
	case s.Phase == indicator.PhaseRevoked:
		r.End = round.EndRevoked
	case l.vacancy(id, code) == rules.VacantDeclined:
		r.End = round.EndDeclined
	}
	return r
}

// SettleCommand is what became of a published round: figures by pool, and a rank that is
// still open, if there is one.
func (l *Ledger) SettleCommand(id string) round.Settle {
	r := l.rounds[id]
	if r == nil || r.state.Phase != round.PhasePublished {
		return round.Settle{}
	}
	var cmd round.Settle
	v := l.Version(id)
	places := r.places(v)
	for _, seats := range r.state.Announced.Pools {
		t, used := round.Settlement{Pool: seats.Pool}, uint64(0)
		for rank, code := range r.holding(seats.Pool) {
			name := indicator.ID(id, seats.Pool, rank)
			right := l.right(name, code)
			t.Add(right)
			if right.End == round.EndUsed {
				used += r.size(seats.Pool, rank)
			}
			waits := v.Promotes(l.vacancy(name, code)) && r.next(seats.Pool, r.room(seats.Pool, rank)) != 0
			if cmd.Open == "" && (right.End == "" || waits) {
				cmd.Open = name
			}
		}
		t.Returned = places[seats.Pool] - used
		cmd.Pools = append(cmd.Pools, t)
	}
	return cmd
}

package audit

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/reservation"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// What follows a published result: which ranks hold seats, which seats are vacant, who
// of the reserve is next, and what became of all of them.

// holding lists the ranks of a pool that hold seats: the selected, and those promoted.
func (r *roundOf) holding(pool string) []string {
	n := len(r.selected[pool]) + len(r.filled[pool])
	return r.ranked[pool][:min(n, len(r.ranked[pool]))]
}

// next is the next rank of the reserve, or 0 at its end.
func (r *roundOf) next(pool string) uint64 {
	if n := len(r.holding(pool)); n < len(r.ranked[pool]) {
		return uint64(n) + 1
	}
	return 0
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
	cmd.Next, cmd.PromoteFor = r.next(pool), l.Version(name).PromoteFor
	if held := r.holding(pool); seat <= uint64(len(held)) {
		cmd.Vacancy, cmd.Filled = l.vacancy(vacated, held[seat-1]), r.filled[pool][seat]
	}
	return cmd
}

// promoted takes in that a rank moved up to a vacated seat.
func (l *Ledger) promoted(id, vacated string) {
	name, pool, _, _ := indicator.ParseID(id)
	_, _, seat, _ := indicator.ParseID(vacated)
	r := l.rounds[name]
	if r.filled[pool] == nil {
		r.filled[pool] = map[uint64]bool{}
	}
	r.filled[pool][seat] = true
}

// lapsedPeople checks that a person is barred for just the lapse that the ledger holds.
func (l *Ledger) lapsedPeople(d *Decoded, tag domain.Digest, e reservation.Barred) error {
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
		if err := p.state.CheckDraws(s.Members[i].DrawsUntil2020 + s.Members[i].DrawsSince2021); err != nil {
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
func (l *Ledger) right(id, code string) round.Right {
	s := l.indicatorState(id)
	r := round.Right{Promoted: s.Vacated != "", Awarded: s.Application != "", Confirmed: s.UseBy != 0}
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
	for _, seats := range r.state.Announced.Pools {
		t := round.Settlement{Pool: seats.Pool}
		for i, code := range r.holding(seats.Pool) {
			rank := uint64(i) + 1
			name := indicator.ID(id, seats.Pool, rank)
			right := l.right(name, code)
			t.Add(right)
			waits := v.Promotes(l.vacancy(name, code)) && !r.filled[seats.Pool][rank] && r.next(seats.Pool) != 0
			if cmd.Open == "" && (right.End == "" || waits) {
				cmd.Open = name
			}
		}
		t.Returned = seats.Seats - t.Used
		cmd.Pools = append(cmd.Pools, t)
	}
	return cmd
}

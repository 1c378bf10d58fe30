package audit

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
)

// What is due by itself at a time. Each list is in one order, so that two clocks that see
// the same ledger ask for the same.

// ToClose lists the rounds whose window has ended.
func (l *Ledger) ToClose(at domain.Time) []string {
	return l.roundsThat(func(_ string, r *roundOf) bool {
		return r.state.Phase == round.PhaseOpened && at >= r.state.Opened.Closes
	})
}

// ToSettle lists the published rounds of which nothing is open any more.
func (l *Ledger) ToSettle(domain.Time) []string {
	return l.roundsThat(func(id string, r *roundOf) bool {
		return r.state.Phase == round.PhasePublished && l.SettleCommand(id).Open == ""
	})
}

// ToRevoke lists the indicators that were neither confirmed nor revoked in time.
func (l *Ledger) ToRevoke(at domain.Time) []string {
	return l.indicatorsThat(func(_ string, s indicator.State) bool {
		return s.Phase == indicator.PhaseAwarded && s.ConfirmBy != 0 && at > s.ConfirmBy
	})
}

// ToLapse lists the indicators that were not used in time, and those that lapsed and whose
// people are not all barred yet.
func (l *Ledger) ToLapse(at domain.Time) []string {
	return l.indicatorsThat(func(_ string, s indicator.State) bool {
		return s.Phase == indicator.PhaseConfirmed && at > s.UseBy ||
			s.BarredUntil != 0 && l.held(s.Application)
	})
}

// ToAward lists the promoted indicators that can be awarded.
func (l *Ledger) ToAward(domain.Time) []string {
	return l.indicatorsThat(func(id string, s indicator.State) bool {
		if s.Phase != indicator.PhasePromoted {
			return false
		}
		a := l.applications[l.Selected(id)]
		return a != nil && (a.state.Phase == application.PhaseApproved || a.state.Won == id)
	})
}

// ToPromote lists the ranks of the reserve that move up, by the ids of their indicators,
// each pool in the order of its reserve.
func (l *Ledger) ToPromote(domain.Time) []string {
	var ids []string
	for _, id := range l.Rounds() {
		for _, pool := range l.rounds[id].state.Announced.Pools {
			rank := l.rounds[id].next(pool.Pool)
			for range l.vacant(id, pool.Pool) {
				ids = append(ids, indicator.ID(id, pool.Pool, rank))
				rank++
			}
		}
	}
	return ids
}

// Promotion is the command that moves this rank up, once those before it in the reserve
// have moved. Without a vacant seat for it the rules will refuse it.
func (l *Ledger) Promotion(id string) indicator.Promote {
	name, pool, rank, err := indicator.ParseID(id)
	if r := l.rounds[name]; err == nil && r != nil {
		seats, next := l.vacant(name, pool), r.next(pool)
		if rank >= next && rank-next < uint64(len(seats)) {
			cmd := l.PromoteCommand(id, indicator.ID(name, pool, seats[rank-next]))
			cmd.Next = rank
			return cmd
		}
	}
	return l.PromoteCommand(id, "")
}

// vacant lists the ranks of a pool whose seats are there for the reserve, no more than
// the reserve has.
func (l *Ledger) vacant(id, pool string) []uint64 {
	r, v := l.rounds[id], l.Version(id)
	next := r.next(pool)
	if r.state.Phase != round.PhasePublished || next == 0 {
		return nil
	}
	left := uint64(len(r.ranked[pool])) - next + 1
	var seats []uint64
	for i, code := range r.holding(pool) {
		seat := uint64(i) + 1
		if uint64(len(seats)) < left && !r.filled[pool][seat] && v.Promotes(l.vacancy(indicator.ID(id, pool, seat), code)) {
			seats = append(seats, seat)
		}
	}
	return seats
}

func (l *Ledger) roundsThat(are func(id string, r *roundOf) bool) []string {
	var ids []string
	for _, id := range l.Rounds() {
		if are(id, l.rounds[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (l *Ledger) indicatorsThat(are func(id string, s indicator.State) bool) []string {
	var ids []string
	for id, i := range l.indicators {
		if are(id, i.state) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

package audit

import (
	"math"
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

// ToRevoke lists the indicators that were neither confirmed nor revoked in time, and those
// that were revoked and whose people are not all free yet.
func (l *Ledger) ToRevoke(at domain.Time) []string {
	return l.indicatorsThat(func(_ string, s indicator.State) bool {
		return s.Phase == indicator.PhaseAwarded && s.ConfirmBy != 0 && at > s.ConfirmBy ||
			s.Phase == indicator.PhaseRevoked && l.held(s.Application)
	})
}

// ToLapse lists the indicators that were not used in time, and those that were forfeited and
// whose people are not all barred, or free, yet.
func (l *Ledger) ToLapse(at domain.Time) []string {
	return l.indicatorsThat(func(_ string, s indicator.State) bool {
		return s.Phase == indicator.PhaseConfirmed && at > s.UseBy ||
			s.Phase == indicator.PhaseForfeited && l.held(s.Application)
	})
}

// ToExpire lists the applications that are no longer valid and that no round may still
// select, and those that expired and whose people are not all free yet.
func (l *Ledger) ToExpire(at domain.Time) []string {
	codes := l.Due(at)
	for code, a := range l.applications {
		if a.state.Phase == application.PhaseExpired && l.held(code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
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
// each pool in the order of its vacant seats.
func (l *Ledger) ToPromote(domain.Time) []string {
	var ids []string
	for _, id := range l.Rounds() {
		for _, pool := range l.rounds[id].state.Announced.Pools {
			for _, m := range l.moves(id, pool.Pool) {
				ids = append(ids, indicator.ID(id, pool.Pool, m.rank))
			}
		}
	}
	return ids
}

// Promotion is the command that moves this rank up, once those that [Ledger.ToPromote] lists
// before it have moved. Without a vacant seat for it the rules will refuse it.
func (l *Ledger) Promotion(id string) indicator.Promote {
	name, pool, rank, err := indicator.ParseID(id)
	if err == nil && l.rounds[name] != nil {
		for _, m := range l.moves(name, pool) {
			if m.rank == rank {
				cmd := l.PromoteCommand(id, indicator.ID(name, pool, m.seat))
				cmd.Next = rank
				return cmd
			}
		}
	}
	return l.PromoteCommand(id, "")
}

// move is a rank of the reserve and the rank whose seat it takes.
type move struct{ rank, seat uint64 }

// moves lists what of the reserve of a pool moves up: into each vacant seat whoever is
// next and fits, until its places are taken.
func (l *Ledger) moves(id, pool string) (moves []move) {
	r, v := l.rounds[id], l.Version(id)
	if r.state.Phase != round.PhasePublished || r.next(pool, math.MaxUint64) == 0 {
		return nil
	}
	var gone []uint64
	for seat, code := range r.holding(pool) {
		if !v.Promotes(l.vacancy(indicator.ID(id, pool, seat), code)) {
			continue
		}
		for room := r.room(pool, seat); room > 0; {
			rank := r.next(pool, room, gone...)
			if rank == 0 {
				break
			}
			moves, gone, room = append(moves, move{rank, seat}), append(gone, rank), room-r.size(pool, rank)
		}
	}
	return moves
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

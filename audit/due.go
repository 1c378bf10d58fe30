package audit

import (
	"maps"
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

// Promotion is a rank of the reserve and the seat that it moves up to, by the ids of
// their indicators.
type Promotion struct{ ID, Vacated string }

// ToPromote lists the promotions that the rules ask for, each pool in the order of its
// reserve.
func (l *Ledger) ToPromote(id string) []Promotion {
	r := l.rounds[id]
	if r == nil || r.state.Phase != round.PhasePublished {
		return nil
	}
	var due []Promotion
	v := l.Version(id)
	for _, seats := range r.state.Announced.Pools {
		next := r.next(seats.Pool)
		for i, code := range r.holding(seats.Pool) {
			if next == 0 {
				break
			}
			vacated := indicator.ID(id, seats.Pool, uint64(i)+1)
			if r.filled[seats.Pool][uint64(i)+1] || !v.Promotes(l.vacancy(vacated, code)) {
				continue
			}
			due = append(due, Promotion{indicator.ID(id, seats.Pool, next), vacated})
			if next++; next > uint64(len(r.ranked[seats.Pool])) {
				next = 0
			}
		}
	}
	return due
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
	ids := slices.Collect(maps.Keys(l.indicators))
	ids = slices.DeleteFunc(ids, func(id string) bool { return !are(id, l.indicators[id].state) })
	slices.Sort(ids)
	return ids
}

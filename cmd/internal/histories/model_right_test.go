package histories

import (
	"fmt"
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

func rightID(id, pool string, rank int) string { return fmt.Sprintf("%s.%s.%d", id, pool, rank) }

// code is the application on a rank, "" when there is none.
func (r *cycle) code(pool string, rank int) string {
	if ranks := r.results[pool].ranks; rank >= 1 && rank <= len(ranks) {
		return ranks[rank-1].code
	}
	return ""
}

// holding lists the ranks that hold a seat: the selected, then the promoted as they came.
func (r *cycle) holding(pool string) (ranks []int) {
	for i := range r.results[pool].selected {
		ranks = append(ranks, i+1)
	}
	for _, mv := range r.promoted[pool] {
		ranks = append(ranks, mv.rank)
	}
	return ranks
}

// seated is the code on a rank that holds a seat of a published result, or "".
func (m *model) seated(id, pool string, rank int) string {
	r := m.rounds[id]
	if r == nil || r.phase != round.PhasePublished || !slices.Contains(r.holding(pool), rank) {
		return ""
	}
	return r.code(pool, rank)
}

func (m *model) right(id string) right {
	if i := m.rights[id]; i != nil {
		return *i
	}
	return right{}
}

func (m *model) award(actor string, at domain.Time, id, name string, pool string, rank int) answer {
	if m.rounds[id] == nil {
		return refused("unknown_round")
	}
	code := m.seated(id, pool, rank)
	a, i := m.apps[code], m.right(name)
	if code == "" {
		return refused("invalid_id")
	}
	if refusal := m.acting(actor, a, officer.Conductor, false, i.vacated != ""); refusal != "" {
		return refused(refusal)
	}
	switch won := a.won == name; {
	case won && i.app == code:
		return already
	case a.over() != "" && !won:
		return refused(a.over())
	case a.phase != application.PhaseApproved && !won:
		return refused("not_selected")
	}
	a.phase, a.won, a.pooled, a.selected = application.PhaseAwarded, name, false, ""
	i.phase, i.app = indicator.PhaseAwarded, code
	if s := m.versionOf(id).ConfirmSeconds; s != 0 {
		i.confirmBy = at + domain.Time(s)
	}
	m.rights[name] = &i
	return changed
}

// at is the refusal of a wish about an indicator that is in another phase, or the answer that
// it is fulfilled.
func (i right) at(wish indicator.Phase) answer {
	switch i.phase {
	case wish:
		return already
	case "":
		return refused("unknown_indicator")
	}
	return refused("indicator_phase")
}

func (i right) overdue(at domain.Time) bool { return i.confirmBy != 0 && at > i.confirmBy }

func (m *model) confirm(actor string, at domain.Time, id, name string) answer {
	if code := m.lacks(actor, officer.Reviewer, false); code != "" {
		return refused(code)
	}
	if m.rounds[id] == nil {
		return refused("unknown_round")
	}
	i := m.right(name)
	switch {
	case i.phase == indicator.PhaseAwarded && i.overdue(at):
		return refused("confirm_too_late")
	case i.phase != indicator.PhaseAwarded:
		return i.at(indicator.PhaseConfirmed)
	}
	m.rights[name].phase, m.rights[name].useBy = indicator.PhaseConfirmed,
		at+domain.Time(m.versionOf(id).UseSeconds)
	return changed
}

func (m *model) revoke(actor string, at domain.Time, name string, why indicator.Reason) answer {
	if code := m.lacks(actor, officer.Reviewer, true); code != "" {
		return refused(code)
	}
	i := m.right(name)
	switch late := why == indicator.NotConfirmed; {
	case i.phase != indicator.PhaseAwarded:
		return i.at(indicator.PhaseRevoked)
	case late && !i.overdue(at):
		return refused("confirm_pending")
	case !late && i.overdue(at):
		return refused("confirm_too_late")
	}
	m.rights[name].phase = indicator.PhaseRevoked
	m.letGo(i.app)
	return changed
}

func (m *model) use(actor string, at domain.Time, name string) answer {
	if code := m.lacks(actor, officer.Reviewer, false); code != "" {
		return refused(code)
	}
	i := m.right(name)
	switch {
	case i.phase == indicator.PhaseConfirmed && at > i.useBy:
		return refused("indicator_lapsed")
	case i.phase != indicator.PhaseConfirmed:
		return i.at(indicator.PhaseUsed)
	}
	m.rights[name].phase = indicator.PhaseUsed
	return changed
}

func (m *model) giveBack(actor, name string) answer {
	if code := m.lacks(actor, officer.Reviewer, true); code != "" {
		return refused(code)
	}
	i := m.right(name)
	if i.phase != indicator.PhaseConfirmed && i.phase != indicator.PhaseAwarded {
		return i.at(indicator.PhaseForfeited)
	}
	m.rights[name].phase = indicator.PhaseForfeited
	m.letGo(i.app)
	return changed
}

func (m *model) lapse(actor string, at domain.Time, id, name string) answer {
	if code := m.lacks(actor, officer.Reviewer, true); code != "" {
		return refused(code)
	}
	if m.rounds[id] == nil {
		return refused("unknown_round")
	}
	i := m.right(name)
	switch {
	case i.phase != indicator.PhaseConfirmed:
		return i.at(indicator.PhaseForfeited)
	case at <= i.useBy:
		return refused("indicator_valid")
	}
	i.phase, i.lapsed = indicator.PhaseForfeited, true
	m.letGo(i.app)
	if l := m.versionOf(id).Lapse; l.BarSeconds != 0 {
		i.barred, i.reset = i.useBy+domain.Time(l.BarSeconds), l.ResetLadder
		a := m.apps[i.app]
		for _, tag := range a.persons {
			p := m.personState(tag)
			p.barred, p.reset = max(p.barred, i.barred), p.reset || i.reset
		}
	}
	m.rights[name] = &i
	return changed
}

// vacancy is how the seat of a rank fell vacant, or "".
func (m *model) vacancy(r *cycle, name, code string) rules.Vacancy {
	i, a := m.right(name), m.apps[code]
	switch {
	case i.phase == indicator.PhaseRevoked:
		return rules.VacantRevoked
	case i.phase == indicator.PhaseForfeited && i.lapsed:
		return rules.VacantLapsed
	case i.phase == indicator.PhaseForfeited:
		return rules.VacantRefused
	case i.app == "" && a.phase != application.PhaseApproved && a.won != name:
		return rules.VacantDeclined
	}
	return ""
}

// room is how many places of a rank the reserve has not taken.
func (r *cycle) room(pool string, seat int) int {
	n := r.results[pool].ranks[seat-1].size
	for _, mv := range r.promoted[pool] {
		if mv.seat == seat {
			n -= r.results[pool].ranks[mv.rank-1].size
		}
	}
	return n
}

// next is the first rank of the reserve that holds no seat and fits, or 0.
func (r *cycle) next(pool string, room int, gone []int) int {
	for i, l := range r.results[pool].ranks {
		if rank := i + 1; i >= r.results[pool].selected && l.size <= room &&
			!slices.Contains(r.holding(pool), rank) && !slices.Contains(gone, rank) {
			return rank
		}
	}
	return 0
}

// dueMoves lists what of the reserve of all rounds moves up.
func (m *model) dueMoves() (ids []string, moves map[string]move) {
	moves = map[string]move{}
	for _, id := range sorted(m.rounds) {
		r := m.rounds[id]
		if r.phase != round.PhasePublished {
			continue
		}
		for _, p := range m.versionOf(id).Pools {
			var gone []int
			for _, seat := range r.holding(p.Name) {
				if !slices.Contains(m.versionOf(id).PromoteFor,
					m.vacancy(r, rightID(id, p.Name, seat), r.code(p.Name, seat))) {
					continue
				}
				room := r.room(p.Name, seat)
				for rank := r.next(p.Name, room, gone); rank != 0; rank = r.next(p.Name, room,
					gone) {
					gone, room = append(gone, rank), room-r.results[p.Name].ranks[rank-1].size
					ids = append(ids, rightID(id, p.Name, rank))
					moves[rightID(id, p.Name, rank)] = move{rank, seat}
				}
			}
		}
	}
	return ids, moves
}

// promote: of the reserve of a pool, strictly in order.
func (m *model) promote(actor, id, pool string, mv move) answer {
	if code := m.lacks(actor, officer.Conductor, true); code != "" {
		return refused(code)
	}
	r, name := m.rounds[id], rightID(id, pool, mv.rank)
	i := m.right(name)
	switch {
	case i.vacated == rightID(id, pool, mv.seat):
		return already
	case i.phase != "":
		return refused("indicator_exists")
	case r == nil || r.phase != round.PhasePublished || !slices.Contains(r.holding(pool), mv.seat):
		return refused("not_vacant")
	}
	why := m.vacancy(r, rightID(id, pool, mv.seat), r.code(pool, mv.seat))
	room := r.room(pool, mv.seat)
	switch {
	case why == "" || !slices.Contains(m.versionOf(id).PromoteFor, why) || room == 0:
		return refused("not_vacant")
	case r.next(pool, room, nil) != mv.rank:
		return refused("not_next_in_reserve")
	}
	r.promoted[pool] = append(r.promoted[pool], mv)
	m.rights[name] = &right{phase: indicator.PhasePromoted, vacated: rightID(id, pool, mv.seat)}
	return changed
}

// figures are what became of the seats of a round, and whether one of them is still open.
func (m *model) figures(id string) (all []round.Settlement, open bool) {
	r, v := m.rounds[id], m.versionOf(id)
	places := map[string]int{}
	for _, s := range r.offer {
		places[s.Pool] = int(s.Seats)
	}
	for _, p := range v.Pools {
		if p.SpillTo != "" {
			took := 0
			for _, l := range r.results[p.Name].ranks[:r.results[p.Name].selected] {
				took += l.size
			}
			places[p.SpillTo] += places[p.Name] - took
			places[p.Name] = took
		}
	}
	for _, p := range v.Pools {
		s, unused := round.Settlement{Pool: p.Name, Promoted: uint64(len(r.promoted[p.Name]))},
			places[p.Name]
		for _, rank := range r.holding(p.Name) {
			name, code := rightID(id, p.Name, rank), r.code(p.Name, rank)
			i, why := m.right(name), m.vacancy(r, name, code)
			s.Awarded += one(i.app != "")
			s.Confirmed += one(i.useBy != 0)
			s.Used += one(i.phase == indicator.PhaseUsed)
			s.Forfeited += one(i.phase == indicator.PhaseForfeited)
			s.Revoked += one(i.phase == indicator.PhaseRevoked)
			if i.phase == indicator.PhaseUsed {
				unused -= r.results[p.Name].ranks[rank-1].size
			} else if why == "" || slices.Contains(v.PromoteFor, why) &&
				r.next(p.Name, r.room(p.Name, rank), nil) != 0 {
				open = true
			}
		}
		s.Returned = uint64(unused)
		all = append(all, s)
	}
	return all, open
}

func one(is bool) uint64 {
	if is {
		return 1
	}
	return 0
}

func (m *model) settle(actor string, at domain.Time, id string) answer {
	if code := m.conducting(actor, at, id, true); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.phase == round.PhaseSettled:
		return refused("round_settled") // the replay gives no figures any more
	case r.phase != round.PhasePublished:
		return refused("round_phase")
	}
	all, open := m.figures(id)
	if open {
		return refused("round_unsettled")
	}
	r.phase, r.changed, r.settled = round.PhaseSettled, at, all
	return changed
}

// dueRights lists the indicators of which this is true.
func (m *model) dueRights(is func(name string, i *right) bool) (names []string) {
	for _, name := range sorted(m.rights) {
		if is(name, m.rights[name]) {
			names = append(names, name)
		}
	}
	return names
}

// actorOf is an officer as an actor.
func actorOf(id string) string { return catalog.ActorOfficer + id }

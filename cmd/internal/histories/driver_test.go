package histories

import (
	"fmt"
	"math/rand/v2"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// newWorld is an office before its first day.
func newWorld(seed uint64, env *environment) *world {
	w := &world{
		seed: seed, rng: rand.New(rand.NewPCG(seed, 0x10771e5)), env: env, m: newModel(),
		count: map[string]int{},
	}
	w.now = domain.Time(1_772_000_000 + w.rng.IntN(300)*day) // within 2026
	w.store = &faulty{Store: env.store(), w: w}
	w.population()
	w.clock = w.newClock()
	return w
}

// live is a history of so many steps; a negative number lets the seed choose.
func (w *world) live(steps int) {
	versions := w.versions()
	w.eager = w.chance(2)
	if own := w.between(20, 80); steps < 0 && w.eager {
		steps = max(own, 50)
	} else if steps < 0 {
		steps = own
	}
	w.found(versions)
	for range steps {
		if w.env.spoil != nil {
			w.env.spoil(w.m)
		}
		w.step()
	}
	w.finish()
}

// found begins the ledger.
func (w *world) found(versions []rules.Version) {
	for _, s := range staffing {
		w.issue(w.appointing(actorOf("chief"), s.id, s.roles))
	}
	for len(w.m.rules) == 0 || w.chance(2) {
		w.issue(w.adopting(pick(w, versions...)))
	}
	if w.chance(4) { // seats of this year and the next
		pool := w.anyPool(0)
		w.issue(w.settingQuota(actorOf("chief"), w.now.Year(), pool))
		w.issue(w.settingQuota(actorOf("chief"), w.now.Year()+1, pool))
	}
	w.newRound("")
}

// step is the next thing that happens.
func (w *world) step() {
	switch n := w.rng.IntN(100); {
	case n < 60 || w.eager && w.chance(2):
		w.proceed()
	case n < 66 && len(w.codes) > 0:
		w.issue(w.someApplicationCommand(w.anyCode()))
	case n < 69:
		w.issue(w.submitting(w.anyRound(), w.anyKind(), nil))
	case n < 72:
		w.issue(w.someRoundCommand(w.anyRound()))
	case n < 76:
		w.issue(w.someRightCommand(w.anyRank()))
	case n < 79:
		w.issue(w.someQuotaCommand(w.now.Year() + w.between(0, 1)))
	case n < 81:
		w.issue(w.someStaffCommand(staffing[w.between(1, len(staffing)-1)].id)) // the chief stays
	case n < 82:
		w.issue(w.adopting(w.versions()[w.rng.IntN(4)]))
	case n < 87:
		w.repeat()
	case n < 91:
		w.tick()
	case n < 94:
		w.now += domain.Time(w.between(1, 12*3600))
	case n < 95:
		w.now += domain.Time(w.between(1, 40*day)) // the clock stands still so long
	case n < 97:
		w.project()
	case n < 98:
		w.compare()
	default:
		w.newRound("")
	}
}

func (w *world) anyRound() string {
	if len(w.rounds) == 0 || w.chance(40) {
		return "nowhere"
	}
	return pick(w, w.rounds...)
}

func (w *world) anyKind() domain.IndicatorKind {
	return pick(w, domain.Ordinary, domain.Ordinary, domain.NewEnergy, domain.Dwelling)
}

// newRound opens another round, unless enough are under way.
func (w *world) newRound(reruns string) {
	under := 0
	for _, r := range w.m.rounds {
		under += int(one(!r.ended()))
	}
	if under >= 2 || under == 1 && w.eager {
		return
	}
	id := fmt.Sprintf("r%d", len(w.rounds)+1)
	w.rounds = append(w.rounds, id)
	w.issue(w.opening(id, pick(w, sorted(w.m.rules)...), reruns))
}

func (w *world) someRoundCommand(id string) *command {
	switch w.rng.IntN(14) {
	case 0:
		return w.closing(id)
	case 1:
		return w.sealing(id, 0)
	case 2:
		return w.announcing(id)
	case 3, 4:
		return w.superseding(id)
	case 5:
		return w.anchoring(id)
	case 6, 7:
		return w.ceremony(id)
	case 8:
		return w.seeding(id)
	case 9:
		return w.drawing(id)
	case 10:
		return w.ranking(id)
	case 11:
		return w.publishing(id)
	case 12:
		return w.settling(id)
	default:
		return w.voiding(id)
	}
}

// proceed does what brings the oldest round on that is not over.
func (w *world) proceed() {
	for _, id := range w.rounds {
		if r := w.m.rounds[id]; r != nil && !r.ended() {
			w.proceedWith(id, r)
			return
		}
	}
	if w.chance(8) {
		w.tick()
		return
	}
	if w.followUp() {
		return
	}
	for _, id := range w.rounds {
		if r := w.m.rounds[id]; r != nil && r.phase == round.PhaseVoided && w.chance(2) {
			w.newRound(id)
			return
		}
	}
	w.newRound("")
}

func (w *world) proceedWith(id string, r *cycle) {
	switch r.phase {
	case round.PhaseOpened:
		w.gather(id, r)
	case round.PhaseClosed:
		if w.chance(4) && len(w.codes) > 0 {
			w.review(pick(w, w.codes...))
			return
		}
		leaves := int64(0)
		if w.chance(4) {
			leaves = w.leaves() - int64(w.rng.IntN(int(w.leaves()-r.closed+1)))
			if _, known := w.m.candidates[leaves]; !known {
				leaves = 0
			}
		}
		w.issue(w.sealing(id, leaves))
	case round.PhaseSealed:
		w.issue(w.announcing(id))
	case round.PhaseAnnounced:
		switch {
		case r.ceremonial && r.ceremony == "" && !w.chance(3):
			w.issue(w.ceremony(id))
		case w.now < r.drawTime && w.chance(3):
			w.issue(pick(w, w.superseding, w.anchoring)(id))
		case w.now < r.drawTime:
			w.now = max(w.now, r.drawTime-domain.Time(pick(w, 0, 0, 0, 1, 3600)))
		case r.ceremonial && r.ceremony == "" || w.chance(12):
			w.now += domain.Time(w.between(0, 12)) * day
			w.issue(w.voiding(id))
		default:
			w.issue(w.seeding(id))
		}
	case round.PhaseSeeded:
		w.issue(w.drawing(id))
	case round.PhaseDrawn:
		for _, p := range sorted(r.results) {
			if r.recorded[p] < len(r.results[p].ranks) && !w.chance(20) {
				w.issue(w.ranking(id))
				return
			}
		}
		w.issue(w.publishing(id))
	}
}

// gather fills a round until its window is to close.
func (w *world) gather(id string, r *cycle) {
	w.now = max(w.now, r.opens)
	pools := w.m.versionOf(id).Pools
	if w.now < r.closes && w.chance(3) {
		w.issue(w.submitting(id, pools[w.rng.IntN(len(pools))].Indicator, nil))
		return
	}
	for _, code := range w.codes {
		switch a := w.m.apps[code]; {
		case a.phase == application.PhaseSubmitted && !w.chance(4):
			w.review(code)
			return
		case a.phase == application.PhaseRejected && w.chance(3):
			w.issue(pick(w, w.askingRecheck, w.answeringRecheck, w.editing)(code))
			return
		}
	}
	switch {
	case w.now < r.closes && len(w.codes) < 3:
		w.issue(w.submitting(id, pools[w.rng.IntN(len(pools))].Indicator, nil))
	case w.now < r.closes:
		w.now = max(w.now, r.closes+domain.Time(pick(w, 0, 0, 1, day)))
	case w.chance(2):
		w.tick()
	default:
		w.issue(w.closing(id))
	}
}

// review brings an application nearer to its approval, or away from it.
func (w *world) review(code string) {
	a := w.m.apps[code]
	if w.chance(6) {
		w.issue(pick(w, w.rejecting, w.rejecting, w.crediting, w.editing)(code))
		return
	}
	for _, due := range w.m.required(a) {
		if _, done := a.checks[due.Department+due.Item]; !done {
			w.issue(w.checking(code, due, !w.chance(8)))
			return
		}
	}
	w.issue(w.approving(code))
}

// followUp does something about what was won, and reports whether there was anything.
func (w *world) followUp() bool {
	if ids, _ := w.m.dueMoves(); len(ids) > 0 && w.chance(2) {
		w.issue(w.promotingSome(rankOf(ids[0])))
		return true
	}
	for _, id := range sorted(w.m.rounds) {
		r := w.m.rounds[id]
		if r.phase != round.PhasePublished || w.chance(8) {
			continue
		}
		for _, p := range w.m.versionOf(id).Pools {
			for _, n := range r.holding(p.Name) {
				k := rank{id, p.Name, n}
				i := w.m.right(k.id())
				a := w.m.apps[r.code(p.Name, n)]
				switch {
				case w.chance(8):
				case (i.phase == "" || i.phase == indicator.PhasePromoted) &&
					a.phase == application.PhaseApproved:
					w.issue(w.awarding(w.by(officer.Conductor), k))
					return true
				case i.phase == indicator.PhaseAwarded && w.chance(2):
					w.issue(w.confirming(k))
					return true
				case i.phase == indicator.PhaseAwarded && w.chance(2):
					w.issue(pick(w, w.revoking(w.by(officer.Reviewer), k, indicator.NotEligible),
						w.givingBack(k)))
					return true
				case i.phase == indicator.PhaseConfirmed && w.chance(2):
					w.now = max(w.now, i.useBy+domain.Time(w.between(0, 1)))
					w.issue(w.using(k))
					return true
				case i.phase == indicator.PhaseConfirmed || i.phase == indicator.PhaseAwarded:
					w.issue(w.someRightCommand(k))
					return true
				}
			}
		}
	}
	return false
}

package histories

import (
	"slices"

	"lotteryledger/audit"
	"lotteryledger/cmd/lottery/internal/clock"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// newClock is a clock that has seen nothing. It counts what the running process stores.
func (w *world) newClock() *clock.Clock {
	return clock.New(w.office, func() int64 { return int64(len(w.store.stored)) }, func(kind, id, code string) {
		w.note("  the clock is refused to %s %s: %s", kind, id, code)
	})
}

// duty is what falls due by itself: who finds it in the ledger, and what the model says of it.
type duty struct {
	name  string
	find  func(l *audit.Ledger, at domain.Time) []string
	due   func(m *model, at domain.Time) []string
	issue func(m *model, at domain.Time, leaves int64, id string) answer
}

// promotion is the duty of which each one rests on those before it.
const promotion = "promote"

var duties = []duty{
	{"close", (*audit.Ledger).ToClose, func(m *model, at domain.Time) []string {
		return m.dueRounds(func(r *cycle) bool { return r.phase == round.PhaseOpened && at >= r.closes })
	}, func(m *model, at domain.Time, leaves int64, id string) answer {
		return m.close(eventstore.ActorClock, at, id, leaves)
	}},
	{"revoke", (*audit.Ledger).ToRevoke, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string, i *right) bool { return i.phase == indicator.PhaseAwarded && i.overdue(at) })
	}, func(m *model, at domain.Time, _ int64, id string) answer {
		return m.revoke(eventstore.ActorClock, at, id, indicator.NotConfirmed)
	}},
	{"lapse", (*audit.Ledger).ToLapse, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string, i *right) bool { return i.phase == indicator.PhaseConfirmed && at > i.useBy })
	}, func(m *model, at domain.Time, _ int64, id string) answer {
		return m.lapse(eventstore.ActorClock, at, rankOf(id).round, id)
	}},
	{promotion, (*audit.Ledger).ToPromote, func(m *model, _ domain.Time) []string {
		ids, _ := m.dueMoves()
		return ids
	}, func(m *model, _ domain.Time, _ int64, id string) answer {
		_, moves := m.dueMoves()
		return m.promote(eventstore.ActorClock, rankOf(id).round, rankOf(id).pool, move{rankOf(id).n, moves[id].seat})
	}},
	{"award", (*audit.Ledger).ToAward, func(m *model, _ domain.Time) []string {
		return m.dueRights(func(name string, i *right) bool {
			k := rankOf(name)
			a := m.apps[m.seated(k.round, k.pool, k.n)]
			return i.phase == indicator.PhasePromoted && a != nil && (a.phase == application.PhaseApproved || a.won == name)
		})
	}, func(m *model, at domain.Time, _ int64, id string) answer {
		k := rankOf(id)
		return m.award(eventstore.ActorClock, at, k.round, id, k.pool, k.n)
	}},
	{"expire", (*audit.Ledger).ToExpire, (*model).dueExpiries, func(m *model, at domain.Time, _ int64, id string) answer {
		return m.expire(eventstore.ActorClock, at, id)
	}},
	{"settle", (*audit.Ledger).ToSettle, func(m *model, _ domain.Time) (ids []string) {
		for _, id := range m.dueRounds(func(r *cycle) bool { return r.phase == round.PhasePublished }) {
			if _, open := m.figures(id); !open {
				ids = append(ids, id)
			}
		}
		return ids
	}, func(m *model, at domain.Time, _ int64, id string) answer {
		return m.settle(eventstore.ActorClock, at, id)
	}},
}

func (m *model) dueRounds(is func(*cycle) bool) (ids []string) {
	for _, id := range sorted(m.rounds) {
		if is(m.rounds[id]) {
			ids = append(ids, id)
		}
	}
	return ids
}

func rankOf(id string) rank {
	r, pool, n, err := indicator.ParseID(id)
	if err != nil {
		panic(difference{err.Error()})
	}
	return rank{r, pool, int(n)}
}

// pass does all that is due in the model, and counts it.
func (m *model) pass(at domain.Time, leaves int64) map[string]int {
	all := map[string]int{}
	for more := true; more; {
		more = false
		lists := map[string][]string{}
		for _, d := range duties {
			lists[d.name] = d.due(m, at)
		}
		for _, d := range duties {
			for _, id := range lists[d.name] {
				got := d.issue(m, at, leaves, id)
				if got.changes {
					all[d.name]++
					more = true
				} else if got.code != "" && d.name == promotion {
					break
				}
			}
		}
	}
	return all
}

// tick lets the clock do everything that is due. It has to find just what the model does, and
// whatever goes wrong meanwhile, it comes to the same end.
func (w *world) tick() {
	l, err := w.replayed()
	w.ok(err)
	for _, d := range duties {
		if got, want := d.find(l, w.now), d.due(w.m, w.now); !slices.Equal(got, want) {
			w.fail("to %s is due: %v; the model expects %v", d.name, got, want)
		}
	}
	c := w.passing(func() *clock.Clock { return w.clock })
	c.rival = func(_, _ string) *command { // a second clock
		if !w.chance(8) {
			return nil
		}
		second := w.newClock()
		return w.passing(func() *clock.Clock { return second })
	}
	w.issue(c)
}

func (w *world) passing(by func() *clock.Clock) *command {
	c := &command{text: "does what is due", meta: eventstore.Meta{Actor: eventstore.ActorClock, At: w.now}, any: true}
	c.do = func(m eventstore.Meta) error { return by().Pass(ctx, m.At) }
	c.expect = func() answer {
		all := w.m.pass(w.now, w.leaves())
		for kind, n := range all {
			w.count["clock: "+kind] += n
		}
		return answer{changes: len(all) > 0}
	}
	return c
}

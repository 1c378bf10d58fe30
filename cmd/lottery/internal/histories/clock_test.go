package histories

import (
	"slices"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// duty is what falls due by itself: who finds it in the ledger, who in the model, and the
// command.
type duty struct {
	name  string
	find  func(l *audit.Ledger, at domain.Time) []string
	due   func(m *model, at domain.Time) []string
	issue func(w *world, id string) *command
}

var duties = []duty{
	{"close", (*audit.Ledger).ToClose, func(m *model, at domain.Time) []string {
		return m.dueRounds(func(r *cycle) bool { return r.phase == round.PhaseOpened && at >= r.closes })
	}, func(w *world, id string) *command { return w.closingAs(eventstore.ActorClock, id) }},
	{"revoke", (*audit.Ledger).ToRevoke, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string, i *right) bool { return i.phase == indicator.PhaseAwarded && i.overdue(at) })
	}, func(w *world, id string) *command {
		return w.revoking(eventstore.ActorClock, rankOf(id), indicator.NotConfirmed)
	}},
	{"lapse", (*audit.Ledger).ToLapse, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string, i *right) bool { return i.phase == indicator.PhaseConfirmed && at > i.useBy })
	}, func(w *world, id string) *command { return w.lapsing(eventstore.ActorClock, rankOf(id)) }},
	{"promote", (*audit.Ledger).ToPromote, func(m *model, _ domain.Time) []string {
		ids, _ := m.dueMoves()
		return ids
	}, func(w *world, id string) *command {
		_, moves := w.m.dueMoves()
		return w.promoting(eventstore.ActorClock, rankOf(id), moves[id].seat)
	}},
	{"award", (*audit.Ledger).ToAward, func(m *model, _ domain.Time) []string {
		return m.dueRights(func(name string, i *right) bool {
			k := rankOf(name)
			a := m.apps[m.seated(k.round, k.pool, k.n)]
			return i.phase == indicator.PhasePromoted && a != nil && (a.phase == "approved" || a.won == name)
		})
	}, func(w *world, id string) *command { return w.awarding(eventstore.ActorClock, rankOf(id)) }},
	{"expire", (*audit.Ledger).ToExpire, (*model).dueExpiries, func(w *world, id string) *command {
		return w.expiring(eventstore.ActorClock, id)
	}},
	{"settle", (*audit.Ledger).ToSettle, func(m *model, _ domain.Time) (ids []string) {
		for _, id := range m.dueRounds(func(r *cycle) bool { return r.phase == round.PhasePublished }) {
			if _, open := m.figures(id); !open {
				ids = append(ids, id)
			}
		}
		return ids
	}, func(w *world, id string) *command { return w.settlingAs(eventstore.ActorClock, id) }},
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

// tick lets the clock do everything that is due, and requires that it finds just what the
// model does.
func (w *world) tick() {
	w.note("clock:")
	passes := 0
	for found := true; found; passes++ {
		if found = false; passes == 100 {
			w.fail("the clock does not come to an end")
		}
		for _, d := range duties {
			l, err := w.replayed()
			w.ok(err)
			want := d.due(w.m, w.now)
			if got := d.find(l, w.now); !slices.Equal(got, want) {
				w.fail("to %s is due: %v; the model expects %v", d.name, got, want)
			}
			for _, id := range want {
				w.count["clock: "+d.name]++
				w.issue(d.issue(w, id))
				found = true
			}
		}
	}
}

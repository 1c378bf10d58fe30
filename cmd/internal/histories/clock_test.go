package histories

import (
	"context"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/audit"
	"lotteryledger/cmd/internal/clock"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/projections/publisher"
)

// newClock is a clock that has seen nothing. It counts what the running process stores.
func (w *world) newClock() *clock.Clock {
	fold := publisher.NewFold()
	catchUp := func(ctx context.Context) (*audit.Ledger,
		error,
	) {
		return fold.CatchUp(ctx, w.store)
	}
	return clock.New(w.office, catchUp, func() int64 { return int64(len(w.store.stored)) },
		func(kind, id, code string) {
			w.note("  the clock is refused to %s %s: %s", kind, id, code)
		})
}

// duty is what falls due by itself: who finds it in the ledger, and in the model.
type duty struct {
	name string
	find func(l *audit.Ledger, at domain.Time) []string
	due  func(m *model, at domain.Time) []string
}

var duties = []duty{
	{"close", (*audit.Ledger).ToClose, func(m *model, at domain.Time) []string {
		return m.dueRounds(func(r *cycle) bool {
			return r.phase == round.PhaseOpened &&
				at >= r.closes
		})
	}},
	{"revoke", (*audit.Ledger).ToRevoke, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string,
			i *right,
		) bool {
			return i.phase == indicator.PhaseAwarded && i.overdue(at)
		})
	}},
	{"lapse", (*audit.Ledger).ToLapse, func(m *model, at domain.Time) []string {
		return m.dueRights(func(_ string,
			i *right,
		) bool {
			return i.phase == indicator.PhaseConfirmed && at > i.useBy
		})
	}},
	{"promote", (*audit.Ledger).ToPromote, func(m *model, _ domain.Time) []string {
		ids, _ := m.dueMoves()
		return ids
	}},
	{"award", (*audit.Ledger).ToAward, func(m *model, _ domain.Time) []string {
		return m.dueRights(func(name string, i *right) bool {
			k := rankOf(name)
			a := m.apps[m.seated(k.round, k.pool, k.n)]
			return i.phase == indicator.PhasePromoted && a != nil &&
				(a.phase == application.PhaseApproved || a.won == name)
		})
	}},
	{"expire", (*audit.Ledger).ToExpire, (*model).dueExpiries},
	{"settle", (*audit.Ledger).ToSettle, func(m *model, _ domain.Time) (ids []string) {
		for _, id := range m.dueRounds(
			func(r *cycle) bool { return r.phase == round.PhasePublished }) {
			if _, open := m.figures(id); !open {
				ids = append(ids, id)
			}
		}
		return ids
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

// sameDue requires that ledger and model find the same to be due.
func (w *world) sameDue() (any bool) {
	l, err := w.replayed()
	w.ok(err)
	for _, d := range duties {
		got, want := d.find(l, w.now), d.due(w.m, w.now)
		if !slices.Equal(got, want) {
			w.fail("to %s is due: %v; the model expects %v", d.name, got, want)
		}
		any = any || len(want) > 0
	}
	return any
}

// tick lets the clock do everything that is due. It has to find just what the model does, each
// thing that it does has to be due at this moment, and in the end nothing is.
func (w *world) tick() {
	w.sameDue()
	c := w.passing(w.clock)
	c.rival = func(_, _ string) *command { // a second clock
		if w.chance(8) {
			return w.passing(w.newClock())
		}
		return nil
	}
	w.issue(c)
	if w.sameDue() {
		w.fail("the clock has passed, and more is due")
	}
}

// passing is what a clock does in one go. When the process dies it begins again.
func (w *world) passing(by *clock.Clock) *command {
	c := &command{
		text: "does what is due",
		meta: catalog.Meta{Actor: catalog.ActorClock, At: w.now},
	}
	c.do = func(catalog.Meta) error {
		by.Office = w.office
		return by.Pass(ctx)
	}
	c.follow = func(stream string, e catalog.Event) {
		_, id, _ := strings.Cut(stream, "-")
		if kind, got := w.due(id, e); kind != "" {
			w.count["clock: "+kind]++
			if !got.changes {
				w.fail("the clock stores %s in %s; the model says %q", e.EventType(), stream,
					got.code)
			}
		}
	}
	c.expect = func() answer { return answer{changes: c.stored > 0} }
	return c
}

// due is what the model says of an event that the clock begins a duty with.
func (w *world) due(id string, e catalog.Event) (kind string, got answer) {
	const by = catalog.ActorClock
	switch e := e.(type) {
	case round.Closed:
		return "close", w.m.close(by, w.now, id, w.leaves())
	case indicator.Revoked:
		return "revoke", w.m.revoke(by, w.now, id, e.Reason)
	case indicator.Forfeited:
		return "lapse", w.m.lapse(by, w.now, rankOf(id).round, id)
	case indicator.Promoted:
		return "promote", w.m.promote(by, rankOf(id).round, rankOf(id).pool,
			move{rankOf(id).n, rankOf(e.Vacated).n})
	case application.Awarded:
		k := rankOf(e.Indicator)
		return "award", w.m.award(by, w.now, k.round, e.Indicator, k.pool, k.n)
	case application.Expired:
		if w.m.promoted(id) {
			return "expire", refused("promoted")
		}
		return "expire", w.m.expire(by, w.now, id)
	case round.Settled:
		return "settle", w.m.settle(by, w.now, id)
	}
	return "", answer{} // the rest of a duty
}

// promoted reports whether an application has moved up to a seat that is still to be awarded.
func (m *model) promoted(code string) bool {
	for name, i := range m.rights {
		k := rankOf(name)
		if i.phase == indicator.PhasePromoted && m.seated(k.round, k.pool, k.n) == code {
			return true
		}
	}
	return false
}

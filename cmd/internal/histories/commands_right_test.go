package histories

import (
	"fmt"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// rank is a place in a result.
type rank struct {
	round, pool string
	n           int
}

func (k rank) id() string { return rightID(k.round, k.pool, k.n) }

// anyRank is a place in a published result, now and then another.
func (w *world) anyRank() rank {
	var out []rank
	for _, id := range sorted(w.m.rounds) {
		r := w.m.rounds[id]
		if r.phase != round.PhasePublished && r.phase != round.PhaseSettled {
			continue
		}
		for _, p := range w.m.versionOf(id).Pools {
			for n := range r.results[p.Name].ranks {
				out = append(out, rank{id, p.Name, n + 1})
			}
		}
	}
	if len(out) == 0 || w.chance(30) {
		return rank{pick(w, "r1", "nowhere"), "all", 99}
	}
	return pick(w, out...)
}

// onRight is a command on an indicator.
func (w *world) onRight(actor, text string, k rank, do func(m catalog.Meta) error,
	expect func(at domain.Time) answer,
) *command {
	c := &command{text: text + " " + k.id(), meta: w.meta(actor), do: do}
	c.expect = func() answer { return expect(c.meta.At) }
	c.rival = func(stream, _ string) *command {
		if stream == indicator.StreamPrefix+k.id() && w.m.right(k.id()).phase != "" {
			return w.someRightCommand(k)
		}
		return nil
	}
	return c
}

func (w *world) awarding(actor string, k rank) *command {
	c := w.onRight(actor, "awards", k, func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.office.Award(ctx, authorOf(m), k.id(), l)
	}, func(at domain.Time) answer { return w.m.award(actor, at, k.round, k.id(), k.pool, k.n) })
	c.rival = func(stream, _ string) *command {
		if code := w.m.seated(k.round, k.pool, k.n); stream == "application-"+code {
			return w.someApplicationCommand(code)
		}
		return nil
	}
	return c
}

func (w *world) confirming(k rank) *command {
	actor := w.by(officer.Reviewer)
	return w.onRight(actor, "confirms", k, func(m catalog.Meta) error {
		return w.execute(m, office.Indicator(k.id(), indicator.Confirm{}))
	}, func(at domain.Time) answer { return w.m.confirm(actor, at, k.round, k.id()) })
}

func (w *world) revoking(actor string, k rank, why indicator.Reason) *command {
	return w.onRight(actor, fmt.Sprintf("revokes for %s", why), k, func(m catalog.Meta) error {
		return w.office.EndIndicator(ctx, authorOf(m), k.id(), indicator.Revoke{Reason: why})
	}, func(at domain.Time) answer { return w.m.revoke(actor, at, k.id(), why) })
}

func (w *world) using(k rank) *command {
	actor := w.by(officer.Reviewer)
	return w.onRight(actor, "notes the use of", k, func(m catalog.Meta) error {
		return w.execute(m, office.Indicator(k.id(), indicator.Use{}))
	}, func(at domain.Time) answer { return w.m.use(actor, at, k.id()) })
}

func (w *world) givingBack(k rank) *command {
	actor := w.by(officer.Reviewer)
	return w.onRight(actor, "gives back", k, func(m catalog.Meta) error {
		return w.office.EndIndicator(ctx, authorOf(m), k.id(),
			indicator.Forfeit{Reason: indicator.Refused})
	}, func(domain.Time) answer { return w.m.giveBack(actor, k.id()) })
}

func (w *world) lapsing(actor string, k rank) *command {
	return w.onRight(actor, "lets lapse", k, func(m catalog.Meta) error {
		return w.office.EndIndicator(ctx, authorOf(m), k.id(),
			indicator.Forfeit{Reason: indicator.Lapsed})
	}, func(at domain.Time) answer { return w.m.lapse(actor, at, k.round, k.id()) })
}

// promoting moves a rank up to a seat; the seed may choose both as it likes.
func (w *world) promoting(actor string, k rank, seat int) *command {
	return w.onRight(actor, fmt.Sprintf("promotes to seat %d", seat), k,
		func(m catalog.Meta) error {
			l, err := w.replayed()
			if err != nil {
				return err
			}
			up := indicator.Promote{Vacated: rightID(k.round, k.pool, seat)}
			return w.execute(m, office.Indicator(k.id(), up).On(l))
		}, func(domain.Time) answer { return w.m.promote(actor, k.round, k.pool, move{k.n, seat}) })
}

// promotingSome moves any rank up to any seat, mostly to one that is vacant.
func (w *world) promotingSome(k rank) *command {
	seat := w.between(1, 4)
	if ids, moves := w.m.dueMoves(); len(ids) > 0 && !w.chance(4) {
		id := pick(w, ids...)
		k, seat = rankOf(id), moves[id].seat
		if len(w.m.rounds[k.round].results[k.pool].ranks) > k.n && w.chance(2) {
			k.n++
		}
	}
	return w.promoting(w.by(officer.Conductor), k, seat)
}

func (w *world) someRightCommand(k rank) *command {
	switch w.rng.IntN(10) {
	case 0, 1:
		return w.confirming(k)
	case 2, 3:
		return w.using(k)
	case 4:
		return w.revoking(w.by(officer.Reviewer), k,
			pick(w, indicator.NotEligible, indicator.NotConfirmed))
	case 5:
		return w.givingBack(k)
	case 6:
		return w.lapsing(w.by(officer.Reviewer), k)
	case 7, 8:
		return w.promotingSome(k)
	default:
		return w.awarding(w.by(officer.Conductor), k)
	}
}

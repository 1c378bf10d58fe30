package histories

import (
	"fmt"
	"slices"
	"strconv"

	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
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
func (w *world) onRight(actor, text string, k rank, do func(m eventstore.Meta) error, expect func(at domain.Time) answer) *command {
	c := &command{text: text + " " + k.id(), meta: w.meta(actor), do: do}
	c.expect = func() answer { return expect(c.meta.At) }
	c.rival = func(stream, _ string) *command {
		if stream == indicator.Stream+k.id() && w.m.right(k.id()).phase != "" {
			return w.someRightCommand(k)
		}
		return nil
	}
	return c
}

func (w *world) awarding(actor string, k rank) *command {
	c := w.onRight(actor, "awards", k, func(m eventstore.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.office.Award(ctx, m, k.id(), l.Selected(k.id()))
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
	return w.onRight(actor, "confirms", k, func(m eventstore.Meta) error {
		v, err := w.office.RulesOf(ctx, k.round)
		if err != nil {
			return err
		}
		return w.office.Indicator(ctx, m, k.id(), indicator.Confirmed{}, indicator.Confirm{At: m.At, UseSeconds: v.UseSeconds})
	}, func(at domain.Time) answer { return w.m.confirm(actor, at, k.round, k.id()) })
}

func (w *world) revoking(actor string, k rank, why indicator.Reason) *command {
	return w.onRight(actor, fmt.Sprintf("revokes for %s", why), k, func(m eventstore.Meta) error {
		return w.office.Indicator(ctx, m, k.id(), indicator.Revoked{}, indicator.Revoke{At: m.At, Reason: why})
	}, func(at domain.Time) answer { return w.m.revoke(actor, at, k.id(), why) })
}

func (w *world) using(k rank) *command {
	actor := w.by(officer.Reviewer)
	return w.onRight(actor, "notes the use of", k, func(m eventstore.Meta) error {
		return w.office.Indicator(ctx, m, k.id(), indicator.Used{}, indicator.Use{At: m.At})
	}, func(at domain.Time) answer { return w.m.use(actor, at, k.id()) })
}

func (w *world) givingBack(k rank) *command {
	actor := w.by(officer.Reviewer)
	return w.onRight(actor, "gives back", k, func(m eventstore.Meta) error {
		return w.office.Indicator(ctx, m, k.id(), indicator.Forfeited{}, indicator.Forfeit{At: m.At, Reason: indicator.Refused})
	}, func(domain.Time) answer { return w.m.giveBack(actor, k.id()) })
}

func (w *world) lapsing(actor string, k rank) *command {
	return w.onRight(actor, "lets lapse", k, func(m eventstore.Meta) error {
		return w.office.Lapse(ctx, m, k.id())
	}, func(at domain.Time) answer { return w.m.lapse(actor, at, k.round, k.id()) })
}

// promoting moves a rank up to a seat; the seed may choose both as it likes.
func (w *world) promoting(actor string, k rank, seat int) *command {
	return w.onRight(actor, fmt.Sprintf("promotes to seat %d", seat), k, func(m eventstore.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.office.Promote(ctx, m, k.id(), l.PromoteCommand(k.id(), rightID(k.round, k.pool, seat)))
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
		return w.revoking(w.by(officer.Reviewer), k, pick(w, indicator.NotEligible, indicator.NotConfirmed))
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

// someQuotaCommand is any command on the seats of a year.
func (w *world) someQuotaCommand() *command {
	year, pool := w.now.Year()+w.between(0, 1), w.anyPool(w.now.Year())
	actor := w.by(officer.Administrator)
	c := &command{meta: w.meta(actor)}
	sets := w.m.quotas[year][pool]
	switch n := w.rng.IntN(6); {
	case sets == nil || n == 0:
		seats := uint64(w.between(0, 12))
		c.text = fmt.Sprintf("sets %d seats of %s in %d", seats, pool, year)
		c.do = func(m eventstore.Meta) error {
			return w.office.Quota(ctx, m, year, quota.Set{}, quota.SetSeats{Pool: pool, Seats: seats})
		}
		c.expect = func() answer { return w.m.setQuota(actor, year, pool, seats) }
	case n == 1:
		amount := w.between(0, 3)
		c.text = fmt.Sprintf("carries %d seats of %s over from %d", amount, pool, year-1)
		c.do = func(m eventstore.Meta) error {
			l, err := w.replayed()
			if err != nil {
				return err
			}
			cmd := quota.CarryOver{Year: year, Pool: pool, Amount: uint64(amount), FromYear: year - 1, FromPool: pool}
			return w.office.CarryOver(ctx, m, cmd, l.QuotaUsed(year-1, pool))
		}
		c.expect = func() answer { return w.m.carryOver(actor, year-1, year, pool, int64(amount)) }
	default:
		a := adjustment{pool, len(sets.changes) + 1, int64(w.between(-4, 6)), string(pick(w, quota.Policy, quota.Returned))}
		if w.chance(6) {
			a.number = w.between(1, 3)
		}
		c.text = fmt.Sprintf("adjusts %d: %+v", year, a)
		c.do = func(m eventstore.Meta) error {
			l, err := w.replayed()
			if err != nil {
				return err
			}
			cmd := quota.Adjust{Pool: pool, Number: uint64(a.number), Amount: a.amount, Reason: quota.Reason(a.why), Used: l.QuotaUsed(year, pool)}
			return w.office.Quota(ctx, m, year, quota.Adjusted{}, cmd)
		}
		c.expect = func() answer { return w.m.adjust(actor, year, a) }
	}
	c.rival = func(stream, _ string) *command {
		if stream != quota.Stream+strconv.Itoa(year) || c.text[0] == 'c' {
			return nil
		}
		return w.someQuotaCommand()
	}
	return c
}

// anyPool is mostly one that has a quota already.
func (w *world) anyPool(year int) string {
	if known := sorted(w.m.quotas[year]); len(known) > 0 && !w.chance(4) {
		return pick(w, known...)
	}
	v := w.m.rules[pick(w, sorted(w.m.rules)...)]
	return v.Pools[w.rng.IntN(len(v.Pools))].Name
}

// appointing gives an officer roles.
func (w *world) appointing(actor, id string, roles []officer.Role) *command {
	return w.onOfficer(actor, id, fmt.Sprintf("appoints as %v", roles), func(m eventstore.Meta) error {
		return w.office.AppointOfficer(ctx, m, id, roles)
	}, func() answer { return w.m.appoint(actor, id, roles) })
}

func (w *world) onOfficer(actor, id, text string, do func(m eventstore.Meta) error, expect func() answer) *command {
	return &command{text: text + " " + id, meta: w.meta(actor), do: do, expect: expect, rival: func(stream, _ string) *command {
		if stream == officer.Stream+id && len(w.m.officers) == len(staffing) {
			return w.someStaffCommand(id)
		}
		return nil
	}}
}

// someStaffCommand appoints or dismisses an officer.
func (w *world) someStaffCommand(id string) *command {
	actor, who := w.by(officer.Administrator), staffing[slices.IndexFunc(staffing, func(s staffer) bool { return s.id == id })]
	if actor == actorOf(who.id) { // a reply that is lost would be followed by a refusal
		actor = actorOf("chief")
	}
	if w.chance(2) {
		return w.onOfficer(actor, who.id, "dismisses", func(m eventstore.Meta) error {
			return w.office.DismissOfficer(ctx, m, who.id)
		}, func() answer { return w.m.dismiss(actor, who.id) })
	}
	if w.chance(6) {
		who.roles = pick(w, nil, []officer.Role{officer.Administrator}, officer.Roles[1:3])
	}
	return w.appointing(actor, who.id, who.roles)
}

// adopting puts a version into force, or tries to.
func (w *world) adopting(v rules.Version) *command {
	actor, broken := w.by(officer.Administrator), w.chance(25)
	if known, ok := w.m.rules[v.Name]; ok && w.chance(2) {
		v = known
	}
	if broken {
		v.NoticeSeconds = 0
	}
	return &command{
		text: "adopts " + v.Name, meta: w.meta(actor),
		do:     func(m eventstore.Meta) error { return w.office.AdoptRules(ctx, m, v) },
		expect: func() answer { return w.m.adopt(actor, v, broken) },
		rival:  func(_, _ string) *command { return nil },
	}
}

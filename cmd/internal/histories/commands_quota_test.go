package histories

import (
	"fmt"
	"strconv"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/eventstore/office"
)

// onQuota is a command on the seats of a year.
func (w *world) onQuota(actor, text string, year int, do func(m catalog.Meta) error,
	expect func() answer,
) *command {
	return &command{
		text: fmt.Sprint(text, " ", year), meta: w.meta(actor), do: do, expect: expect,
		rival: func(stream, _ string) *command {
			if stream == quota.StreamPrefix+strconv.Itoa(year) {
				return w.someQuotaCommand(year)
			}
			return nil
		},
	}
}

func (w *world) settingQuota(actor string, year int, pool string) *command {
	n := uint64(w.between(0, 12))
	return w.onQuota(actor, fmt.Sprintf("sets %d seats of %s in", n, pool), year,
		func(m catalog.Meta) error {
			return w.execute(m, office.Quota(year, quota.SetSeats{Pool: pool, Seats: n}))
		}, func() answer { return w.m.setQuota(actor, year, pool, n) })
}

func (w *world) adjusting(year int, pool string) *command {
	actor, a := w.by(officer.Administrator),
		adjustment{pool, 1, int64(w.between(-4, 6)), string(pick(w, quota.Policy, quota.Returned))}
	if sets := w.m.quotas[year][pool]; sets != nil && !w.chance(6) {
		a.number = len(sets.changes) + 1
	}
	return w.onQuota(actor, fmt.Sprintf("adjusts by %+v", a), year, func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		cmd := quota.Adjust{
			Pool: pool, Number: uint64(a.number), Amount: a.amount,
			Reason: quota.Reason(a.why),
		}
		return w.execute(m, office.Quota(year, cmd).On(l))
	}, func() answer { return w.m.adjust(actor, year, a) })
}

// carryingOver concerns two years; nobody comes between.
func (w *world) carryingOver(from, to int, pool string) *command {
	actor, amount := w.by(officer.Administrator), w.between(0, 3)
	c := w.onQuota(actor, fmt.Sprintf("carries %d seats of %s over from %d to", amount, pool, from),
		to, func(m catalog.Meta) error {
			l, err := w.replayed()
			if err != nil {
				return err
			}
			cmd := quota.CarryOver{
				Year: to, Pool: pool, Amount: uint64(amount), FromYear: from,
				FromPool: pool,
			}
			return w.office.CarryOver(ctx, authorOf(m), &l.State, cmd)
		}, func() answer { return w.m.carryOver(actor, from, to, pool, int64(amount)) })
	c.rival = func(_, _ string) *command { return nil }
	return c
}

// someQuotaCommand is any command on the seats of a year.
func (w *world) someQuotaCommand(year int) *command {
	pool := w.anyPool(year)
	switch n := w.rng.IntN(6); {
	case n == 0 || w.m.quotas[year][pool] == nil && !w.chance(4):
		return w.settingQuota(w.by(officer.Administrator), year, pool)
	case n == 1:
		return w.carryingOver(year-w.between(0, 1), year, pool)
	case n == 2:
		return w.carryingOver(year, year+1, pool)
	default:
		return w.adjusting(year, pool)
	}
}

// anyPool is mostly one that has a quota already.
func (w *world) anyPool(year int) string {
	if known := sorted(w.m.quotas[year]); len(known) > 0 && !w.chance(4) {
		return pick(w, known...)
	}
	v := w.m.rules[pick(w, sorted(w.m.rules)...)]
	return v.Pools[w.rng.IntN(len(v.Pools))].Name
}

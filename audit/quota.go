package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
)

type quotaOf struct {
	slot[quota.State]
	decreases []decrease // what was taken away, in order
}

// decrease is when a pool was given fewer seats.
type decrease struct {
	at    domain.Time
	pool  string
	seats int64
}

func (l *Ledger) applyQuota(d *Decoded, e quota.Event) error {
	year, err := quota.ParseYear(d.StreamID)
	if err != nil {
		return refusal(d, err)
	}
	q := at(l.quotas, year)
	var cmd quota.Command
	switch e := e.(type) {
	case quota.SeatsSet:
		cmd = quota.SetSeats(e)
	case quota.Adjusted:
		cmd = quota.Adjust{Pool: e.Pool, Number: e.Number, Amount: e.Amount, Reason: e.Reason, Used: l.quotaUsed(year, e.Pool, "", d.Meta.At-inFlight), Unused: l.QuotaUnused(year, e.Pool)}
		if e.Amount < 0 {
			q.decreases = append(q.decreases, decrease{d.Meta.At, e.Pool, -e.Amount})
		}
	case quota.CarriedOver:
		cmd = quota.CarryOver{
			Year: year, Pool: e.Pool, Number: e.Number, Amount: e.Amount, FromYear: e.FromYear, FromPool: e.FromPool,
			Given: l.QuotaGiven(e.FromYear, e.FromPool),
		}
	}
	return decide(catalog.Quotas, &q.slot, d, e, cmd)
}

// Quota is what a year says of its pools.
func (l *Ledger) Quota(year int) quota.State {
	if q := l.quotas[year]; q != nil {
		return q.state
	}
	return quota.State{}
}

// QuotaUsed is how many seats of a pool the rounds of the year have taken: those
// announced, with a draw time in it, and not voided.
func (l *Ledger) QuotaUsed(year int, pool string) uint64 {
	return l.quotaUsed(year, pool, "", domain.MaxTime)
}

// quotaUsed counts all rounds but one. Of what was announced at seen or later nobody
// need know yet: the least that may have been seen counts.
func (l *Ledger) quotaUsed(year int, pool, but string, seen domain.Time) (n uint64) {
	for id, r := range l.rounds {
		if id == but || r.state.Phase == round.PhaseVoided {
			continue
		}
		var used uint64
		for _, o := range r.offers {
			used = min(o.of(year, pool), used)
			if o.at < seen {
				used = o.of(year, pool)
			}
		}
		n += used
	}
	return n
}

// offer is what an announcement takes of the quota of a year.
type offer struct {
	at    domain.Time
	year  int
	pools []round.Seats
}

func (o offer) of(year int, pool string) uint64 {
	if o.year != year {
		return 0
	}
	for _, p := range o.pools {
		if p.Pool == pool {
			return p.Seats
		}
	}
	return 0
}

// QuotaUnused is how many seats of a pool come back to a year: one for each lapse that says so, and
// what the settled rounds of the year left unused beside those; less what has come back already.
func (l *Ledger) QuotaUnused(year int, pool string) (n uint64) {
	stated := map[string]uint64{} // by round
	for id, i := range l.indicators {
		if i.state.ReturnsTo.Year == 0 {
			continue
		}
		name, from, _, _ := indicator.ParseID(id)
		if from == pool {
			stated[name]++
		}
		if i.state.ReturnsTo == (indicator.Quota{Year: year, Pool: pool}) {
			n++
		}
	}
	for id, r := range l.rounds {
		if r.state.Announced.DrawTime.Year() != year {
			continue
		}
		for _, p := range r.state.Settled.Pools {
			if p.Pool == pool {
				n += p.Returned - min(p.Returned, stated[id])
			}
		}
	}
	return n - min(n, l.Quota(year).Returned(pool))
}

// QuotaGiven is what a pool gave to later years and none of them has taken.
func (l *Ledger) QuotaGiven(year int, pool string) uint64 {
	given := l.Quota(year).Given(pool)
	for _, q := range l.quotas {
		given -= min(given, q.state.Taken(year, pool))
	}
	return given
}

// quotaLeft is what the rounds of a year may still take, for every pool with a quota.
// Seats that were taken away at seen or later may be on their way: whoever announces
// need not know of them.
func (l *Ledger) quotaLeft(id string, drawTime domain.Time, pools []round.Seats, seen domain.Time) (left []round.SeatsLeft) {
	year := drawTime.Year()
	q := l.quotas[year]
	if q == nil {
		return nil
	}
	for _, p := range pools {
		of, ok := q.state.Pools[p.Pool]
		if !ok {
			continue
		}
		for _, c := range q.decreases {
			if c.pool == p.Pool && c.at >= seen {
				of.Seats += c.seats
			}
		}
		used := int64(l.quotaUsed(year, p.Pool, id, domain.MaxTime))
		left = append(left, round.SeatsLeft{Pool: p.Pool, Seats: uint64(max(0, of.Seats-used))})
	}
	return left
}

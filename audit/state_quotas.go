package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
)

// quotas are the seats on offer, by year.
type quotas map[int]*quotaRecord

type quotaRecord struct {
	stream[quota.State]
	decreases []decrease // what was taken away, in order
}

// decrease is when a pool was given fewer seats.
type decrease struct {
	at    domain.Time
	pool  string
	seats int64
}

// fold takes in an event of this date.
func (q *quotaRecord) fold(after stream[quota.State], at domain.Time, e quota.Event) {
	if e, ok := e.(quota.Adjusted); ok && e.Amount < 0 {
		q.decreases = append(q.decreases, decrease{at, e.Pool, -e.Amount})
	}
	q.stream = after
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

// QuotaUsed returns how many seats of a pool the rounds of the year have taken: those announced,
// with a draw time in it, and not voided.
func (s *State) QuotaUsed(year int, pool string) uint64 {
	return s.rounds.used(year, pool, "", domain.MaxTime)
}

// used sums the seats that all rounds but one have announced. An announcement at or after seen
// may be unknown to the author of an event, so each round counts with the smallest number that
// the author may have seen.
func (all rounds) used(year int, pool, but string, seen domain.Time) (n uint64) {
	for id, r := range all {
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

// QuotaUnused returns how many seats of a pool come back to a year: one for each lapse that says
// so, and what the settled rounds of the year left unused beside those; less what has come back
// already.
func (s *State) QuotaUnused(year int, pool string) (n uint64) {
	stated := map[string]uint64{} // by round
	for id, i := range s.indicators {
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
	for id, r := range s.rounds {
		if r.state.Announced.DrawTime.Year() != year {
			continue
		}
		for _, p := range r.state.Settled.Pools {
			if p.Pool == pool {
				n += p.Returned - min(p.Returned, stated[id])
			}
		}
	}
	return n - min(n, s.Quota(year).Returned(pool))
}

// seatsLeft is SeatsLeft without the decreases at or after seen: the author of the announcement may
// not have seen them.
func (s *State) seatsLeft(
	id string, drawTime domain.Time, pools []round.Seats, seen domain.Time,
) (left []round.SeatsLeft) {
	year := drawTime.Year()
	q := s.quotas[year]
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
		used := int64(s.rounds.used(year, p.Pool, id, domain.MaxTime))
		left = append(left, round.SeatsLeft{Pool: p.Pool, Seats: uint64(max(0, of.Seats-used))})
	}
	return left
}

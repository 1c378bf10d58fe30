// Package quota is how many seats the pools have in a year: set once, adjusted for a
// reason, carried over from an earlier year. An announced round takes seats from the year of
// its draw time, and a voided round returns them. This package does not count them: commands
// carry the figures.
package quota

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a year's stream: "quota-" and four digits.
const StreamPrefix = "quota-"

// ParseYear reads the year of a stream, 1970 to 9999.
func ParseYear(s string) (int, error) {
	year, err := strconv.Atoi(s)
	if err != nil || year < 1970 || year > 9999 || strconv.Itoa(year) != s {
		return 0, fault.New(fault.InvalidID, "year %q is not 1970 to 9999", s)
	}
	return year, nil
}

// MaxSeats bounds what one event may set or change.
const MaxSeats = 100_000_000

// Pool is what a year says of a pool.
type Pool struct {
	Seats   int64   // set and changed
	Changes []Event // in order
}

// State of a year's stream: the pools with a quota, by name.
type State struct{ Pools map[string]Pool }

// Next is the number of the next change to the pool.
func (s State) Next(pool string) uint64 { return uint64(len(s.Pools[pool].Changes)) + 1 }

// Given is what the pool gave to later years.
func (s State) Given(pool string) (n uint64) {
	for _, e := range s.Pools[pool].Changes {
		if a, ok := e.(Adjusted); ok && a.Reason == Carried && a.Amount < 0 {
			n += uint64(-a.Amount)
		}
	}
	return n
}

// Returned is what has come back to the pool unused.
func (s State) Returned(pool string) (n uint64) {
	for _, e := range s.Pools[pool].Changes {
		if a, ok := e.(Adjusted); ok && a.Reason == Returned {
			n += uint64(a.Amount)
		}
	}
	return n
}

// Taken is what the pools of this year took of what a pool of an earlier year gave.
func (s State) Taken(year int, pool string) (n uint64) {
	for _, p := range s.Pools {
		for _, e := range p.Changes {
			if c, ok := e.(CarriedOver); ok && c.FromYear == year && c.FromPool == pool {
				n += c.Amount
			}
		}
	}
	return n
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case SetSeats:
		return decideSetSeats(s, c)
	case Adjust:
		return decideAdjust(s, c)
	case CarryOver:
		return decideCarryOver(s, c)
	}
	panic(fmt.Sprintf("quota: no rule for %T", cmd))
}

func decideSetSeats(s State, c SetSeats) ([]Event, error) {
	was, known := s.Pools[c.Pool]
	switch {
	case !draw.ValidPool(c.Pool):
		return nil, fault.New(fault.InvalidID, "pool %q", c.Pool)
	case c.Seats > MaxSeats:
		return nil, fault.New(fault.InvalidQuota, "at most %d seats", uint64(MaxSeats))
	case known && len(was.Changes) == 0 && was.Seats == int64(c.Seats):
		return nil, nil
	case known:
		return nil, fault.New(fault.QuotaExists, "pool %s has its quota already; adjust it", c.Pool)
	}
	return []Event{SeatsSet(c)}, nil
}

func decideAdjust(s State, c Adjust) ([]Event, error) {
	e := Adjusted{Pool: c.Pool, Number: c.Number, Amount: c.Amount, Reason: c.Reason}
	if done, err := alreadyMade(s, c.Pool, c.Number, e); done || err != nil {
		return nil, err
	}
	switch total := s.Pools[c.Pool].Seats; {
	case !slices.Contains(Reasons, c.Reason):
		return nil, fault.New(fault.InvalidReason, "reason %q for adjusting a quota", c.Reason)
	case c.Amount == 0 || c.Amount > MaxSeats || c.Amount < -MaxSeats,
		c.Reason == Carried && c.Amount > 0, c.Reason == Returned && c.Amount < 0:
		return nil, fault.New(fault.InvalidQuota, "%d seats for the reason %s", c.Amount, c.Reason)
	case c.Reason == Returned && uint64(c.Amount) > c.Unused:
		return nil, fault.New(fault.NotReturned,
			"%d seats of pool %s come back to this year", c.Unused, c.Pool)
	case c.Amount < 0 && (total+c.Amount < 0 || uint64(total+c.Amount) < c.Used):
		return nil, fault.New(fault.QuotaUsed,
			"pool %s has %d seats, and rounds have taken %d of them", c.Pool, total, c.Used)
	}
	return []Event{e}, nil
}

func decideCarryOver(s State, c CarryOver) ([]Event, error) {
	e := CarriedOver{
		Pool: c.Pool, Number: c.Number, Amount: c.Amount, FromYear: c.FromYear,
		FromPool: c.FromPool,
	}
	if done, err := alreadyMade(s, c.Pool, c.Number, e); done || err != nil {
		return nil, err
	}
	switch {
	case c.FromYear < 1970 || c.FromYear >= c.Year || c.Amount == 0 || c.Amount > MaxSeats:
		return nil, fault.New(fault.InvalidQuota, "%d seats from %d", c.Amount, c.FromYear)
	case c.Amount > c.Given:
		return nil, fault.New(fault.QuotaNotGiven,
			"pool %s of %d has given away %d seats that no year has taken", c.FromPool, c.FromYear,
			c.Given)
	}
	return []Event{e}, nil
}

// alreadyMade reports whether the change was made before. It refuses a change that is not
// the next one.
func alreadyMade(s State, pool string, number uint64, e Event) (bool, error) {
	p, known := s.Pools[pool]
	switch {
	case !known:
		return false, fault.New(fault.UnknownQuota, "no quota is set for pool %q in this year",
			pool)
	case number >= 1 && number <= uint64(len(p.Changes)) && p.Changes[number-1] == e:
		return true, nil
	case number != s.Next(pool):
		return false, fault.New(fault.QuotaChanged,
			"change %d of pool %s would come next, not %d", s.Next(pool), pool, number)
	}
	return false, nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	pools := maps.Clone(s.Pools)
	if pools == nil {
		pools = map[string]Pool{}
	}
	change := func(name string, amount int64) {
		p := pools[name]
		p.Seats += amount
		p.Changes = append(slices.Clone(p.Changes), e)
		pools[name] = p
	}
	switch e := e.(type) {
	case SeatsSet:
		pools[e.Pool] = Pool{Seats: int64(e.Seats)}
	case Adjusted:
		change(e.Pool, e.Amount)
	case CarriedOver:
		change(e.Pool, int64(e.Amount))
	}
	return State{pools}
}

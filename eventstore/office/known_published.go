package office

import (
	"errors"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// Published is what the published ledger says, as any citizen would replay it: an [audit.State].
// An office that announced, awarded or settled from anything else would disprove itself.
type Published interface {
	Selected(indicator string) (code string)
	Drawing(code string) (round string)
	Reserve(indicator, vacated string) indicator.Reserve
	Settlement(round string) (pools []round.Settlement, open string)
	SeatsLeft(round string, draw domain.Time, pools []round.Seats) []round.SeatsLeft
	QuotaUsed(year int, pool string) uint64
	QuotaUnused(year int, pool string) uint64
}

var (
	_ Published = &audit.State{}
	_ Published = audit.Moving{}
)

var errUnpublished = errors.New("the command rests on the published ledger, and came without it")

// published asks the published ledger.
func published[V any](k *known, ask func(Published) V) (v V, err error) {
	if k.ledger == nil {
		return v, errUnpublished
	}
	return ask(k.ledger), nil
}

// Selected returns the code on the rank of an indicator.
func (k *known) Selected(id string) (string, error) {
	return published(k, func(l Published) string { return l.Selected(id) })
}

// Drawing returns a round that may still select the application.
func (k *known) Drawing() (string, error) {
	return published(k, func(l Published) string { return l.Drawing(k.code()) })
}

// Reserve returns what is known of a seat that a rank is to take.
func (k *known) Reserve(id, vacated string) (indicator.Reserve, error) {
	return published(k, func(l Published) indicator.Reserve { return l.Reserve(id, vacated) })
}

// Settlement returns what became of each pool of the round.
func (k *known) Settlement() (pools []round.Settlement, open string, err error) {
	pools, err = published(k, func(l Published) (pools []round.Settlement) {
		pools, open = l.Settlement(k.round())
		return pools
	})
	return pools, open, err
}

// SeatsLeft returns what the year of a draw has left.
func (k *known) SeatsLeft(draw domain.Time, pools []round.Seats) ([]round.SeatsLeft, error) {
	return published(k, func(l Published) []round.SeatsLeft {
		return l.SeatsLeft(k.round(), draw, pools)
	})
}

// Used returns how many seats of a pool the rounds of a year have announced.
func (k *known) Used(year int, pool string) (uint64, error) {
	return published(k, func(l Published) uint64 { return l.QuotaUsed(year, pool) })
}

// Unused returns how many seats of a pool are still to come back to a year.
func (k *known) Unused(year int, pool string) (uint64, error) {
	return published(k, func(l Published) uint64 { return l.QuotaUnused(year, pool) })
}

// Years returns the quotas of all years. They are read from the store: a carry-over has just
// stored what its earlier year gave away.
func (k *known) Years() (map[int]quota.State, error) {
	years := map[int]quota.State{}
	names, err := eventstore.Names(k.ctx, k.office.Store, quota.StreamPrefix)
	for _, name := range names {
		year, err := quota.ParseYear(name)
		if err == nil {
			years[year], err = k.office.LoadQuota(k.ctx, year)
		}
		if err != nil {
			return nil, err
		}
	}
	return years, err
}

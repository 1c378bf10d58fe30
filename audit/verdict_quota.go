package audit

import (
	"lotteryledger/domain/quota"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyQuota(d *Decoded, e quota.Event) error {
	year, err := quota.ParseYear(d.StreamID)
	if err != nil {
		return refusal(d, err)
	}
	var cmd quota.Command
	switch e := e.(type) {
	case quota.SeatsSet:
		cmd = quota.SetSeats(e)
	case quota.Adjusted:
		cmd = quota.Adjust{
			Pool: e.Pool, Number: e.Number, Amount: e.Amount, Reason: e.Reason,
		}
	case quota.CarriedOver:
		cmd = quota.CarryOver{
			Pool: e.Pool, Number: e.Number, Amount: e.Amount,
			FromYear: e.FromYear, FromPool: e.FromPool,
		}
	}
	if cmd, err = quota.Complete(year, cmd, l.evidence(d)); err != nil {
		return refusal(d, err)
	}
	q := find(l.quotas, year)
	after, err := decide(catalog.Quotas, q.stream, d, e, cmd)
	if err != nil {
		return err
	}
	q.fold(after, d.Meta.At, e)
	l.quotas[year] = q
	return nil
}

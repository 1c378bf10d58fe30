package audit

import (
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyIndicator(d *Decoded, e indicator.Event) error {
	id, pool, _, err := indicator.ParseID(d.StreamID)
	if err != nil {
		return refusal(d, err)
	}
	cmd, err := l.indicatorCommand(d, id, pool, e)
	if err != nil {
		return err
	}
	i := find(l.indicators, d.StreamID)
	after, err := decide(catalog.Indicators, *i, d, e, cmd)
	if err != nil {
		return err
	}
	*i = after
	l.indicators[d.StreamID] = i
	if e, ok := e.(indicator.Promoted); ok {
		l.foldPromotion(d.StreamID, e.Vacated)
	}
	return nil
}

// indicatorCommand returns the command behind an event of an indicator of this round and pool,
// with the evidence that the leaves before give.
func (l *Ledger) indicatorCommand(
	d *Decoded, id, pool string, e indicator.Event,
) (indicator.Command, error) {
	switch e := e.(type) {
	case indicator.Promoted:
		return l.PromoteCommand(d.StreamID, e.Vacated), nil
	case indicator.Awarded:
		a := l.applications.find(e.Application)
		if a == nil || a.state.Won != d.StreamID {
			return nil, d.fault(fault.NotSelected, "application %s was not awarded this indicator",
				e.Application)
		}
		return indicator.Award{
			Application: e.Application, Selected: l.Selected(d.StreamID),
			At: d.Meta.At, ConfirmSeconds: l.Version(id).ConfirmSeconds,
		}, nil
	case indicator.Confirmed:
		if l.rounds[id] == nil {
			return nil, d.fault(fault.UnknownRound, "round %s", id)
		}
		return indicator.Confirm{At: d.Meta.At, UseSeconds: l.Version(id).UseSeconds}, nil
	case indicator.Revoked:
		return indicator.Revoke{At: d.Meta.At, Reason: e.Reason}, nil
	case indicator.Used:
		return indicator.Use{At: d.Meta.At}, nil
	case indicator.Forfeited:
		return indicator.Forfeit{
			At: d.Meta.At, Reason: e.Reason, Pool: pool,
			Lapse: l.Version(id).Lapse,
		}, nil
	}
	return nil, d.fault(fault.EventUnknown, "%T", e)
}

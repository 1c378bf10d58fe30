package audit

import (
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyIndicator(d *Decoded, e indicator.Event) error {
	cmd, err := l.indicatorCommand(d, e)
	if err != nil {
		return refusal(d, err)
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

// indicatorCommand returns the command behind an event of an indicator, with the evidence that
// the leaves before give.
func (l *Ledger) indicatorCommand(d *Decoded, e indicator.Event) (indicator.Command, error) {
	var cmd indicator.Command
	switch e := e.(type) {
	case indicator.Promoted:
		cmd = indicator.Promote{Vacated: e.Vacated}
	case indicator.Awarded:
		cmd = indicator.Award{Application: e.Application}
	case indicator.Confirmed:
		cmd = indicator.Confirm{}
	case indicator.Revoked:
		cmd = indicator.Revoke{Reason: e.Reason}
	case indicator.Used:
		cmd = indicator.Use{}
	case indicator.Forfeited:
		cmd = indicator.Forfeit{Reason: e.Reason}
	}
	return indicator.Complete(d.StreamID, cmd, l.evidence(d))
}

package audit

import (
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
)

// clockMay checks that an event is one that falls due by itself. Whether it was due is for
// the rules of its stream, which are given the date of the event.
func (l *Ledger) clockMay(d *Decoded) error {
	may := officer.ClockMay(d.Leaf.Type)
	switch e := d.Event.(type) {
	case indicator.Revoked:
		may = may && e.Reason == indicator.NotConfirmed
	case indicator.Forfeited:
		may = may && e.Reason == indicator.Lapsed
	case indicator.Awarded:
		may = may && l.indicatorState(d.StreamID).Vacated != ""
	case person.Released:
		a := l.applications[e.Application]
		may = may && a != nil && (a.state.Phase == application.PhaseExpired || a.state.Phase == application.PhaseAwarded)
	case application.Awarded:
		may = may && l.indicatorState(e.Indicator).Vacated != ""
	}
	if !may {
		return d.fault("not_allowed", "the clock may not cause this %s", d.Leaf.Type)
	}
	return l.signed(d, "the clock", []officer.PublicKey{""})
}

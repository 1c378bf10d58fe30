package audit

import (
	"lotteryledger/domain/fault"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
)

// requireAuthor checks that the author of an event may cause it, and has signed it if they have
// a key. An officer's decision may be stored up to inFlight after their dismissal.
func (l *Ledger) requireAuthor(d *Decoded) error {
	deed := catalog.Deed{Actor: d.Meta.Actor, Stream: d.Leaf.Stream, Type: d.Type, Event: d.Event}
	keys, err := catalog.Authorise(deed, l.evidence(d))
	_, isOfficer := d.Meta.Officer()
	switch {
	case err != nil && len(l.officers) == 0 && isOfficer == nil:
		return d.fault(fault.Founder,
			"a ledger begins with an officer who appoints themselves administrator")
	case err != nil:
		return refusal(d, err)
	}
	return l.requireSigned(d, d.author(), keys)
}

// requireSecond checks that two officers agreed on an event that needs two.
func (l *Ledger) requireSecond(d *Decoded) error {
	if !d.Type.TwoOfficers || !l.needsTwo(d) {
		return nil
	}
	p := l.proposals[proposal.ID(d.Leaf.Stream, d.Leaf.Revision, d.Leaf.Type,
		digestOf(d.Leaf.Data))]
	switch {
	case p == nil || p.state.Approved == "":
		return d.fault(fault.ProposalMissing,
			"nobody has proposed this and another officer approved it")
	case p.state.Made.Overdue(d.Meta.At, l.latest):
		return d.fault(fault.ProposalExpired, "it could be done until %s", p.state.Made.Expires)
	}
	return nil
}

// needsTwo reports whether two officers have to agree on an event of a type that may need it:
// if the rules of the round say so, and elsewhere if there are two administrators with a key.
func (l *Ledger) needsTwo(d *Decoded) bool {
	if d.Prefix == round.StreamPrefix {
		return l.Version(d.StreamID).TwoOfficers
	}
	return l.officers.watching(d.Meta.At, l.latest) >= 2
}

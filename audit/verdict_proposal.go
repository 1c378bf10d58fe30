package audit

import (
	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyProposal(d *Decoded, e proposal.Event) error {
	p := find(l.proposals, d.StreamID)
	cmd, err := proposal.Complete(p.state, proposal.Behind(d.StreamID, e), l.evidence(d))
	if err != nil {
		return refusal(d, err)
	}
	after, err := decide(catalog.Proposals, p.stream, d, e, cmd)
	if err != nil {
		return err
	}
	if _, made := e.(proposal.Made); made {
		p.signed = d.signs()
	}
	p.stream = after
	l.proposals[d.StreamID] = p
	return nil
}

package audit

import (
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyProposal(d *Decoded, e proposal.Event) error {
	actor, err := d.Meta.Officer()
	if err != nil {
		return refusal(d, err)
	}
	p := find(l.proposals, d.StreamID)
	before := p.state.Made
	var role officer.Role
	t := catalog.Public.Find(before.Type) // nil without a proposal
	if t != nil {
		role = t.Role
	}
	proposer := l.officers[before.Officer]
	signed := d.signs()
	keyless := t.Proposed().Keyless(p.signed, signed)
	var cmd proposal.Command
	switch e := e.(type) {
	case proposal.Made:
		kind := catalog.Public.Find(e.Type).Proposed()
		cmd = proposal.Make{
			At: d.Meta.At, Officer: actor, ID: d.StreamID,
			Stream: e.Stream, Revision: e.Revision, Type: e.Type,
			Digest: e.Digest, LedgerSize: e.LedgerSize, Kind: kind,
			Unjoinable: proposer.left(role, d.Meta.At, l.latest) || signed && keyless,
			Keyless:    kind.Keys && !signed,
		}
	case proposal.Approved:
		cmd = proposal.Approve{
			At: d.Meta.At, Officer: actor, Keyless: keyless,
			Left: len(proposer.keys(role, d.Meta.At, l.latest)) == 0,
		}
	}
	after, err := decide(catalog.Proposals, p.stream, d, e, cmd)
	if err != nil {
		return err
	}
	if _, made := e.(proposal.Made); made {
		p.signed = signed
	}
	p.stream = after
	l.proposals[d.StreamID] = p
	return nil
}

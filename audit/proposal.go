package audit

import (
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
)

// proposalOf is a proposal, and whether the officer who made it has signed it.
type proposalOf struct {
	slot[proposal.State]
	signed bool
}

// roleFor is the role that the actor of a leaf has to hold. A proposal needs that of what is
// proposed.
func (l *Ledger) roleFor(d *Decoded) (officer.Role, error) {
	kind := d.Leaf.Type
	switch e := d.Event.(type) {
	case proposal.Made:
		kind = e.Type
	case proposal.Approved:
		kind = ""
		if p := l.proposals[d.StreamID]; p != nil {
			kind = p.state.Made.Type
		}
	}
	role, ok := officer.RoleFor(kind)
	if d.Prefix == proposal.StreamPrefix {
		ok = ok && officer.NeedsTwo(kind)
	}
	if !ok {
		return "", d.fault("not_allowed", "no officer may cause %s", d.Leaf.Type)
	}
	return role, nil
}

func (l *Ledger) applyProposal(d *Decoded, e proposal.Event) error {
	actor, err := d.Meta.Officer()
	if err != nil {
		return refusal(d, err)
	}
	p := at(l.proposals, d.StreamID)
	role, _ := officer.RoleFor(p.state.Made.Type)
	proposer := l.officers[p.state.Made.Officer]
	signed := d.Meta.Signature != catalog.Signature{}
	var cmd proposal.Command
	switch e := e.(type) {
	case proposal.Made:
		cmd = proposal.Make{
			At: d.Meta.At, Officer: actor, ID: d.StreamID,
			Stream: e.Stream, Revision: e.Revision, Type: e.Type, Digest: e.Digest, LedgerSize: e.LedgerSize,
			Unjoinable: proposer.left(role, d.Meta.At, l.latest) || signed && proposal.Keyless(p.state.Made.Type, p.signed, signed),
			Keyless:    proposal.KeysNeeded(e.Type) && !signed,
		}
	case proposal.Approved:
		cmd = proposal.Approve{
			At: d.Meta.At, Officer: actor, Left: len(proposer.keys(role, d.Meta.At, l.latest)) == 0,
			Keyless: proposal.Keyless(p.state.Made.Type, p.signed, signed),
		}
	}
	if err := decide(catalog.Proposals, &p.slot, d, e, cmd); err != nil {
		return err
	}
	if _, made := e.(proposal.Made); made {
		p.signed = signed
	}
	return nil
}

// left reports whether an officer does not hold the role, or did not a moment before: then another one
// may have seen it, whose event came behind his return.
func (o *officerOf) left(role officer.Role, at, latest domain.Time) bool {
	if o == nil {
		return false
	}
	away := slices.ContainsFunc(o.former, func(t term) bool {
		return !t.Has(role) && at <= t.until+inFlight && latest <= t.until+2*inFlight
	})
	return away || !o.state.Has(role)
}

// seconded checks that two officers wanted an event that needs two.
func (l *Ledger) seconded(d *Decoded) error {
	if !officer.NeedsTwo(d.Leaf.Type) || !l.needsTwo(d) {
		return nil
	}
	p := l.proposals[proposal.ID(d.Leaf.Stream, d.Leaf.Revision, d.Leaf.Type, digestOf(d.Leaf.Data))]
	switch {
	case p == nil || p.state.Approved == "":
		return d.fault(ProposalMissing, "nobody has proposed this and another officer approved it")
	case d.Meta.At > p.state.Made.Expires+inFlight, l.latest > p.state.Made.Expires+2*inFlight:
		return d.fault("proposal_expired", "it could be done until %s", p.state.Made.Expires)
	}
	return nil
}

// needsTwo reports whether two officers have to agree on an event of a type that may need it. Whoever became
// one of the two a moment before may not have been seen; but a date that is put back hides nobody
// from a ledger that has gone on.
func (l *Ledger) needsTwo(d *Decoded) bool {
	if d.Prefix == round.StreamPrefix {
		return l.Version(d.StreamID).TwoOfficers
	}
	watching := 0
	for _, o := range l.officers {
		if o.state.KeyedAdministrator() && (o.watching+inFlight < d.Meta.At || o.watching+2*inFlight < l.latest) {
			watching++
		}
	}
	return watching >= 2
}

// watchingSince is when the officer became an administrator with a key.
func watchingSince(before, after officer.State, since, at domain.Time) domain.Time {
	if !before.KeyedAdministrator() && after.KeyedAdministrator() {
		return at
	}
	return since
}

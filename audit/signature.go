package audit

import (
	"crypto/sha256"
	"iter"
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
)

// term is a time that an officer spent with these roles, departments and this key, or out of office.
type term struct {
	officer.State
	until domain.Time
}

// terms are those in which an event that needs the role may have been decided at this time. Without one the
// officer does not hold the role. What was decided before a change was stored may be stored after
// it, but not when the ledger has gone on since: latest is the latest time of the leaves before.
func (o *officerOf) terms(role officer.Role, at, latest domain.Time) iter.Seq[*officer.State] {
	return func(yield func(*officer.State) bool) {
		if o == nil || o.state.Has(role) && !yield(&o.state) {
			return
		}
		for i := range o.former {
			t := &o.former[i]
			if at <= t.until+inFlight && latest <= t.until+2*inFlight && t.Has(role) && !yield(&t.State) {
				return
			}
		}
	}
}

// keys are those that an event which needs the role, decided at this time, may be signed with;
// "" stands for no signature.
func (o *officerOf) keys(role officer.Role, at, latest domain.Time) []officer.PublicKey {
	var keys []officer.PublicKey
	for t := range o.terms(role, at, latest) {
		keys = append(keys, t.Key)
	}
	return keys
}

// bound are the departments that the author of a check may speak for, as far as this one is
// concerned: those of the term that allows it, if there is one.
func (l *Ledger) bound(d *Decoded, department string) (bound []string) {
	for t := range l.officers[officerOfActor(d)].terms(officer.Reviewer, d.Meta.At, l.latest) {
		bound = t.Departments
		if len(bound) == 0 || slices.Contains(bound, department) {
			return bound
		}
	}
	return bound
}

// signed checks that an event is signed with one of the keys.
func (l *Ledger) signed(d *Decoded, id string, keys []officer.PublicKey) error {
	s := d.Meta.Signature
	unsigned, keyed := s == catalog.Signature{}, false
	for _, key := range keys {
		switch {
		case key == "":
			if unsigned {
				return nil
			}
		case !unsigned && l.proven.signature(key, s, d.signed):
			return nil
		default:
			keyed = true
		}
	}
	switch {
	case unsigned:
		return d.fault(SignatureMissing, "%s has a key and did not sign", id)
	case !keyed:
		return d.fault(SignatureUnexpected, "%s has no key", id)
	}
	return d.fault(SignatureWrong, "the signature is not that of %s over this event", id)
}

// proven remembers signatures that were verified: one covers many events, which stand near
// each other.
type proven map[provenSignature]struct{}

type provenSignature struct {
	key   officer.PublicKey
	value string
	root  [sha256.Size]byte
}

// maxProven bounds the memory of signatures. Whoever is forgotten is verified again.
const maxProven = 1024

func (p proven) signature(key officer.PublicKey, s catalog.Signature, root [sha256.Size]byte) bool {
	this := provenSignature{key, s.Value, root}
	if _, ok := p[this]; ok {
		return true
	}
	raw, ok := domain.ParseHex(string(key))
	if !ok || !s.SignedBy(raw, root) {
		return false
	}
	if len(p) >= maxProven {
		clear(p)
	}
	p[this] = struct{}{}
	return true
}

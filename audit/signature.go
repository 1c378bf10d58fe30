package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// term is a time that an officer spent with these roles and this key.
type term struct {
	roles []officer.Role
	key   officer.PublicKey // "" signs nothing
	until domain.Time
}

// keys are those that an event which needs the role, decided at this time, may be signed with;
// "" stands for no signature. Without one the officer does not hold the role. What was decided
// before a change was stored may be stored after it, but not when the ledger has gone on since:
// latest is the latest time of the leaves before.
func (o *officerOf) keys(role officer.Role, at, latest domain.Time) []officer.PublicKey {
	if o == nil {
		return nil
	}
	var keys []officer.PublicKey
	if o.state.Has(role) {
		keys = append(keys, o.state.Key)
	}
	for _, t := range o.former {
		if at <= t.until+inFlight && latest <= t.until+2*inFlight && slices.Contains(t.roles, role) {
			keys = append(keys, t.key)
		}
	}
	return keys
}

// signed checks that an event is signed with one of the keys.
func (l *Ledger) signed(d *Decoded, id string, keys []officer.PublicKey) error {
	s := d.Meta.Signature
	unsigned, keyed := s == eventstore.Signature{}, false
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

func (p proven) signature(key officer.PublicKey, s eventstore.Signature, root [sha256.Size]byte) bool {
	this := provenSignature{key, s.Value, root}
	if _, ok := p[this]; ok {
		return true
	}
	raw, err := hex.DecodeString(string(key))
	if err != nil || !s.SignedBy(ed25519.PublicKey(raw), root) {
		return false
	}
	if len(p) >= maxProven {
		clear(p)
	}
	p[this] = struct{}{}
	return true
}

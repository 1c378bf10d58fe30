package audit

import (
	"crypto/sha256"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/catalog"
)

// requireSigned checks that an event is signed with one of the keys. The key "" stands for no
// signature.
func (l *Ledger) requireSigned(d *Decoded, who string, keys []officer.PublicKey) error {
	keyed := false
	for _, key := range keys {
		switch {
		case key == "":
			if !d.signs() {
				return nil
			}
		case d.signs() && l.proven.signature(key, d.Meta.Signature, d.signed):
			return nil
		default:
			keyed = true
		}
	}
	switch {
	case !d.signs():
		return d.fault(fault.SignatureMissing, "%s has a key and did not sign", who)
	case !keyed:
		return d.fault(fault.SignatureUnexpected, "%s has no key", who)
	}
	return d.fault(fault.SignatureWrong, "the signature is not that of %s over this event", who)
}

// proven remembers signatures that were verified: one covers many events, which stand near
// each other.
type proven map[provenSignature]struct{}

type provenSignature struct {
	key   officer.PublicKey
	value string
	root  [sha256.Size]byte
}

// maxProven bounds the memory of signatures. One that is forgotten is verified again.
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

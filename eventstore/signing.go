package eventstore

import (
	"crypto/ed25519"
	"slices"
	"sync"
	"time"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/catalog"
)

// Signers holds the keys of officers that are at hand. Events of one officer that come at the
// same time are signed together.
type Signers struct{ byOfficer map[string]*signer }

// NewSigners makes Signers of these keys, by the id of the officer.
func NewSigners(keys map[string]ed25519.PrivateKey) *Signers {
	s := &Signers{map[string]*signer{}}
	for id, key := range keys {
		s.byOfficer[id] = &signer{key: key}
	}
	return s
}

// of returns the signer of an actor, or nil.
func (s *Signers) of(actor string) *signer {
	id, err := catalog.OfficerOf(actor)
	if s == nil || err != nil {
		return nil
	}
	return s.byOfficer[id]
}

// Require refuses an author whose events would be stored without the signature that their key
// in the ledger demands, or with one that nobody could check.
func (s *Signers) Require(actor string, key officer.PublicKey) error {
	var have officer.PublicKey
	if at := s.of(actor); at != nil {
		have = catalog.PublicKeyOf(at.key)
	}
	switch {
	case have == key:
		return nil
	case key == "":
		return fault.New(fault.SignatureUnexpected, "%s has no key in the ledger yet", actor)
	case have == "":
		return fault.New(fault.SignatureNeeded,
			"%s signs with the key %s, which is not at hand", actor, key)
	}
	return fault.New(fault.SignatureNeeded,
		"%s signs with the key %s, and the one at hand is %s", actor, key, have)
}

// Sign returns the events, all with these metadata, with the signatures of their author at their
// place in the stream. It returns them as they are if the author has no key at hand.
func (s *Signers) Sign(
	m catalog.Meta, stream string, expected Expected, events []Proposed,
) ([]Proposed, error) {
	at := s.of(m.Actor)
	if at == nil || len(events) == 0 {
		return events, nil
	}
	u := &unsigned{done: make(chan struct{})}
	for i, e := range events {
		u.signed = append(u.signed, catalog.SignedBytes(catalog.Leaf{
			Stream: stream, Revision: uint64(int64(expected) + 1 + int64(i)),
			ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data,
		}))
	}
	at.enter(u)
	events = slices.Clone(events)
	for i := range events {
		var err error
		m.Signature = u.signatures[i]
		if events[i].Meta, err = m.Bytes(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// signer is the key of one officer, and what waits for its signature.
type signer struct {
	key ed25519.PrivateKey

	mu      sync.Mutex
	waiting []*unsigned
	leading bool // somebody gathers what waits
}

// unsigned is the signed bytes of one append, and then its signatures.
type unsigned struct {
	signed     [][]byte
	signatures []catalog.Signature
	done       chan struct{}
}

// gather is how long an append waits for others, so that one signature covers several events:
// each signature costs every replay one verification.
const gather = 2 * time.Millisecond

// maxGathered bounds the tree of one signature, and with it the length of a path.
const maxGathered = 64

// enter gets u its signatures: it joins a gathering, or begins one.
func (s *signer) enter(u *unsigned) {
	s.mu.Lock()
	s.waiting = append(s.waiting, u)
	lead := !s.leading
	s.leading = true
	s.mu.Unlock()
	if !lead {
		<-u.done
		return
	}
	time.Sleep(gather)
	s.mu.Lock()
	all := s.waiting
	s.waiting, s.leading = nil, false
	s.mu.Unlock()
	for len(all) > 0 {
		var signed [][]byte
		n := 0
		for n < len(all) && (n == 0 || len(signed)+len(all[n].signed) <= maxGathered) {
			signed = append(signed, all[n].signed...)
			n++
		}
		signatures := catalog.Sign(s.key, signed)
		for _, u := range all[:n] {
			u.signatures, signatures = signatures[:len(u.signed)], signatures[len(u.signed):]
			close(u.done)
		}
		all = all[n:]
	}
}

package eventstore

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/catalog"
)

// Signing is a store on which the events of officers in public streams are signed as they
// are appended, if their key is at hand. Appends of one officer that come at the same time are
// signed together.
type Signing struct {
	Store
	signers map[string]*signer // by actor
}

// NewSigning signs with these keys, by the id of the officer.
func NewSigning(store Store, keys map[string]ed25519.PrivateKey) *Signing {
	s := &Signing{store, map[string]*signer{}}
	for id, key := range keys {
		s.signers[catalog.ActorOfficer+id] = &signer{key: key}
	}
	return s
}

// Append implements [Store].
func (s *Signing) Append(ctx context.Context, stream string, expected Expected, events ...Proposed) (Position, error) {
	if slices.ContainsFunc(catalog.PublicStreams, func(prefix string) bool { return strings.HasPrefix(stream, prefix) }) {
		var err error
		if events, err = s.sign(stream, expected, events); err != nil {
			return Start, fmt.Errorf("signing events of %s: %w", stream, err)
		}
	}
	return s.Store.Append(ctx, stream, expected, events...)
}

// RequireKey refuses a command of an officer whose events would be stored without the
// signature that his key in the ledger demands, or with one that nobody could check.
func RequireKey(store Store, id string, key officer.PublicKey) error {
	var have officer.PublicKey
	if s, ok := store.(*Signing); ok && s.signers[catalog.ActorOfficer+id] != nil {
		have = catalog.PublicKeyOf(s.signers[catalog.ActorOfficer+id].key)
	}
	switch {
	case have == key:
		return nil
	case key == "":
		return fault.New(fault.SignatureUnexpected, "officer %s has no key in the ledger yet", id)
	case have == "":
		return fault.New(fault.SignatureNeeded, "officer %s signs with the key %s, which is not at hand", id, key)
	}
	return fault.New(fault.SignatureNeeded, "officer %s signs with the key %s, and the one at hand is %s", id, key, have)
}

func (s *Signing) sign(stream string, expected Expected, events []Proposed) ([]Proposed, error) {
	metas, u := make([]catalog.Meta, len(events)), &unsigned{done: make(chan struct{})}
	for i, e := range events {
		var err error
		if metas[i], err = catalog.ParseMeta(e.Meta); err != nil {
			return nil, err
		}
		if metas[i].Actor != metas[0].Actor {
			return nil, fmt.Errorf("events of %s and of %s at once", metas[0].Actor, metas[i].Actor)
		}
		revision := uint64(int64(expected) + 1 + int64(i))
		u.signed = append(u.signed, catalog.SignedBytes(catalog.Leaf{Stream: stream, Revision: revision, ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data}))
	}
	if len(events) == 0 || s.signers[metas[0].Actor] == nil {
		return events, nil
	}
	s.signers[metas[0].Actor].enter(u)
	events = slices.Clone(events)
	for i := range events {
		var err error
		metas[i].Signature = u.signatures[i]
		if events[i].Meta, err = metas[i].Bytes(); err != nil {
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

// gather is how long a signature waits for others to come along: an event that is signed alone costs
// whoever replays the ledger a verification of its own.
const gather = 2 * time.Millisecond

// maxGathered bounds the tree of one signature, and with it the length of a path.
const maxGathered = 64

// enter gets u its signatures: from whoever gathers already, or by gathering.
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

package eventstore

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Signing is a store on which every event of one officer in a public stream is signed as it
// is appended. Appends that come at the same time are signed together.
type Signing struct {
	Store
	actor string
	key   ed25519.PrivateKey

	mu      sync.Mutex
	waiting []*unsigned
	leading bool // somebody gathers what waits
}

// NewSigning signs for an officer.
func NewSigning(store Store, officer string, key ed25519.PrivateKey) *Signing {
	return &Signing{Store: store, actor: ActorOfficer + officer, key: key}
}

// unsigned is the signed bytes of one append, and then its signatures.
type unsigned struct {
	signed     [][]byte
	signatures []Signature
	done       chan struct{}
}

// gather is how long a signature waits for others to come along: an event that is signed alone costs
// whoever replays the ledger a verification of its own.
const gather = 2 * time.Millisecond

// Append implements [Store].
func (s *Signing) Append(ctx context.Context, stream string, expected Expected, events ...Proposed) (Position, error) {
	if slices.ContainsFunc(PublicStreams, func(prefix string) bool { return strings.HasPrefix(stream, prefix) }) {
		var err error
		if events, err = s.sign(stream, expected, events); err != nil {
			return Start, fmt.Errorf("signing events of %s: %w", stream, err)
		}
	}
	return s.Store.Append(ctx, stream, expected, events...)
}

func (s *Signing) sign(stream string, expected Expected, events []Proposed) ([]Proposed, error) {
	events = slices.Clone(events)
	metas, u := make([]Meta, len(events)), &unsigned{done: make(chan struct{})}
	for i, e := range events {
		var err error
		if metas[i], err = ParseMeta(e.Meta); err != nil {
			return nil, err
		}
		if metas[i].Actor != s.actor {
			return nil, fmt.Errorf("the key is that of %s, not of %s", s.actor, metas[i].Actor)
		}
		r := Recorded{Stream: stream, Revision: uint64(int64(expected) + 1 + int64(i)), ID: e.ID, Type: e.Type, Data: e.Data}
		b, err := SignedBytes(r, metas[i])
		if err != nil {
			return nil, err
		}
		u.signed = append(u.signed, b)
	}
	s.enter(u)
	for i := range events {
		var err error
		metas[i].Signature = u.signatures[i]
		if events[i].Meta, err = metas[i].Bytes(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// enter gets u its signatures: from whoever gathers already, or by gathering.
func (s *Signing) enter(u *unsigned) {
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
		signatures := sign(s.key, signed)
		for _, u := range all[:n] {
			u.signatures, signatures = signatures[:len(u.signed)], signatures[len(u.signed):]
			close(u.done)
		}
		all = all[n:]
	}
}

// maxGathered bounds the tree of one signature, and with it the length of a path.
const maxGathered = 64

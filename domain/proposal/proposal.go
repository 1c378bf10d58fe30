// Package proposal is the agreement of two officers. One proposes an event, another approves
// it within a day, and then it may be stored; or the first one withdraws it, or another one
// rejects it, and it may be proposed anew. A proposal is about one event, byte by byte, at
// its place in its stream. The proposal's stream is named after both, so anyone who reads the
// event finds the two officers.
package proposal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a proposal's stream: "proposal-" and the id.
const StreamPrefix = "proposal-"

// Lifetime is how long, in seconds, a proposal may be approved and carried out.
const Lifetime = 24 * 3600

// Drift is how far clocks may differ, in seconds, and how long a decided event may take until
// it is stored.
const Drift = 300

// ID names the proposal of an event: the first 16 bytes, in hex, of the SHA-256 of
//
//	lotteryledger proposal v1 LF stream LF revision LF type LF digest LF
//
// where digest is the SHA-256 of the event's data, in hex.
func ID(stream string, revision uint64, eventType string, digest domain.Digest) string {
	text := fmt.Appendf(nil, "lotteryledger proposal v1\n%s\n%d\n%s\n%s\n",
		stream, revision, eventType, digest)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// ValidID reports whether id has the form of an [ID].
func ValidID(id string) bool { return domain.IsHex(id, 16) }

// Kind is what the table of event types says of the proposed event's type.
type Kind struct {
	Stream     string // prefix of the streams that hold such events; "" if one officer is enough
	Keys       bool   // both officers need a key
	LedgerSize bool   // such an event names the number of leaves that it rests on
}

// Keyless reports whether two signatures fail to prove that two people acted: exactly one of
// the two officers signed, or the type requires both to sign and the proposer did not.
func (k Kind) Keyless(proposerSigned, approverSigned bool) bool {
	return proposerSigned != approverSigned || k.Keys && !proposerSigned
}

// State of a proposal's stream.
type State struct {
	Made      Made
	Approved  string   // who has approved, or ""
	Withdrawn bool     // by whoever made it
	Rejected  Rejected // zero if nobody has
}

// Open reports whether the event may still be approved or stored at this time.
func (s State) Open(at domain.Time) bool {
	return s.Made.Officer != "" && !s.ended() && at <= s.Made.Expires
}

func (s State) ended() bool { return s.Withdrawn || s.Rejected != Rejected{} }

// Overdue reports whether an event of this date can no longer be stored behind the proposal:
// because of its own date, or because an event before it is dated so late that this one must have
// been dated back.
func (m Made) Overdue(at, latest domain.Time) bool {
	return at > m.Expires+Drift || latest > m.Expires+2*Drift
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Make:
		return decideMake(s, c)
	case Approve:
		return decideApprove(s, c)
	case Withdraw:
		return decideWithdraw(s, c)
	case Reject:
		return decideReject(s, c)
	}
	panic(fmt.Sprintf("proposal: no rule for %T", cmd))
}

func decideApprove(s State, c Approve) ([]Event, error) {
	if s.Approved != "" && s.Approved == c.Officer {
		return nil, nil
	}
	if err := s.requireAnother(c.Officer, "approve"); err != nil {
		return nil, err
	}
	if err := s.requireWaiting(c.At); err != nil {
		return nil, err
	}
	switch {
	case c.Left:
		return nil, fault.New(fault.ProposerLeft,
			"officer %s, who has proposed it, does not hold the role any more", s.Made.Officer)
	case c.Keyless:
		return nil, fault.New(fault.KeyNeeded,
			"officer %s has proposed it, and one of the two has no key", s.Made.Officer)
	}
	return []Event{Approved{c.Officer}}, nil
}

func decideWithdraw(s State, c Withdraw) ([]Event, error) {
	switch {
	case s.Made.Officer != "" && s.Made.Officer != c.Officer:
		return nil, fault.New(fault.AnotherProposer,
			"officer %s has proposed it; whoever else holds the role may reject it", s.Made.Officer)
	case s.Withdrawn:
		return nil, nil
	}
	if err := s.requireWaiting(c.At); err != nil {
		return nil, err
	}
	return []Event{Withdrawn{c.Officer}}, nil
}

func decideReject(s State, c Reject) ([]Event, error) {
	if s.Rejected.Officer == c.Officer && s.Rejected.Reason == c.Reason && c.Officer != "" {
		return nil, nil
	}
	if !slices.Contains(Reasons, c.Reason) {
		return nil, fault.New(fault.InvalidReason, "a proposal is not rejected for %q", c.Reason)
	}
	if err := s.requireAnother(c.Officer, "reject"); err != nil {
		return nil, err
	}
	if err := s.requireWaiting(c.At); err != nil {
		return nil, err
	}
	return []Event{Rejected{c.Officer, c.Reason}}, nil
}

// requireAnother refuses whoever made the proposal.
func (s State) requireAnother(who, verb string) error {
	if s.Made.Officer != "" && s.Made.Officer == who {
		return fault.New(fault.SameOfficer, "whoever proposes cannot %s, but withdraw", verb)
	}
	return nil
}

// requireWaiting refuses a proposal that does not wait for a second officer.
func (s State) requireWaiting(at domain.Time) error {
	switch {
	case s.Made.Officer == "":
		return fault.New(fault.UnknownProposal, "nobody has proposed this")
	case s.Withdrawn:
		return fault.New(fault.ProposalEnded, "officer %s has withdrawn it", s.Made.Officer)
	case s.ended():
		return fault.New(fault.ProposalEnded, "officer %s has rejected it", s.Rejected.Officer)
	case at > s.Made.Expires:
		return fault.New(fault.ProposalExpired, "it could be approved until %s", s.Made.Expires)
	case at < s.Made.Expires-Lifetime-Drift:
		return fault.New(fault.ClockBehind,
			"it was proposed at %s, and this clock says %s", s.Made.Expires-Lifetime, at)
	case s.Approved != "":
		return fault.New(fault.ProposalApproved, "officer %s has approved it", s.Approved)
	}
	return nil
}

// names reports whether the stream is one that holds events of this kind.
func (k Kind) names(stream string) bool {
	id, ok := strings.CutPrefix(stream, k.Stream)
	return ok && k.Stream != "" && domain.ValidID(id)
}

func decideMake(s State, c Make) ([]Event, error) {
	if c.Keyless {
		return nil, fault.New(fault.KeyNeeded,
			"officer %s has no key, and this takes two who have", c.Officer)
	}
	if s.Open(c.At) {
		switch {
		case s.Made.Officer == c.Officer:
			return nil, nil
		case s.Approved != "" || !c.Unjoinable:
			return nil, fault.New(fault.ProposalOpen,
				"officer %s has proposed this until %s", s.Made.Officer, s.Made.Expires)
		}
	}
	// An approved event may be on its way to the store.
	if s.Approved != "" && c.At <= s.Made.Expires+Drift {
		return nil, fault.New(fault.ProposalOpen,
			"officer %s has approved this; it may be proposed anew after %s",
			s.Approved, s.Made.Expires+Drift)
	}
	if !domain.ValidID(c.Officer) || c.ID != ID(c.Stream, c.Revision, c.Type, c.Digest) ||
		!c.Kind.names(c.Stream) || (c.LedgerSize > 0) != c.Kind.LedgerSize {
		return nil, fault.New(fault.InvalidID,
			"a proposal is named after the event that it asks for")
	}
	return []Event{Made{
		Officer: c.Officer, Stream: c.Stream, Revision: c.Revision, Type: c.Type, Digest: c.Digest,
		LedgerSize: c.LedgerSize, Expires: c.At + Lifetime,
	}}, nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Made:
		return State{Made: e}
	case Approved:
		s.Approved = e.Officer
	case Withdrawn:
		s.Withdrawn = true
	case Rejected:
		s.Rejected = e
	}
	return s
}

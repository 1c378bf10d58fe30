package round

import (
	"encoding/hex"
	"math"
	"reflect"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// AnnouncementSuperseded puts another announcement in the place of the valid one. What
// was announced before stays published and means nothing any more.
type AnnouncementSuperseded struct {
	Supersedes  domain.Digest `json:"supersedes"` // digest of the document before
	Document    domain.Digest `json:"document"`   // draw.AnnouncementDigest of SupersedingDocument's bytes
	DrawTime    domain.Time   `json:"draw_time"`
	Chain       domain.Digest `json:"chain"`
	BeaconRound uint64        `json:"beacon_round"`
	Pools       []Seats       `json:"pools"`
	Mode        string        `json:"mode,omitzero"`
	Ceremony    bool          `json:"ceremony,omitzero"`
}

func (e AnnouncementSuperseded) announced() Announced {
	return Announced{e.Document, e.DrawTime, e.Chain, e.BeaconRound, e.Pools, e.Mode, e.Ceremony}
}

// AnchorKind says who outside of the office has seen an announcement.
type AnchorKind string

// The kinds of anchors.
const (
	WitnessCosignature AnchorKind = "witness_cosignature" // of a checkpoint that holds the announcement
	RFC3161            AnchorKind = "rfc3161"             // time-stamp token on the document's digest
	Gazette            AnchorKind = "gazette"             // printed with the document's digest
)

// AnchorKinds lists all kinds.
var AnchorKinds = []AnchorKind{WitnessCosignature, RFC3161, Gazette}

// Anchored names evidence that the announcement was seen outside before the beacon
// round. The evidence itself lies elsewhere; nothing here says that it is good.
type Anchored struct {
	Kind      AnchorKind    `json:"kind"`
	Document  domain.Digest `json:"document"`   // of the valid announcement
	Evidence  domain.Digest `json:"evidence"`   // SHA-256 of its bytes
	ClaimedAt domain.Time   `json:"claimed_at"` // the time that the evidence states
}

// CeremonyRecorded brings the bytes of the public ceremony that go into the seed.
type CeremonyRecorded struct {
	Bytes string `json:"bytes"` // hex, at most 2*MaxCeremony digits
}

// MaxCeremony is the most bytes that a ceremony gives.
const MaxCeremony = 1024

// EventType is the stored name.
func (AnnouncementSuperseded) EventType() string { return "round.announcement_superseded.v1" }

// EventType is the stored name.
func (Anchored) EventType() string { return "round.anchored.v1" }

// EventType is the stored name.
func (CeremonyRecorded) EventType() string { return "round.ceremony_recorded.v1" }

func (AnnouncementSuperseded) isRound() {}
func (Anchored) isRound()               {}
func (CeremonyRecorded) isRound()       {}

// Supersede asks to put another announcement in the place of the valid one.
type Supersede struct {
	Announce
	Margin int64 // least seconds from now to the beacon round that was announced
}

// Anchor asks to note evidence from outside.
type Anchor struct {
	At       domain.Time
	Anchored Anchored
}

// RecordCeremony brings the bytes of the ceremony, in hex.
type RecordCeremony struct {
	At     domain.Time
	Margin int64 // least seconds from now to the beacon round
	Bytes  string
}

func (Supersede) isRoundCommand()      {}
func (Anchor) isRoundCommand()         {}
func (RecordCeremony) isRoundCommand() {}

// BeaconDue is when the announced round of the beacon appears, and past all time before
// there is an announcement.
func (s State) BeaconDue() domain.Time {
	chain, ok := draw.ChainByName(s.Announced.Chain.String())
	if !ok {
		return math.MaxInt64
	}
	at, err := chain.TimeOf(s.Announced.BeaconRound)
	if err != nil {
		return math.MaxInt64
	}
	return domain.Time(at)
}

func decideSupersede(s State, c Supersede) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	if s.Phase == PhaseOpened || s.Phase == PhaseClosed || s.Phase == PhaseSealed {
		return nil, outOfOrder(s, PhaseAnnounced)
	}
	a, err := announcing(s, c.Announce)
	if err != nil {
		return nil, err
	}
	valid := s.Announced
	valid.Document = domain.Digest{}
	switch {
	case reflect.DeepEqual(a, valid):
		return nil, nil
	case s.Phase != PhaseAnnounced:
		return nil, outOfOrder(s, PhaseAnnounced)
	case s.Ceremony != "":
		return nil, domain.Reject("ceremony_recorded", "the ceremony was held for the announcement as it is")
	case c.At >= s.BeaconDue()-domain.Time(c.Margin):
		return nil, domain.Reject("supersede_too_late", "an announcement is replaced more than %d s before its beacon round, which is due at %s", c.Margin, s.BeaconDue())
	}
	if err := c.allowed(); err != nil {
		return nil, err
	}
	e := AnnouncementSuperseded{s.Announced.Document, domain.Digest{}, a.DrawTime, a.Chain, a.BeaconRound, a.Pools, a.Mode, a.Ceremony}
	doc, err := SupersedingDocument(c.ID, s, e, c.Terms)
	if err != nil {
		return nil, err
	}
	e.Document = draw.AnnouncementDigest(doc)
	return []Event{e}, nil
}

func decideAnchor(s State, c Anchor) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	due := s.BeaconDue()
	switch {
	case slices.Contains(s.Anchors, c.Anchored):
		return nil, nil
	case s.Phase != PhaseAnnounced:
		return nil, outOfOrder(s, PhaseAnnounced)
	case !slices.Contains(AnchorKinds, c.Anchored.Kind) || c.Anchored.Evidence == domain.Digest{}:
		return nil, domain.Reject("invalid_anchor", "an anchor needs one of the kinds %v and the digest of its evidence", AnchorKinds)
	case c.Anchored.Document != s.Announced.Document:
		return nil, domain.Reject("anchor_document", "the valid announcement is %s", s.Announced.Document)
	case c.At >= due:
		return nil, domain.Reject("anchor_too_late", "the beacon round was due at %s", due)
	case c.Anchored.ClaimedAt <= 0 || c.Anchored.ClaimedAt > c.At:
		return nil, domain.Reject("invalid_anchor", "the evidence claims %s, which is still to come", c.Anchored.ClaimedAt)
	}
	return []Event{c.Anchored}, nil
}

func decideCeremony(s State, c RecordCeremony) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(c.Bytes)
	switch {
	case s.Phase == PhaseOpened || s.Phase == PhaseClosed || s.Phase == PhaseSealed:
		return nil, outOfOrder(s, PhaseAnnounced)
	case !s.Announced.Ceremony:
		return nil, domain.Reject("ceremony_unannounced", "the announcement says that there is no ceremony")
	case s.Ceremony != "" && s.Ceremony == c.Bytes:
		return nil, nil
	case s.Ceremony != "":
		return nil, domain.Reject("ceremony_recorded", "other bytes are recorded already")
	case err != nil || len(raw) == 0 || len(raw) > MaxCeremony || hex.EncodeToString(raw) != c.Bytes:
		return nil, domain.Reject("invalid_ceremony", "the bytes of a ceremony are 1 to %d, in lower-case hex", MaxCeremony)
	case c.At > s.BeaconDue()-domain.Time(c.Margin):
		return nil, domain.Reject("ceremony_late", "a ceremony is recorded at least %d s before the beacon round, which is due at %s; this round can only be voided", c.Margin, s.BeaconDue())
	}
	return []Event{CeremonyRecorded{c.Bytes}}, nil
}

// founded refuses a void whose reason the timetable disproves.
func founded(s State, c Void) error {
	due := s.BeaconDue()
	switch c.Reason {
	case CeremonyLate:
		if s.Phase != PhaseAnnounced || !s.Announced.Ceremony || s.Ceremony != "" || c.At <= due-domain.Time(c.CeremonyMargin) {
			return domain.Reject("reason_unfounded", "no announced ceremony is overdue")
		}
	case BeaconMissing:
		switch {
		case s.Phase != PhaseAnnounced:
			return domain.Reject("reason_unfounded", "the round waits for no beacon")
		case c.At < due+domain.Time(c.Abort):
			return domain.Reject("abort_too_early", "the beacon round, due at %s, is waited for for %d s", due, c.Abort)
		}
	}
	return nil
}

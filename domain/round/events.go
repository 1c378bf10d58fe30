package round

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Event is what may be stored in a round's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isRound()
}

// Opened begins a round under one version of the rules.
type Opened struct {
	Rules       string        `json:"rules"`
	RulesSHA256 domain.Digest `json:"rules_sha256"` // of the stored data of its adoption event
	Opens       domain.Time   `json:"opens"`        // window of applications: [opens, closes)
	Closes      domain.Time   `json:"closes"`
	Reruns      string        `json:"reruns,omitzero"` // the voided round that this one stands for
}

// Closed ends the taking of applications.
type Closed struct{}

// Roster is what a seal says of a pool.
type Roster struct {
	Pool   string        `json:"pool"`
	Count  uint64        `json:"count"`
	Weight uint64        `json:"weight"`
	Root   domain.Digest `json:"root"`   // RFC 6962 root over the lines
	SHA256 domain.Digest `json:"sha256"` // of the file
}

// Sealed fixes the rosters: exactly what the first LedgerSize leaves say, for
// every pool of the rules in their order.
type Sealed struct {
	LedgerSize uint64   `json:"ledger_size"`
	Rosters    []Roster `json:"rosters"`
}

// Seats is what is on offer in a pool.
type Seats struct {
	Pool    string `json:"pool"`
	Seats   uint64 `json:"seats"`
	Reserve uint64 `json:"reserve"` // ranks after the seats that are published as the reserve list
}

// Announced fixes everything else that the draw depends on, and the beacon round.
type Announced struct {
	Document    domain.Digest `json:"document"` // draw.AnnouncementDigest of Document's bytes
	DrawTime    domain.Time   `json:"draw_time"`
	Chain       domain.Digest `json:"chain"`
	BeaconRound uint64        `json:"beacon_round"`
	Pools       []Seats       `json:"pools"`
	// Mode: left out if the round is plain, see [Announced.Plain]
	Mode     draw.Mode `json:"mode,omitzero"`
	Ceremony bool      `json:"ceremony,omitzero"` // the seed takes the bytes of a ceremony
}

// Plain reports whether every pool is ranked for itself, one seat for each rank. Then the
// seats and the reserve follow from the announcement alone.
func (e Announced) Plain() bool { return e.Mode == "" }

// AnnouncementSuperseded puts another announcement in the place of the valid one. What
// was announced before stays published and means nothing any more.
type AnnouncementSuperseded struct {
	Supersedes domain.Digest `json:"supersedes"` // digest of the document before
	// Document: draw.AnnouncementDigest of SupersedingDocument's bytes
	Document    domain.Digest `json:"document"`
	DrawTime    domain.Time   `json:"draw_time"`
	Chain       domain.Digest `json:"chain"`
	BeaconRound uint64        `json:"beacon_round"`
	Pools       []Seats       `json:"pools"`
	Mode        draw.Mode     `json:"mode,omitzero"`
	Ceremony    bool          `json:"ceremony,omitzero"`
}

func (e AnnouncementSuperseded) announced() Announced {
	return Announced{
		Document: e.Document, DrawTime: e.DrawTime, Chain: e.Chain, BeaconRound: e.BeaconRound,
		Pools: e.Pools, Mode: e.Mode, Ceremony: e.Ceremony,
	}
}

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

// BeaconRecorded brings the public randomness.
type BeaconRecorded struct {
	Signature string `json:"signature"` // 96 lower-case hex digits
}

// Result is what a draw says of a pool.
type Result struct {
	Pool   string        `json:"pool"`
	Ranks  uint64        `json:"ranks"` // the selected and the reserve
	Root   domain.Digest `json:"root"`  // RFC 6962 root over the result lines
	SHA256 domain.Digest `json:"sha256"`

	// ReserveFrom is the rank at which the reserve begins. It is left out where that is
	// the rank after the seats announced, or there is no reserve.
	ReserveFrom uint64 `json:"reserve_from,omitzero"`
}

// Drawn commits to the results of every pool.
type Drawn struct {
	Seed    domain.Digest `json:"seed"`
	Results []Result      `json:"results"`
}

// Ranked lists codes of a pool by rank, in pieces of at most [MaxRanked].
type Ranked struct {
	Pool  string   `json:"pool"`
	First uint64   `json:"first"` // rank of the first code, from 1
	Codes []string `json:"codes"`
}

// Published ends the draw: all ranks are recorded and the result files are out.
type Published struct{}

// Settlement is what became of the seats of a pool.
type Settlement struct {
	Pool      string `json:"pool"`
	Awarded   uint64 `json:"awarded"`   // indicators, on seats and to promoted
	Confirmed uint64 `json:"confirmed"` // of them, ever
	Used      uint64 `json:"used"`
	Forfeited uint64 `json:"forfeited"`
	Revoked   uint64 `json:"revoked"`
	Promoted  uint64 `json:"promoted"` // ranks of the reserve that moved up
	Returned  uint64 `json:"returned"` // seats that nobody used in the end
}

// Settled closes a round of which nothing is open any more.
type Settled struct {
	Pools []Settlement `json:"pools"`
}

// Voided ends a round without effect.
type Voided struct {
	Reason VoidReason `json:"reason"`
}

// The stored types.
const (
	TypeOpened                 = "round.opened.v1"
	TypeClosed                 = "round.closed.v1"
	TypeSealed                 = "round.sealed.v1"
	TypeAnnounced              = "round.announced.v1"
	TypeAnnouncementSuperseded = "round.announcement_superseded.v1"
	TypeAnchored               = "round.anchored.v1"
	TypeCeremonyRecorded       = "round.ceremony_recorded.v1"
	TypeBeaconRecorded         = "round.beacon_recorded.v1"
	TypeDrawn                  = "round.drawn.v1"
	TypeRanked                 = "round.ranked.v1"
	TypePublished              = "round.published.v1"
	TypeSettled                = "round.settled.v1"
	TypeVoided                 = "round.voided.v1"
)

func (Opened) EventType() string                 { return TypeOpened }
func (Closed) EventType() string                 { return TypeClosed }
func (Sealed) EventType() string                 { return TypeSealed }
func (Announced) EventType() string              { return TypeAnnounced }
func (AnnouncementSuperseded) EventType() string { return TypeAnnouncementSuperseded }
func (Anchored) EventType() string               { return TypeAnchored }
func (CeremonyRecorded) EventType() string       { return TypeCeremonyRecorded }
func (BeaconRecorded) EventType() string         { return TypeBeaconRecorded }
func (Drawn) EventType() string                  { return TypeDrawn }
func (Ranked) EventType() string                 { return TypeRanked }
func (Published) EventType() string              { return TypePublished }
func (Settled) EventType() string                { return TypeSettled }
func (Voided) EventType() string                 { return TypeVoided }

func (Opened) isRound()                 {}
func (Closed) isRound()                 {}
func (Sealed) isRound()                 {}
func (Announced) isRound()              {}
func (AnnouncementSuperseded) isRound() {}
func (Anchored) isRound()               {}
func (CeremonyRecorded) isRound()       {}
func (BeaconRecorded) isRound()         {}
func (Drawn) isRound()                  {}
func (Ranked) isRound()                 {}
func (Published) isRound()              {}
func (Settled) isRound()                {}
func (Voided) isRound()                 {}

// MaxRanked is the most codes in one Ranked event; with 19 characters each the leaf
// stays far below 65,535 bytes.
const MaxRanked = 1000

// MaxCeremony is the most bytes that a ceremony gives.
const MaxCeremony = 1024

// AnchorKind says who outside of the office has seen an announcement.
type AnchorKind string

// The kinds of anchors.
const (
	// WitnessCosignature: of a checkpoint that holds the announcement
	WitnessCosignature AnchorKind = "witness_cosignature"
	RFC3161            AnchorKind = "rfc3161" // time-stamp token on the document's digest
	Gazette            AnchorKind = "gazette" // printed with the document's digest
)

// AnchorKinds lists all kinds.
var AnchorKinds = []AnchorKind{WitnessCosignature, RFC3161, Gazette}

// VoidReason says why a round was voided.
type VoidReason string

// The reasons for voiding a round.
const (
	RosterWrong       VoidReason = "roster_wrong"
	AnnouncementWrong VoidReason = "announcement_wrong"
	OrderOfCourt      VoidReason = "order_of_court"
	QuotaWrong        VoidReason = "quota_wrong"
	FraudFound        VoidReason = "fraud_found"
	ForceMajeure      VoidReason = "force_majeure"
	CeremonyLate      VoidReason = "ceremony_late" // announced, and not recorded in time
	// BeaconMissing: after the abort deadline of the rules; a signature refutes it
	BeaconMissing VoidReason = "beacon_missing"
)

// VoidReasons lists all reasons.
var VoidReasons = []VoidReason{
	RosterWrong, AnnouncementWrong, OrderOfCourt, QuotaWrong,
	FraudFound, ForceMajeure, CeremonyLate, BeaconMissing,
}

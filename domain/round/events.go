package round

import "lotteryledger/domain"

// Event is what may be stored in a round's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
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
	Mode        string        `json:"mode,omitzero"`     // left out where every pool is ranked for itself, one seat for each rank
	Ceremony    bool          `json:"ceremony,omitzero"` // the seed takes the bytes of a ceremony
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

// Voided ends a round without effect.
type Voided struct {
	Reason VoidReason `json:"reason"`
}

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
	CeremonyLate      VoidReason = "ceremony_late"  // announced, and not recorded in time
	BeaconMissing     VoidReason = "beacon_missing" // after the abort deadline of the rules; a signature refutes it
)

// VoidReasons lists all reasons.
var VoidReasons = []VoidReason{
	RosterWrong, AnnouncementWrong, OrderOfCourt, QuotaWrong, FraudFound, ForceMajeure, CeremonyLate, BeaconMissing,
}

// MaxRanked is the most codes in one Ranked event; with 19 characters each the leaf
// stays far below 65,535 bytes.
const MaxRanked = 1000

// EventType is the stored name.
func (Opened) EventType() string { return "round.opened.v1" }

// EventType is the stored name.
func (Closed) EventType() string { return "round.closed.v1" }

// EventType is the stored name.
func (Sealed) EventType() string { return "round.sealed.v1" }

// EventType is the stored name.
func (Announced) EventType() string { return "round.announced.v1" }

// EventType is the stored name.
func (BeaconRecorded) EventType() string { return "round.beacon_recorded.v1" }

// EventType is the stored name.
func (Drawn) EventType() string { return "round.drawn.v1" }

// EventType is the stored name.
func (Ranked) EventType() string { return "round.ranked.v1" }

// EventType is the stored name.
func (Published) EventType() string { return "round.published.v1" }

// EventType is the stored name.
func (Voided) EventType() string { return "round.voided.v1" }

func (Opened) isRound()         {}
func (Closed) isRound()         {}
func (Sealed) isRound()         {}
func (Announced) isRound()      {}
func (BeaconRecorded) isRound() {}
func (Drawn) isRound()          {}
func (Ranked) isRound()         {}
func (Published) isRound()      {}
func (Voided) isRound()         {}

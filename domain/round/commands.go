package round

import (
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Command is what may be asked of a round's stream. It carries the evidence that Decide cannot
// see (rosters, results, the version of the rules). A replay of the ledger computes the
// evidence again and compares.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isRoundCommand()
}

// Open asks to begin a round.
type Open struct {
	Rules         string
	RulesSHA256   domain.Digest
	Opens, Closes domain.Time
	ValidFrom     domain.Time // of the rules
	// evidence: a version in whose time the window opens, and which replaces the rules, or ""
	ReplacedBy string

	Reruns      string // the voided round that this one stands for, or ""
	RerunVoided bool   // evidence: that round is voided
	RerunBy     string // evidence: another round that stands for it already, or ""
}

// Close asks to end the taking of applications.
type Close struct{ At domain.Time }

// Seal asks to fix the rosters.
type Seal struct {
	LedgerSize uint64
	Rosters    []Roster
}

// Announce asks to fix seats, draw time and beacon round. The document is made from all of it.
type Announce struct {
	DrawTime domain.Time
	Chain    domain.Digest
	Pools    []Seats
	Ceremony bool // its bytes go into the seed

	// evidence
	At     domain.Time
	ID     string      // of the round
	Mode   draw.Mode   // of the rules, see Terms
	Terms  []PoolTerms // of the rules, in their order
	Notice int64       // of the rules, in seconds
	Left   []SeatsLeft // of the year's quota, for the pools that have one
}

// SeatsLeft is how many seats the year's quota still has for a pool.
type SeatsLeft struct {
	Pool  string
	Seats uint64
}

// SupersedeAnnouncement asks to put another announcement in the place of the valid one.
type SupersedeAnnouncement struct {
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

// RecordBeacon brings a signature that the handler has verified.
type RecordBeacon struct {
	At        domain.Time
	Signature string
}

// Draw brings the computed results.
type Draw struct {
	Seed    domain.Digest
	Results []Result
}

// Rank brings the next piece of a pool's ranking.
type Rank struct {
	Pool  string
	First uint64
	Codes []string
}

// Publish asks to end the draw.
type Publish struct{}

// Settle asks to close the books of a round. What became of every pool is evidence, and so is Open:
// the id of an indicator whose end is not known yet, or "".
type Settle struct {
	Open  string
	Pools []Settlement
}

// Void asks to end the round without effect. The two periods are those of the rules, in
// seconds: without them no deadline has passed.
type Void struct {
	At             domain.Time
	Reason         VoidReason
	CeremonyMargin int64
	Abort          int64
}

func (Open) Leads() string                  { return TypeOpened }
func (Close) Leads() string                 { return TypeClosed }
func (Seal) Leads() string                  { return TypeSealed }
func (Announce) Leads() string              { return TypeAnnounced }
func (SupersedeAnnouncement) Leads() string { return TypeAnnouncementSuperseded }
func (Anchor) Leads() string                { return TypeAnchored }
func (RecordCeremony) Leads() string        { return TypeCeremonyRecorded }
func (RecordBeacon) Leads() string          { return TypeBeaconRecorded }
func (Draw) Leads() string                  { return TypeDrawn }
func (Rank) Leads() string                  { return TypeRanked }
func (Publish) Leads() string               { return TypePublished }
func (Settle) Leads() string                { return TypeSettled }
func (Void) Leads() string                  { return TypeVoided }

func (Open) isRoundCommand()                  {}
func (Close) isRoundCommand()                 {}
func (Seal) isRoundCommand()                  {}
func (Announce) isRoundCommand()              {}
func (SupersedeAnnouncement) isRoundCommand() {}
func (Anchor) isRoundCommand()                {}
func (RecordCeremony) isRoundCommand()        {}
func (RecordBeacon) isRoundCommand()          {}
func (Draw) isRoundCommand()                  {}
func (Rank) isRoundCommand()                  {}
func (Publish) isRoundCommand()               {}
func (Settle) isRoundCommand()                {}
func (Void) isRoundCommand()                  {}

// Behind returns the command that leads to an event, without its evidence. Of a seal, a beacon, a
// draw and its ranks the evidence takes long to compute or to verify, and Behind has no answer: it
// panics.
func Behind(e Event) Command {
	switch e := e.(type) {
	case Opened:
		return Open{Rules: e.Rules, Opens: e.Opens, Closes: e.Closes, Reruns: e.Reruns}
	case Closed:
		return Close{}
	case Announced:
		return announce(e)
	case AnnouncementSuperseded:
		return SupersedeAnnouncement{Announce: announce(e.announced())}
	case Anchored:
		return Anchor{Anchored: e}
	case CeremonyRecorded:
		return RecordCeremony{Bytes: e.Bytes}
	case Published:
		return Publish{}
	case Settled:
		return Settle{}
	case Voided:
		return Void{Reason: e.Reason}
	case Sealed, BeaconRecorded, Drawn, Ranked:
	}
	panic(fmt.Sprintf("round: no command for %T", e))
}

func announce(e Announced) Announce {
	return Announce{DrawTime: e.DrawTime, Chain: e.Chain, Pools: e.Pools, Ceremony: e.Ceremony}
}

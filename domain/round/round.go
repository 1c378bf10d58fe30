// Package round is the timetable of one cycle: opened, closed, sealed, announced,
// seeded by the beacon, drawn, published, settled; or voided. The seal comes before the
// announcement, the announcement comes before the time of the beacon round by at
// least the notice of the rules, and the beacon round follows from the draw time
// by arithmetic; nothing can be chosen after the randomness is known.
package round

import (
	"fmt"
	"reflect"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of a round's stream: "round-" and the id.
const StreamPrefix = "round-"

// Phase of a round.
type Phase string

// The phases. The phase is empty before the round is opened.
const (
	PhaseOpened    Phase = "opened"
	PhaseClosed    Phase = "closed"
	PhaseSealed    Phase = "sealed"
	PhaseAnnounced Phase = "announced"
	PhaseSeeded    Phase = "seeded"
	PhaseDrawn     Phase = "drawn"
	PhasePublished Phase = "published"
	PhaseSettled   Phase = "settled"
	PhaseVoided    Phase = "voided"
)

// State of a round's stream.
type State struct {
	Phase     Phase
	Opened    Opened
	Sealed    Sealed
	Announced Announced
	Signature string
	Drawn     Drawn
	Recorded  map[string]uint64 // ranks recorded so far, by pool
	Void      VoidReason

	Superseded uint64     // announcements that are no longer valid
	Anchors    []Anchored // of the valid one
	Ceremony   string     // bytes in hex, once recorded
	Settled    Settled
}

// Seats returns what is on offer in the pool.
func (s State) Seats(pool string) (Seats, bool) {
	for _, p := range s.Announced.Pools {
		if p.Pool == pool {
			return p, true
		}
	}
	return Seats{}, false
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Open:
		return decideOpen(s, c)
	case Close:
		return decideClose(s, c)
	case Seal:
		return decideSeal(s, c)
	case Announce:
		return decideAnnounce(s, c)
	case SupersedeAnnouncement:
		return decideSupersedeAnnouncement(s, c)
	case Anchor:
		return decideAnchor(s, c)
	case RecordCeremony:
		return decideRecordCeremony(s, c)
	case RecordBeacon:
		return decideRecordBeacon(s, c)
	case Draw:
		return decideDraw(s, c)
	case Rank:
		return decideRank(s, c)
	case Publish:
		return decidePublish(s)
	case Settle:
		return decideSettle(s, c)
	case Void:
		return decideVoid(s, c)
	}
	panic(fmt.Sprintf("round: no rule for %T", cmd))
}

// requireActive refuses if there is no such round, or it was voided.
func requireActive(s State) error {
	switch s.Phase {
	case "":
		return fault.New(fault.UnknownRound, "no such round was opened")
	case PhaseVoided:
		return fault.New(fault.RoundVoided, "the round was voided: %s", s.Void)
	}
	return nil
}

func wrongPhase(s State, needs Phase) error {
	return fault.New(fault.RoundPhase, "the round is %s, not %s", s.Phase, needs)
}

func decideOpen(s State, c Open) ([]Event, error) {
	want := Opened{
		Rules: c.Rules, RulesSHA256: c.RulesSHA256, Opens: c.Opens, Closes: c.Closes,
		Reruns: c.Reruns,
	}
	switch {
	case s.Phase != "" && s.Opened == want:
		return nil, nil
	case s.Phase != "":
		return nil, fault.New(fault.RoundExists, "the round was opened with another timetable")
	case !domain.ValidID(c.Rules):
		return nil, fault.New(fault.InvalidID, "rules version %q", c.Rules)
	case c.Opens <= 0 || c.Opens >= c.Closes || c.Closes > domain.MaxTime:
		return nil, fault.New(fault.InvalidWindow, "the window must open before it closes")
	case c.Opens < c.ValidFrom:
		return nil, fault.New(fault.RulesNotInForce,
			"rules %s are in force from %s, the window opens at %s", c.Rules, c.ValidFrom, c.Opens)
	case c.ReplacedBy != "":
		return nil, fault.New(fault.RulesReplaced,
			"rules %s have taken the place of rules %s when the window opens", c.ReplacedBy,
			c.Rules)
	case c.Reruns != "" && !c.RerunVoided:
		return nil, fault.New(fault.NotVoided, "round %s was not voided, so none stands for it",
			c.Reruns)
	case c.Reruns != "" && c.RerunBy != "":
		return nil, fault.New(fault.RerunExists,
			"round %s stands for round %s already", c.RerunBy, c.Reruns)
	}
	return []Event{want}, nil
}

func decideClose(s State, c Close) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch {
	case s.Phase != PhaseOpened:
		return nil, nil
	case c.At < s.Opened.Closes:
		return nil, fault.New(fault.WindowOpen, "the window is open until %s", s.Opened.Closes)
	}
	return []Event{Closed{}}, nil
}

func decideVoid(s State, c Void) ([]Event, error) {
	if s.Phase == PhaseVoided && s.Void == c.Reason {
		return nil, nil
	}
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(VoidReasons, c.Reason):
		return nil, fault.New(fault.InvalidReason, "void reason %q", c.Reason)
	case s.Phase == PhasePublished || s.Phase == PhaseSettled:
		return nil, fault.New(fault.RoundPublished, "a published round stands")
	}
	if err := requireVoidReason(s, c); err != nil {
		return nil, err
	}
	return []Event{Voided{c.Reason}}, nil
}

// requireVoidReason refuses a reason for voiding that the timetable disproves.
func requireVoidReason(s State, c Void) error {
	due := s.BeaconDue()
	switch c.Reason {
	case CeremonyLate:
		waits := s.Phase == PhaseAnnounced && s.Announced.Ceremony && s.Ceremony == ""
		if !waits || c.At <= due-domain.Time(c.CeremonyMargin) {
			return fault.New(fault.ReasonUnfounded, "no announced ceremony is overdue")
		}
	case BeaconMissing:
		switch {
		case s.Phase != PhaseAnnounced:
			return fault.New(fault.ReasonUnfounded, "the round waits for no beacon")
		case c.At < due+domain.Time(c.Abort):
			return fault.New(fault.AbortTooEarly,
				"the beacon round, due at %s, is waited for for %d s", due, c.Abort)
		}
	}
	return nil
}

func decideSeal(s State, c Seal) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseClosed:
	case PhaseOpened:
		return nil, wrongPhase(s, PhaseClosed)
	default:
		if reflect.DeepEqual(s.Sealed, Sealed(c)) {
			return nil, nil
		}
		return nil, fault.New(fault.RoundSealed,
			"the rosters are sealed already, with %d leaves", s.Sealed.LedgerSize)
	}
	if len(c.Rosters) == 0 || c.LedgerSize == 0 {
		return nil, fault.New(fault.InvalidSeal,
			"a seal names the size of the ledger and the roster of every pool")
	}
	return []Event{Sealed(c)}, nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.Phase, s.Opened = PhaseOpened, e
	case Closed:
		s.Phase = PhaseClosed
	case Sealed:
		s.Phase, s.Sealed = PhaseSealed, e
	case Announced:
		s.Phase, s.Announced = PhaseAnnounced, e
	case AnnouncementSuperseded:
		s.Announced, s.Anchors = e.announced(), nil
		s.Superseded++
	case Anchored:
		s.Anchors = append(slices.Clip(s.Anchors), e)
	case CeremonyRecorded:
		s.Ceremony = e.Bytes
	case BeaconRecorded:
		s.Phase, s.Signature = PhaseSeeded, e.Signature
	case Drawn:
		s.Phase, s.Drawn, s.Recorded = PhaseDrawn, e, map[string]uint64{}
	case Ranked:
		next := map[string]uint64{e.Pool: e.First + uint64(len(e.Codes)) - 1}
		for p, n := range s.Recorded {
			if p != e.Pool {
				next[p] = n
			}
		}
		s.Recorded = next
	case Published:
		s.Phase = PhasePublished
	case Settled:
		s.Phase, s.Settled = PhaseSettled, e
	case Voided:
		s.Phase, s.Void = PhaseVoided, e.Reason
	}
	return s
}

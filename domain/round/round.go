// Package round is the timetable of one cycle: opened, closed, sealed, announced,
// seeded by the beacon, drawn, published, settled; or voided. The seal comes before the
// announcement, the announcement comes before the time of the beacon round by at
// least the notice of the rules, and the beacon round follows from the draw time
// by arithmetic; nothing can be chosen after the randomness is known.
package round

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"

	"lotteryledger/domain"
)

// Stream of a round: "round-" and the id.
const Stream = "round-"

// Phase of a round.
type Phase string

// The phases; the empty phase is that of a round nobody opened.
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
	case Supersede:
		return decideSupersede(s, c)
	case Anchor:
		return decideAnchor(s, c)
	case RecordCeremony:
		return decideCeremony(s, c)
	case RecordBeacon:
		return decideBeacon(s, c)
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

// ended refuses what asks something of a round that is not under way.
func ended(s State) error {
	switch s.Phase {
	case "":
		return domain.Reject("unknown_round", "no such round was opened")
	case PhaseVoided:
		return domain.Reject("round_voided", "the round was voided: %s", s.Void)
	}
	return nil
}

func outOfOrder(s State, needs Phase) error {
	return domain.Reject("round_phase", "the round is %s, not %s", s.Phase, needs)
}

func decideOpen(s State, c Open) ([]Event, error) {
	want := Opened{Rules: c.Rules, RulesSHA256: c.RulesSHA256, Opens: c.Opens, Closes: c.Closes, Reruns: c.Reruns}
	switch {
	case s.Phase != "" && s.Opened == want:
		return nil, nil
	case s.Phase != "":
		return nil, domain.Reject("round_exists", "the round was opened with another timetable")
	case !domain.ValidID(c.Rules):
		return nil, domain.Reject("invalid_id", "rules version %q", c.Rules)
	case c.Opens <= 0 || c.Opens >= c.Closes || c.Closes > domain.MaxTime:
		return nil, domain.Reject("invalid_window", "the window must open before it closes")
	case c.Opens < c.ValidFrom:
		return nil, domain.Reject("rules_not_in_force", "rules %s are in force from %s, the window opens at %s", c.Rules, c.ValidFrom, c.Opens)
	case c.ReplacedBy != "":
		return nil, domain.Reject("rules_replaced", "rules %s have taken the place of rules %s when the window opens", c.ReplacedBy, c.Rules)
	case c.Reruns != "" && !c.RerunVoided:
		return nil, domain.Reject("not_voided", "round %s was not voided, so none stands for it", c.Reruns)
	case c.Reruns != "" && c.RerunBy != "":
		return nil, domain.Reject("rerun_exists", "round %s stands for round %s already", c.RerunBy, c.Reruns)
	}
	return []Event{want}, nil
}

func decideClose(s State, c Close) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch {
	case s.Phase != PhaseOpened:
		return nil, nil
	case c.At < s.Opened.Closes:
		return nil, domain.Reject("window_open", "the window is open until %s", s.Opened.Closes)
	}
	return []Event{Closed{}}, nil
}

func decideVoid(s State, c Void) ([]Event, error) {
	if s.Phase == PhaseVoided && s.Void == c.Reason {
		return nil, nil
	}
	if err := ended(s); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(VoidReasons, c.Reason):
		return nil, domain.Reject("invalid_reason", "void reason %q", c.Reason)
	case s.Phase == PhasePublished || s.Phase == PhaseSettled:
		return nil, domain.Reject("round_published", "a published round stands")
	}
	if err := founded(s, c); err != nil {
		return nil, err
	}
	return []Event{Voided{c.Reason}}, nil
}

func decideSeal(s State, c Seal) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseClosed:
	case PhaseOpened:
		return nil, outOfOrder(s, PhaseClosed)
	default:
		if reflect.DeepEqual(s.Sealed, Sealed(c)) {
			return nil, nil
		}
		return nil, domain.Reject("round_sealed", "the rosters are sealed already, with %d leaves", s.Sealed.LedgerSize)
	}
	if len(c.Rosters) == 0 || c.LedgerSize == 0 {
		return nil, domain.Reject("invalid_seal", "a seal names the size of the ledger and the roster of every pool")
	}
	return []Event{Sealed(c)}, nil
}

func decideBeacon(s State, c RecordBeacon) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseAnnounced:
	case PhaseOpened, PhaseClosed, PhaseSealed:
		return nil, outOfOrder(s, PhaseAnnounced)
	default:
		if s.Signature == c.Signature {
			return nil, nil
		}
		return nil, domain.Reject("beacon_recorded", "another signature is recorded already")
	}
	raw, err := hex.DecodeString(c.Signature)
	if err != nil || len(raw) != 48 || hex.EncodeToString(raw) != c.Signature {
		return nil, domain.Reject("beacon_length", "a signature is 96 lower-case hex digits")
	}
	if due := s.BeaconDue(); c.At < due {
		return nil, domain.Reject("beacon_too_early", "round %d of the beacon is due at %s", s.Announced.BeaconRound, due)
	}
	if s.Announced.Ceremony && s.Ceremony == "" {
		return nil, domain.Reject("ceremony_missing", "a ceremony was announced and is not recorded; without it there is no seed")
	}
	return []Event{BeaconRecorded{c.Signature}}, nil
}

func decideDraw(s State, c Draw) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseSeeded:
	case PhaseDrawn, PhasePublished, PhaseSettled:
		if reflect.DeepEqual(s.Drawn, Drawn(c)) {
			return nil, nil
		}
		return nil, domain.Reject("round_drawn", "the round is drawn already, with another result")
	default:
		return nil, outOfOrder(s, PhaseSeeded)
	}
	if len(c.Results) != len(s.Announced.Pools) || len(c.Results) != len(s.Sealed.Rosters) {
		return nil, domain.Reject("invalid_result", "results are needed for each of the %d pools", len(s.Announced.Pools))
	}
	for i, r := range c.Results {
		p, roster := s.Announced.Pools[i], s.Sealed.Rosters[i]
		plain := s.Announced.Mode == ""
		switch {
		case r.Pool != p.Pool || plain && r.Ranks != min(p.Seats+p.Reserve, roster.Count):
			return nil, domain.Reject("invalid_result", "pool %q needs %d ranks", p.Pool, min(p.Seats+p.Reserve, roster.Count))
		case r.Ranks > roster.Count || plain && r.ReserveFrom != 0 || r.ReserveFrom > r.Ranks+1:
			return nil, domain.Reject("invalid_result", "pool %q has %d applications, and a reserve that begins behind its seats", p.Pool, roster.Count)
		}
	}
	return []Event{Drawn(c)}, nil
}

func decideRank(s State, c Rank) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	if s.Phase != PhaseDrawn {
		if s.Phase == PhasePublished || s.Phase == PhaseSettled {
			return nil, nil
		}
		return nil, outOfOrder(s, PhaseDrawn)
	}
	for _, r := range s.Drawn.Results {
		if r.Pool != c.Pool {
			continue
		}
		next, n := s.Recorded[c.Pool]+1, uint64(len(c.Codes))
		switch {
		case n > 0 && c.First > 0 && c.First < next && n <= next-c.First:
			return nil, nil
		case n == 0 || n > MaxRanked || c.First != next || c.First+n-1 > r.Ranks:
			return nil, domain.Reject("invalid_ranks", "pool %q goes on with rank %d, at most %d at a time, up to %d", c.Pool, next, MaxRanked, r.Ranks)
		}
		return []Event{Ranked(c)}, nil
	}
	return nil, domain.Reject("unknown_pool", "pool %q", c.Pool)
}

func decidePublish(s State) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhasePublished, PhaseSettled:
		return nil, nil
	case PhaseDrawn:
	default:
		return nil, outOfOrder(s, PhaseDrawn)
	}
	for _, r := range s.Drawn.Results {
		if s.Recorded[r.Pool] != r.Ranks {
			return nil, domain.Reject("ranks_missing", "pool %q: %d of %d ranks are recorded", r.Pool, s.Recorded[r.Pool], r.Ranks)
		}
	}
	return []Event{Published{}}, nil
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

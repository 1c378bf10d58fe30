package round

import (
	"math"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// BeaconDue returns when the announced beacon round is due, or math.MaxInt64 before an
// announcement.
func (s State) BeaconDue() domain.Time {
	chain, ok := draw.ChainByHash(s.Announced.Chain)
	if !ok {
		return math.MaxInt64
	}
	at, err := chain.TimeOf(s.Announced.BeaconRound)
	if err != nil {
		return math.MaxInt64
	}
	return domain.Time(at)
}

func decideRecordCeremony(s State, c RecordCeremony) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	n := len(c.Bytes) / 2
	switch {
	case s.Phase == PhaseOpened || s.Phase == PhaseClosed || s.Phase == PhaseSealed:
		return nil, wrongPhase(s, PhaseAnnounced)
	case !s.Announced.Ceremony:
		return nil, fault.New(fault.CeremonyUnannounced,
			"the announcement says that there is no ceremony")
	case s.Ceremony != "" && s.Ceremony == c.Bytes:
		return nil, nil
	case s.Ceremony != "":
		return nil, fault.New(fault.CeremonyRecorded, "other bytes are recorded already")
	case n == 0 || n > MaxCeremony || !domain.IsHex(c.Bytes, n):
		return nil, fault.New(fault.InvalidCeremony,
			"the bytes of a ceremony are 1 to %d, in lower-case hex", MaxCeremony)
	case c.At > s.BeaconDue()-domain.Time(c.Margin):
		return nil, fault.New(fault.CeremonyLate,
			"a ceremony is recorded at least %d s before the beacon round, which is due at %s; "+
				"this round can only be voided", c.Margin, s.BeaconDue())
	}
	return []Event{CeremonyRecorded{c.Bytes}}, nil
}

func decideRecordBeacon(s State, c RecordBeacon) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseAnnounced:
	case PhaseOpened, PhaseClosed, PhaseSealed:
		return nil, wrongPhase(s, PhaseAnnounced)
	default:
		if s.Signature == c.Signature {
			return nil, nil
		}
		return nil, fault.New(fault.BeaconRecorded, "another signature is recorded already")
	}
	if !domain.IsHex(c.Signature, 48) {
		return nil, fault.New(fault.BeaconLength, "a signature is 96 lower-case hex digits")
	}
	if due := s.BeaconDue(); c.At < due {
		return nil, fault.New(fault.BeaconTooEarly,
			"round %d of the beacon is due at %s", s.Announced.BeaconRound, due)
	}
	if s.Announced.Ceremony && s.Ceremony == "" {
		return nil, fault.New(fault.CeremonyMissing,
			"a ceremony was announced and is not recorded; without it there is no seed")
	}
	return []Event{BeaconRecorded{c.Signature}}, nil
}

package round

import (
	"reflect"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

func decideAnnounce(s State, c Announce) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if s.Phase == PhaseOpened || s.Phase == PhaseClosed {
		return nil, wrongPhase(s, PhaseSealed)
	}
	e, err := newAnnounced(s, c)
	if err != nil {
		return nil, err
	}
	doc, err := Document(c.ID, s, e, c.Terms)
	if err != nil {
		return nil, err
	}
	e.Document = draw.AnnouncementDigest(doc)
	switch {
	case s.Phase != PhaseSealed && reflect.DeepEqual(s.Announced, e):
		return nil, nil
	case s.Phase != PhaseSealed:
		return nil, fault.New(fault.RoundAnnounced,
			"the round is announced already, with another content")
	}
	if err := c.requireQuotaAndNotice(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// newAnnounced returns the event, without the digest of its document.
func newAnnounced(s State, c Announce) (Announced, error) {
	chain, ok := draw.ChainByHash(c.Chain)
	if !ok {
		return Announced{}, fault.New(fault.UnknownChain, "beacon chain %s", c.Chain)
	}
	beacon, err := chain.RoundAt(int64(c.DrawTime))
	if err != nil || c.DrawTime <= 0 || c.DrawTime > domain.MaxTime {
		return Announced{}, fault.New(fault.InvalidDrawTime,
			"no round of the beacon at %d", int64(c.DrawTime))
	}
	if err := checkSeats(s, c.Pools); err != nil {
		return Announced{}, err
	}
	return Announced{
		DrawTime: c.DrawTime, Chain: c.Chain, BeaconRound: beacon,
		Pools: c.Pools, Mode: c.Mode, Ceremony: c.Ceremony,
	}, nil
}

// requireQuotaAndNotice refuses more seats than the year has, and a draw time that comes
// too soon.
func (c Announce) requireQuotaAndNotice() error {
	if pool := poolOverQuota(c); pool != "" {
		return fault.New(fault.QuotaExceeded,
			"the quota of the year has fewer seats left for pool %s", pool)
	}
	if c.DrawTime < c.At+domain.Time(c.Notice) {
		return fault.New(fault.NoticeTooShort,
			"draw time %s is less than %d s after %s", c.DrawTime, c.Notice, c.At)
	}
	return nil
}

// poolOverQuota returns a pool with more seats than the year's quota has left, or "".
func poolOverQuota(c Announce) string {
	for _, l := range c.Left {
		for _, p := range c.Pools {
			if p.Pool == l.Pool && p.Seats > l.Seats {
				return p.Pool
			}
		}
	}
	return ""
}

func checkSeats(s State, pools []Seats) error {
	if len(pools) != len(s.Sealed.Rosters) {
		return fault.New(fault.InvalidSeats,
			"seats are needed for each of the %d pools", len(s.Sealed.Rosters))
	}
	for i, p := range pools {
		if p.Pool != s.Sealed.Rosters[i].Pool {
			return fault.New(fault.InvalidSeats,
				"pool %d is %q, not %q", i+1, s.Sealed.Rosters[i].Pool, p.Pool)
		}
		if p.Seats > maxSeats || p.Reserve > maxSeats {
			return fault.New(fault.InvalidSeats,
				"pool %q: at most %d seats and as many in reserve", p.Pool, uint64(maxSeats))
		}
	}
	return nil
}

const maxSeats = 100_000_000

func decideSupersedeAnnouncement(s State, c SupersedeAnnouncement) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if s.Phase == PhaseOpened || s.Phase == PhaseClosed || s.Phase == PhaseSealed {
		return nil, wrongPhase(s, PhaseAnnounced)
	}
	a, err := newAnnounced(s, c.Announce)
	if err != nil {
		return nil, err
	}
	valid := s.Announced
	valid.Document = domain.Digest{}
	switch {
	case reflect.DeepEqual(a, valid):
		return nil, nil
	case s.Phase != PhaseAnnounced:
		return nil, wrongPhase(s, PhaseAnnounced)
	case s.Ceremony != "":
		return nil, fault.New(fault.CeremonyRecorded,
			"the ceremony was held for the announcement as it is")
	case c.At >= s.BeaconDue()-domain.Time(c.Margin):
		return nil, fault.New(fault.SupersedeTooLate,
			"an announcement is replaced more than %d s before its beacon round, "+
				"which is due at %s",
			c.Margin, s.BeaconDue())
	}
	if err := c.requireQuotaAndNotice(); err != nil {
		return nil, err
	}
	e := AnnouncementSuperseded{
		Supersedes: s.Announced.Document,
		DrawTime:   a.DrawTime, Chain: a.Chain, BeaconRound: a.BeaconRound,
		Pools: a.Pools, Mode: a.Mode, Ceremony: a.Ceremony,
	}
	doc, err := SupersedingDocument(c.ID, s, e, c.Terms)
	if err != nil {
		return nil, err
	}
	e.Document = draw.AnnouncementDigest(doc)
	return []Event{e}, nil
}

func decideAnchor(s State, c Anchor) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	due := s.BeaconDue()
	switch {
	case slices.Contains(s.Anchors, c.Anchored):
		return nil, nil
	case s.Phase != PhaseAnnounced:
		return nil, wrongPhase(s, PhaseAnnounced)
	case !slices.Contains(AnchorKinds, c.Anchored.Kind) || c.Anchored.Evidence == domain.Digest{}:
		return nil, fault.New(fault.InvalidAnchor,
			"an anchor needs one of the kinds %v and the digest of its evidence", AnchorKinds)
	case c.Anchored.Document != s.Announced.Document:
		return nil, fault.New(fault.AnchorDocument, "the valid announcement is %s",
			s.Announced.Document)
	case c.At >= due:
		return nil, fault.New(fault.AnchorTooLate, "the beacon round was due at %s", due)
	case c.Anchored.ClaimedAt <= 0 || c.Anchored.ClaimedAt > c.At:
		return nil, fault.New(fault.InvalidAnchor,
			"the evidence claims %s, which is still to come", c.Anchored.ClaimedAt)
	}
	return []Event{c.Anchored}, nil
}

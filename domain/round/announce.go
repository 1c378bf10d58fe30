package round

import (
	"reflect"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

func decideAnnounce(s State, c Announce) ([]Event, error) {
	if err := ended(s); err != nil {
		return nil, err
	}
	if s.Phase == PhaseOpened || s.Phase == PhaseClosed {
		return nil, outOfOrder(s, PhaseSealed)
	}
	e, err := announcing(s, c)
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
		return nil, domain.Reject("round_announced", "the round is announced already, with another content")
	}
	if err := c.allowed(); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// announcing is what an announcement fixes, but for the digest of its document.
func announcing(s State, c Announce) (Announced, error) {
	chain, ok := draw.ChainByName(c.Chain.String())
	if !ok {
		return Announced{}, domain.Reject("unknown_chain", "beacon chain %s", c.Chain)
	}
	beacon, err := chain.RoundAt(int64(c.DrawTime))
	if err != nil || c.DrawTime <= 0 || c.DrawTime > domain.MaxTime {
		return Announced{}, domain.Reject("invalid_draw_time", "no round of the beacon at %d", int64(c.DrawTime))
	}
	if err := checkSeats(s, c.Pools); err != nil {
		return Announced{}, err
	}
	return Announced{DrawTime: c.DrawTime, Chain: c.Chain, BeaconRound: beacon, Pools: c.Pools, Mode: c.Mode, Ceremony: c.Ceremony}, nil
}

// allowed refuses more seats than the year has, and a draw time that comes too soon.
func (c Announce) allowed() error {
	if pool := exceeds(c); pool != "" {
		return domain.Reject("quota_exceeded", "the quota of the year has fewer seats left for pool %s", pool)
	}
	if c.DrawTime < c.At+domain.Time(c.Notice) {
		return domain.Reject("notice_too_short", "draw time %s is less than %d s after %s", c.DrawTime, c.Notice, c.At)
	}
	return nil
}

// exceeds is a pool with more seats than the year's quota has left, or "".
func exceeds(c Announce) string {
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
		return domain.Reject("invalid_seats", "seats are needed for each of the %d pools", len(s.Sealed.Rosters))
	}
	for i, p := range pools {
		if p.Pool != s.Sealed.Rosters[i].Pool {
			return domain.Reject("invalid_seats", "pool %d is %q, not %q", i+1, s.Sealed.Rosters[i].Pool, p.Pool)
		}
		if p.Seats > maxSeats || p.Reserve > maxSeats {
			return domain.Reject("invalid_seats", "pool %q: at most %d seats and as many in reserve", p.Pool, uint64(maxSeats))
		}
	}
	return nil
}

const maxSeats = 100_000_000

package round

import (
	"reflect"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// Lots returns the pools of an announced round as they are drawn. The rosters are the sealed
// ones.
func Lots(v rules.Version, a Announced, rosters []draw.Roster) ([]draw.Lot, error) {
	if len(rosters) != len(v.Pools) || len(a.Pools) != len(v.Pools) {
		return nil, fault.New(fault.InvalidSeats, "seats, rosters and rules name different pools")
	}
	lots := make([]draw.Lot, len(rosters))
	for i, p := range v.Pools {
		lots[i] = draw.Lot{
			Roster: rosters[i], Order: p.Order,
			Seats: a.Pools[i].Seats, Reserve: a.Pools[i].Reserve, SpillTo: p.SpillTo,
		}
	}
	return lots, nil
}

func decideDraw(s State, c Draw) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseSeeded:
	case PhaseDrawn, PhasePublished, PhaseSettled:
		if reflect.DeepEqual(s.Drawn, Drawn(c)) {
			return nil, nil
		}
		return nil, fault.New(fault.RoundDrawn, "the round is drawn already, with another result")
	default:
		return nil, wrongPhase(s, PhaseSeeded)
	}
	if len(c.Results) != len(s.Announced.Pools) || len(c.Results) != len(s.Sealed.Rosters) {
		return nil, fault.New(fault.InvalidResult,
			"results are needed for each of the %d pools", len(s.Announced.Pools))
	}
	for i, r := range c.Results {
		p, roster := s.Announced.Pools[i], s.Sealed.Rosters[i]
		plain := s.Announced.Plain()
		switch {
		case r.Pool != p.Pool || plain && r.Ranks != min(p.Seats+p.Reserve, roster.Count):
			return nil, fault.New(fault.InvalidResult,
				"pool %q needs %d ranks", p.Pool, min(p.Seats+p.Reserve, roster.Count))
		case r.Ranks > roster.Count || plain && r.ReserveFrom != 0 || r.ReserveFrom > r.Ranks+1:
			return nil, fault.New(fault.InvalidResult,
				"pool %q has %d applications, and a reserve that begins behind its seats", p.Pool,
				roster.Count)
		}
	}
	return []Event{Drawn(c)}, nil
}

func decideRank(s State, c Rank) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if s.Phase != PhaseDrawn {
		if s.Phase == PhasePublished || s.Phase == PhaseSettled {
			return nil, nil
		}
		return nil, wrongPhase(s, PhaseDrawn)
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
			return nil, fault.New(fault.InvalidRanks,
				"pool %q goes on with rank %d, at most %d at a time, up to %d",
				c.Pool, next, MaxRanked, r.Ranks)
		}
		return []Event{Ranked(c)}, nil
	}
	return nil, fault.New(fault.UnknownPool, "pool %q", c.Pool)
}

func decidePublish(s State) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhasePublished, PhaseSettled:
		return nil, nil
	case PhaseDrawn:
	default:
		return nil, wrongPhase(s, PhaseDrawn)
	}
	for _, r := range s.Drawn.Results {
		if s.Recorded[r.Pool] != r.Ranks {
			return nil, fault.New(fault.RanksMissing,
				"pool %q: %d of %d ranks are recorded", r.Pool, s.Recorded[r.Pool], r.Ranks)
		}
	}
	return []Event{Published{}}, nil
}

// Selected returns how many ranks of the pool are selected; the others are its reserve.
func (s State) Selected(pool string) uint64 {
	for _, r := range s.Drawn.Results {
		if r.Pool != pool {
			continue
		}
		if r.ReserveFrom > 0 {
			return r.ReserveFrom - 1
		}
		seats, _ := s.Seats(pool)
		return min(r.Ranks, seats.Seats)
	}
	return 0
}

// ReserveFrom returns the value for [Result].ReserveFrom: 0 if as many are selected as there
// are seats or ranks, otherwise the rank after the last selected.
func ReserveFrom(selected int, ranks, seats uint64) uint64 {
	if uint64(selected) == min(ranks, seats) {
		return 0
	}
	return uint64(selected) + 1
}

package round

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
)

// PoolTerms is what the announcement repeats of the rules.
type PoolTerms struct {
	Pool, Method   string
	Group          string // "" or "all_or_none"
	Order, SpillTo string
}

// Terms are those of all pools of a version, and the mode in which they are drawn:
// "" where every pool is ranked for itself and nothing needs to be said.
func Terms(v rules.Version) (mode string, terms []PoolTerms) {
	if !v.Plain() {
		mode = string(v.DrawMode())
	}
	for _, p := range v.Pools {
		terms = append(terms, PoolTerms{Pool: p.Name, Method: string(p.Method), Group: string(p.Group), Order: p.Order, SpillTo: p.SpillTo})
	}
	return mode, terms
}

// Lots are the pools of an announced round as they are drawn. The rosters are those
// that were sealed.
func Lots(v rules.Version, a Announced, rosters []draw.Roster) ([]draw.Lot, error) {
	if len(rosters) != len(v.Pools) || len(a.Pools) != len(v.Pools) {
		return nil, domain.Reject("invalid_seats", "seats, rosters and rules name different pools")
	}
	lots := make([]draw.Lot, len(rosters))
	for i, p := range v.Pools {
		lots[i] = draw.Lot{Roster: rosters[i], Order: p.Order, Seats: a.Pools[i].Seats, Reserve: a.Pools[i].Reserve, SpillTo: p.SpillTo}
	}
	return lots, nil
}

// Selected is how many ranks of the pool are selected; the others are its reserve.
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

// ReserveFrom is what a result says of the selected: nothing where they are as many as
// the seats or the ranks, else the rank that follows them.
func ReserveFrom(selected int, ranks, seats uint64) uint64 {
	if uint64(selected) == min(ranks, seats) {
		return 0
	}
	return uint64(selected) + 1
}

package round

import (
	"iter"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// Candidate is an approved application that no earlier round has served.
type Candidate struct {
	Code      string
	Indicator domain.IndicatorKind
	Standing  rules.Standing
	Losses    int // draws of the ledger's own rounds it took part in without a win

	ValidUntil domain.Time // first moment at which it takes no part; 0: without end
}

// Rosters returns the roster of every pool of the rules, in their order. The candidates may
// come in any order. asOf is when the round's window closed: an application that is no longer
// valid at that moment is in no roster, whatever happened to it since.
func Rosters(v rules.Version, asOf domain.Time, candidates iter.Seq[Candidate]) []draw.Roster {
	rosters := make([]draw.Roster, len(v.Pools))
	for i, p := range v.Pools {
		rosters[i] = draw.Roster{Pool: p.Name, Method: p.Method}
	}
	for c := range candidates {
		if c.ValidUntil != 0 && c.ValidUntil <= asOf {
			continue
		}
		s := c.Standing.AfterLosses(c.Losses)
		for wish, i := range v.Wishes(c.Indicator, s) {
			rosters[i].Entries = append(rosters[i].Entries,
				v.EntryIn(v.Pools[i], wish, c.Code, s, asOf))
		}
	}
	for _, r := range rosters {
		slices.SortFunc(r.Entries,
			func(a, b draw.Entry) int { return strings.Compare(a.Code, b.Code) })
	}
	return rosters
}

// SealOf returns what the seal says of a roster.
func SealOf(r draw.Roster) (Roster, error) {
	s, err := r.Seal()
	if err != nil {
		return Roster{}, fault.New(fault.InvalidSeal, "roster of pool %s: %v", r.Pool, err)
	}
	return Roster{
		Pool: r.Pool, Count: s.Count, Weight: s.Weight, Root: s.Root, SHA256: s.FileSHA256,
	}, nil
}

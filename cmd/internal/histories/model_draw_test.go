package histories

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
)

// What docs/ledger.md says of rosters and docs/draw.md of draws, as slowly as one pleases.

// candidate is an application in the pools.
type candidate struct {
	code       string
	kind       domain.IndicatorKind
	standing   rules.Standing
	losses     int
	validUntil domain.Time
}

// look notes who is in the pools with so many leaves.
func (m *model) look(leaves int64) {
	var all []candidate
	for _, code := range sorted(m.apps) {
		if a := m.apps[code]; a.pooled {
			all = append(all, candidate{code, a.kind, a.standing, a.losses, a.validUntil})
		}
	}
	m.candidates[leaves] = all
}

// line is an application in a roster.
type line struct {
	code         string
	weight       int
	since        domain.Time
	size, choice int
}

// rostersOf are the rosters of a round that the first n leaves give.
func (m *model) rostersOf(r *cycle, n int64) map[string][]line {
	v, rosters := m.rules[r.rules], map[string][]line{}
	for _, c := range m.candidates[n] {
		if c.validUntil != 0 && c.validUntil <= r.closes {
			continue
		}
		var wishes, others []rules.Pool
		for _, p := range v.Pools {
			if p.Indicator == c.kind && slices.Contains(p.Applicants, c.standing.Applicant) &&
				p.Entrance == "" {
				others = append(others, p)
			}
		}
		for _, name := range c.standing.Choices {
			for _, p := range v.Pools {
				if p.Name == name && p.Indicator == c.kind &&
					slices.Contains(p.Applicants, c.standing.Applicant) && p.Entrance != "" {
					wishes = append(wishes, p)
				}
			}
		}
		for i, p := range append(wishes, others...) {
			l := lineOf(v, p, c, r.closes)
			if v.Mode == draw.Preference {
				l.choice = i + 1
			}
			rosters[p.Name] = append(rosters[p.Name], l)
		}
	}
	return rosters
}

func lineOf(v rules.Version, p rules.Pool, c candidate, closes domain.Time) line {
	s, main := c.standing, c.standing.Members[0]
	l := line{code: c.code, weight: 1, size: 1}
	if p.Group != "" {
		l.size = len(s.Members)
	}
	switch p.Method {
	case draw.Queue:
		if l.since = main.WaitingSince; l.since == 0 {
			l.since = main.RegisteredOn
		}
		return l
	case draw.Priority:
		l.weight = 0
		for _, f := range s.Members {
			l.weight += extra(v, p, s, f)
		}
		return l
	case draw.Points:
		l.since = main.RegisteredOn
		for _, f := range s.Members {
			l.since = min(l.since, f.RegisteredOn)
		}
	}
	switch {
	case p.Tickets != "":
	case s.Applicant == domain.Family:
		l.weight = points(v, p, s, c.losses, closes)
	case s.Applicant == domain.Organisation:
		for _, t := range v.OrganisationWeights {
			if t.From <= s.Scale {
				l.weight = t.Weight
			}
		}
	default:
		l.weight = max(1, steps(v, p, s, main, c.losses))
	}
	return l
}

func steps(v rules.Version, p rules.Pool, s rules.Standing, f rules.Member, losses int) int {
	up := func(n, per int) int {
		if n%per > 0 {
			return n/per + 1
		}
		return n / per
	}
	return up(f.DrawsUntil2020, v.Ladder.DrawsPerStepUntil2020) +
		up(f.DrawsSince2021+losses, v.Ladder.DrawsPerStepSince2021) + extra(v, p, s, f)
}

// extra is what the grounds of a member give.
func extra(v rules.Version, p rules.Pool, s rules.Standing, f rules.Member) (n int) {
	for _, x := range v.Extras {
		if slices.Contains(f.Grounds, x.Ground) && x.Applicant == s.Applicant && x.Role == f.Role &&
			x.Method == p.Method {
			n += x.Steps
		}
	}
	return n
}

func points(v rules.Version, p rules.Pool, s rules.Standing, losses int, closes domain.Time) int {
	k := v.FamilyPoints
	end := time.Date(time.Unix(int64(closes), 0).UTC().Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	years := func(t domain.Time) (n int) {
		for t != 0 && !time.Unix(int64(t), 0).UTC().AddDate(n+1, 0, 0).After(end) {
			n++
		}
		return n
	}
	main, spouse, others, couple := 0, 0, 0, false
	for _, f := range s.Members {
		n := k.Step*steps(v, p, s, f, losses) + k.WaitingYear*years(f.WaitingSince) +
			k.FamilyYear*years(s.FamilySince)
		switch f.Role {
		case rules.Main:
			main = n + k.Main
		case rules.Spouse:
			spouse, couple = n+k.Other, true
		case rules.Other:
			others += n + k.Other
		}
	}
	generations := min(s.Generations, k.MaxGenerations)
	if couple {
		return ((main+spouse)*k.CoupleFactor + others) * generations
	}
	return (main + others) * generations
}

// seedOf is the seed of a draw from what was announced and recorded.
func seedOf(document, chain domain.Digest, beaconRound uint64, signature,
	ceremony []byte,
) domain.Digest {
	b := append([]byte("PLD1:seed\x00"), document[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(chain)))
	b = binary.BigEndian.AppendUint64(append(b, chain[:]...), beaconRound)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(signature))), signature...)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(ceremony))), ceremony...)
	return sha256.Sum256(b)
}

// ranked is an order of lines.
func ranked(method draw.Method, order string, seed domain.Digest, lines []line) []line {
	key := append([]byte("PLD1:quota\x00"), seed[:]...)
	key = append(binary.BigEndian.AppendUint32(key, uint32(len(order))), order...)
	sum := sha256.Sum256(key)
	scores := map[string][]byte{}
	for _, l := range lines {
		tickets := 1
		if method == draw.PLD1 {
			tickets = l.weight
		}
		for j := range tickets {
			h := sha256.Sum256(append(binary.BigEndian.AppendUint32(slices.Clone(sum[:]),
				uint32(j)), l.code...))
			if s, ok := scores[l.code]; !ok || bytes.Compare(h[:], s) < 0 {
				scores[l.code] = h[:]
			}
		}
	}
	lines = slices.Clone(lines)
	slices.SortFunc(lines, func(a, b line) int {
		byScore := bytes.Compare(scores[a.code], scores[b.code])
		switch method {
		case draw.Points:
			return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.since, b.since), byScore)
		case draw.Priority:
			return cmp.Or(cmp.Compare(b.weight, a.weight), byScore)
		case draw.Queue:
			return cmp.Or(cmp.Compare(a.since, b.since), byScore)
		}
		return byScore
	})
	return lines
}

// drawn is the result of every pool of a round.
func drawn(v rules.Version, r *cycle) map[string]result {
	left, reserve := map[string]uint64{}, map[string]uint64{}
	for _, s := range r.offer {
		left[s.Pool], reserve[s.Pool] = s.Seats, s.Reserve
	}
	served := map[string]bool{} // anywhere, where pools know of each other
	picked, orders := map[string][]line{}, map[string][]line{}
	take := func(pool string, l line) {
		if served[l.code] || uint64(l.size) > left[pool] {
			return
		}
		left[pool] -= uint64(l.size)
		picked[pool] = append(picked[pool], l)
		served[l.code] = v.Mode != ""
	}
	if v.Mode == draw.Preference {
		preferred(v, r, orders, take)
	} else {
		for _, p := range v.Pools {
			orders[p.Name] = ranked(p.Method, cmp.Or(p.Order, p.Name), r.seed, r.rosters[p.Name])
			for _, l := range orders[p.Name] {
				take(p.Name, l)
			}
			left[p.SpillTo] += left[p.Name]
		}
	}
	results := map[string]result{}
	for _, p := range v.Pools {
		res := result{slices.Clone(picked[p.Name]), len(picked[p.Name])}
		for _, l := range orders[p.Name] {
			if !slices.Contains(picked[p.Name], l) && !served[l.code] &&
				uint64(len(res.ranks)-res.selected) < reserve[p.Name] {
				res.ranks = append(res.ranks, l)
			}
		}
		results[p.Name] = res
	}
	return results
}

// preferred lets each application, in one order, try its pools by choice.
func preferred(v rules.Version, r *cycle, orders map[string][]line, take func(string, line)) {
	first := map[string]line{}
	for _, p := range v.Pools {
		for _, l := range r.rosters[p.Name] {
			first[l.code] = l
		}
	}
	var all []line
	for _, code := range sorted(first) {
		all = append(all, first[code])
	}
	for _, one := range ranked(v.Pools[0].Method, "*", r.seed, all) {
		for choice := 1; choice <= len(v.Pools); choice++ {
			for _, p := range v.Pools {
				for _, l := range r.rosters[p.Name] {
					if l.code == one.code && l.choice == choice {
						orders[p.Name] = append(orders[p.Name], l)
						take(p.Name, l)
					}
				}
			}
		}
	}
}

package office

import (
	"context"
	"iter"
	"maps"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Finding is something that would go wrong later in a round, or is probably not meant.
type Finding struct {
	Code  FindingCode
	Pool  string
	Year  int
	Count int
	Time  domain.Time
	Pools []string // of the rules, beside a pool that they do not have
}

// FindingCode says what was found.
type FindingCode string

// The codes of findings.
const (
	NoQuota         FindingCode = "no_quota"           // of a pool in a year
	QuotaStrange    FindingCode = "quota_unknown_pool" // of a pool that the rules do not have
	NoSecond        FindingCode = "no_second_conductor"
	InNoPool        FindingCode = "in_no_pool"         // how many approved applications
	NotValidAtClose FindingCode = "not_valid_at_close" // how many approved applications
	NoticeShort     FindingCode = fault.NoticeTooShort // how early the draw may be
)

// CheckRound looks for what would go wrong later in a round. drawTime is when the draw is planned,
// or 0: as early as the rules allow. candidates are the applications that are in the pools. A
// round whose draw is fixed has only what follows the draw before it.
func (o *Office) CheckRound(
	ctx context.Context, id string, drawTime domain.Time,
	candidates iter.Seq2[round.Candidate, error],
) ([]Finding, error) {
	v, err := o.RulesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	s, err := o.LoadRound(ctx, id)
	if err != nil {
		return nil, err
	}
	switch s.Phase {
	case round.PhasePublished, round.PhaseSettled, round.PhaseVoided:
		return nil, nil
	}
	found, err := o.checkConductors(ctx, v)
	if err != nil || s.Announced.BeaconRound != 0 {
		return found, err
	}
	earliest := max(o.Now(), s.Opened.Closes) + domain.Time(v.NoticeSeconds)
	if drawTime != 0 && drawTime < earliest {
		found = append(found, Finding{Code: NoticeShort, Time: earliest})
	}
	if drawTime == 0 {
		drawTime = earliest
	}
	year, err := o.LoadQuota(ctx, drawTime.Year())
	if err != nil {
		return found, err
	}
	names := poolNames(v)
	for _, name := range names {
		if _, ok := year.Pools[name]; !ok {
			found = append(found, Finding{Code: NoQuota, Pool: name, Year: drawTime.Year()})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(year.Pools)) {
		if !slices.Contains(names, name) {
			found = append(found, Finding{
				Code: QuotaStrange, Pool: name, Year: drawTime.Year(), Pools: names,
			})
		}
	}
	if s.Sealed.LedgerSize != 0 {
		return found, nil
	}
	stray, err := checkCandidates(v, s.Opened.Closes, candidates)
	return append(found, stray...), err
}

func poolNames(v rules.Version) (names []string) {
	for _, p := range v.Pools {
		names = append(names, p.Name)
	}
	return names
}

// checkConductors looks for two officers who may agree on the steps of a round: both with a key,
// or both without.
func (o *Office) checkConductors(ctx context.Context, v rules.Version) ([]Finding, error) {
	if !v.TwoOfficers {
		return nil, nil
	}
	ids, err := eventstore.Names(ctx, o.Store, officer.StreamPrefix)
	if err != nil {
		return nil, err
	}
	keyed, keyless := 0, 0
	for _, id := range ids {
		s, err := o.LoadOfficer(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case !s.Has(officer.Conductor):
		case s.Key != "":
			keyed++
		default:
			keyless++
		}
	}
	if max(keyed, keyless) < 2 {
		return []Finding{{Code: NoSecond, Count: keyed}}, nil
	}
	return nil, nil
}

// checkCandidates looks for applications that would be on no roster.
func checkCandidates(
	v rules.Version, closes domain.Time, candidates iter.Seq2[round.Candidate, error],
) (found []Finding, err error) {
	stray, over := 0, 0
	for c, err := range candidates {
		switch {
		case err != nil:
			return nil, err
		case c.ValidUntil != 0 && c.ValidUntil <= closes:
			over++
		case len(v.Wishes(c.Indicator, c.Standing)) == 0:
			stray++
		}
	}
	if stray > 0 {
		found = append(found, Finding{Code: InNoPool, Count: stray})
	}
	if over > 0 {
		found = append(found, Finding{Code: NotValidAtClose, Count: over})
	}
	return found, nil
}

// KnowsPool reports whether any adopted rules have a pool with this name.
func (o *Office) KnowsPool(ctx context.Context, pool string) (bool, error) {
	versions, err := eventstore.Names(ctx, o.Store, rules.StreamPrefix)
	for _, name := range versions {
		s, err := load(ctx, o, eventstore.Of(catalog.Rules), rules.StreamPrefix+name)
		if err != nil {
			return false, err
		}
		if slices.Contains(poolNames(s.Version), pool) {
			return true, nil
		}
	}
	return false, err
}

package round

import (
	"context"
	"maps"
	"slices"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/projections/pool"
)

// The codes of findings.
const (
	noQuota      = "no_quota"
	strangeQuota = "quota_unknown_pool"
	noSecond     = "no_second_conductor"
	noPool       = "in_no_pool"
	runOut       = "not_valid_at_close"
	shortNotice  = fault.NoticeTooShort
)

// inspect looks for what would go wrong later. A round whose draw is fixed has only what
// follows the draw before it.
func inspect(ctx context.Context, a *app.App, id string, drawTime domain.Time) (inspected, error) {
	r := inspected{Round: id, Findings: []finding{}}
	s, err := a.Round(ctx, id)
	if err != nil {
		return r, err
	}
	r.Phase = s.Phase
	if s.Phase == round.PhasePublished || s.Phase == round.PhaseSettled ||
		s.Phase == round.PhaseVoided {
		return r, nil
	}
	o, err := a.Office(ctx)
	if err != nil {
		return r, err
	}
	v, err := o.RulesOf(ctx, id)
	if err != nil {
		return r, err
	}
	if err := r.conductors(ctx, a, v); err != nil {
		return r, err
	}
	if s.Announced.BeaconRound != 0 {
		return r, nil
	}
	earliest := max(app.Now(), s.Opened.Closes) + domain.Time(v.NoticeSeconds)
	if drawTime != 0 && drawTime < earliest {
		r.Findings = append(r.Findings, finding{Code: shortNotice, Time: earliest})
	}
	if drawTime == 0 {
		drawTime = earliest
	}
	if err := r.quotas(ctx, a, v, drawTime.Year()); err != nil {
		return r, err
	}
	if s.Sealed.LedgerSize == 0 {
		err = r.applications(ctx, a, v, s.Opened.Closes)
	}
	return r, err
}

// quotas compares the pools of the rules with those that have a quota in the year of the draw.
func (r *inspected) quotas(ctx context.Context, a *app.App, v rules.Version, year int) error {
	o, err := a.Office(ctx)
	if err != nil {
		return err
	}
	state, err := o.LoadQuota(ctx, year)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range v.Pools {
		names = append(names, p.Name)
		if _, ok := state.Pools[p.Name]; !ok {
			r.Findings = append(r.Findings, finding{Code: noQuota, Pool: p.Name, Year: year})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Pools)) {
		if !slices.Contains(names, name) {
			r.Findings = append(r.Findings, finding{
				Code: strangeQuota, Pool: name, Year: year, Near: suggest.Nearest(names, name),
			})
		}
	}
	return nil
}

// conductors looks for two officers who may agree on the steps of the round: both with a key, or
// both without.
func (r *inspected) conductors(ctx context.Context, a *app.App, v rules.Version) error {
	if !v.TwoOfficers {
		return nil
	}
	store, err := a.Store(ctx)
	if err != nil {
		return err
	}
	ids, err := a.Names(ctx, officer.StreamPrefix)
	if err != nil {
		return err
	}
	keyed, keyless := 0, 0
	for _, id := range ids {
		l, err := eventstore.Of(catalog.Officers).Load(
			ctx, store, officer.StreamPrefix+id, catalog.Meta{},
		)
		switch {
		case err != nil:
			return err
		case !l.State.Has(officer.Conductor):
		case l.State.Key != "":
			keyed++
		default:
			keyless++
		}
	}
	if max(keyed, keyless) < 2 {
		r.Findings = append(r.Findings, finding{Code: noSecond, Count: keyed})
	}
	return nil
}

// applications looks for those that are approved and would be on no roster.
func (r *inspected) applications(
	ctx context.Context, a *app.App, v rules.Version, closes domain.Time,
) error {
	db, err := a.ReadModels(ctx)
	if err != nil {
		return err
	}
	at, err := db.Position(ctx, pool.Name)
	if err != nil {
		return err
	}
	stray, over := 0, 0
	for c, err := range pool.Of(db).Candidates(ctx, at.Leaves) {
		switch {
		case err != nil:
			return err
		case c.ValidUntil != 0 && c.ValidUntil <= closes:
			over++
		case len(v.Wishes(c.Indicator, c.Standing)) == 0:
			stray++
		}
	}
	if stray > 0 {
		r.Findings = append(r.Findings, finding{Code: noPool, Count: stray})
	}
	if over > 0 {
		r.Findings = append(r.Findings, finding{Code: runOut, Count: over})
	}
	return nil
}

package histories

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// compare lets the read models catch up, and holds them, the folded events and the replay
// against the model.
func (w *world) compare() {
	w.note("compare")
	w.count["comparisons"]++
	if _, err := w.replayed(); err != nil {
		w.fail("%v", err)
	}
	w.compareEvents()
	w.ok(w.env.db.CatchUp(ctx, w.store.Store))
	w.compareTables()
	w.invariants()
}

// finish is the last comparison.
func (w *world) finish() {
	w.compare()
	events := w.events()
	ids := make([]uuid.UUID, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	if !slices.Equal(ids, w.store.stored) { // what was acknowledged, each once and in order
		w.fail("%d events were acknowledged, %d are stored, or others", len(w.store.stored),
			len(ids))
	}
	seen := map[uuid.UUID]bool{}
	for _, id := range ids {
		if seen[id] {
			w.fail("event %s is stored twice", id)
		}
		seen[id] = true
	}
}

func load[S any, E catalog.Event, C any](w *world, a catalog.Aggregate[S, E, C], stream string) S {
	l, err := eventstore.Of(a).Load(ctx, w.store.Store, stream, catalog.Meta{})
	w.ok(err)
	return l.State
}

// same fails unless two values are the same.
func (w *world) same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		w.fail("%s is %+v; the model expects %+v", what, got, want)
	}
}

// known reports whether the model knows of a stream.
func (w *world) known(stream string) bool {
	prefix, id, _ := strings.Cut(stream, "-")
	var is bool
	switch prefix + "-" {
	case officer.StreamPrefix:
		_, is = w.m.officers[id]
	case rules.StreamPrefix:
		_, is = w.m.rules[id]
	case person.StreamPrefix:
		tag, err := domain.ParseDigest(id)
		w.ok(err)
		_, is = w.m.persons[tag]
	case application.StreamPrefix:
		_, is = w.m.apps[id]
	case round.StreamPrefix:
		_, is = w.m.rounds[id]
	case indicator.StreamPrefix:
		_, is = w.m.rights[id]
	case quota.StreamPrefix:
		year, err := quota.ParseYear(id)
		w.ok(err)
		_, is = w.m.quotas[year]
	case applicant.StreamPrefix:
		for _, a := range w.m.apps {
			is = is || a.applicant == id
		}
	}
	return is
}

func (w *world) compareEvents() {
	for _, e := range w.events() {
		if e.Revision == 0 && !w.known(e.Stream) {
			w.fail("stream %s is not known to the model", e.Stream)
		}
	}
	for _, id := range sorted(w.m.officers) {
		w.same("officer "+id,
			slices.Clone(load(w, catalog.Officers, officer.StreamPrefix+id).Roles),
			slices.Clone(w.m.officers[id].roles))
	}
	for tag, p := range w.m.persons {
		s := load(w, catalog.Persons, person.StreamPrefix+tag.String())
		for _, k := range []domain.IndicatorKind{
			domain.Ordinary, domain.NewEnergy,
			domain.Dwelling,
		} {
			w.same("holder of "+tag.String(), s.Holder(k), p.holder[k])
		}
		w.same("bar of "+tag.String(), s.BarredUntil, p.barred)
		w.same("ladder of "+tag.String(), s.Reset, p.reset)
	}
	for _, code := range sorted(w.m.apps) {
		w.compareApplication(code, w.m.apps[code],
			load(w, catalog.Applications, application.StreamPrefix+code))
	}
	for _, id := range sorted(w.m.rounds) {
		w.compareRound(id, w.m.rounds[id], load(w, catalog.Rounds, round.StreamPrefix+id))
	}
	for _, id := range sorted(w.m.rights) {
		i, s := w.m.rights[id], load(w, catalog.Indicators, indicator.StreamPrefix+id)
		w.same("indicator "+id,
			right{
				s.Phase, s.Application, s.ConfirmBy, s.UseBy, s.Vacated, s.Lapsed, s.BarredUntil,
				s.ResetLadder,
			}, *i)
	}
	for year, pools := range w.m.quotas {
		s := load(w, catalog.Quotas, quota.StreamPrefix+strconv.Itoa(year))
		for pool, q := range pools {
			w.same("quota of "+pool, s.Pools[pool].Seats, q.total)
			w.same("changes of "+pool, len(s.Pools[pool].Changes), len(q.changes))
		}
	}
}

func (w *world) compareApplication(code string, a *request, s application.State) {
	what := "application " + code + ": "
	w.same(what+"phase", s.Phase, a.phase)
	w.same(what+"standing", s.Standing, a.standing)
	w.same(what+"validity", s.ValidUntil, a.validUntil)
	w.same(what+"indicator", s.Won, a.won)
	if a.phase == application.PhaseRejected {
		w.same(what+"reasons", s.Reasons, a.reasons)
		w.same(what+"recheck", s.Review().Recheck,
			application.Recheck{Until: a.askUntil, AnswerBy: a.answerBy, Upheld: a.upheld})
	}
	if a.phase == application.PhaseSubmitted || a.phase == application.PhaseRejected {
		w.same(what+"checks", len(s.Review().Checks), len(a.checks))
		for _, c := range s.Review().Checks {
			w.same(what+"check", c, a.checks[c.Department+c.Item])
		}
	}
}

func (w *world) compareRound(id string, r *cycle, s round.State) {
	what := "round " + id + ": "
	w.same(what+"phase", s.Phase, r.phase)
	w.same(what+"window", [2]domain.Time{s.Opened.Opens, s.Opened.Closes},
		[2]domain.Time{r.opens, r.closes})
	w.same(what+"seats", s.Announced.Pools, r.offer)
	w.same(what+"draw time", s.Announced.DrawTime, r.drawTime)
	w.same(what+"superseded", s.Superseded, uint64(r.superseded))
	w.same(what+"anchors", len(s.Anchors), len(r.anchors))
	w.same(what+"ceremony", s.Ceremony, r.ceremony)
	w.same(what+"void", s.Void, r.voided)
	w.same(what+"figures", s.Settled.Pools, r.settled)
	for _, roster := range s.Sealed.Rosters {
		lines, weight := r.rosters[roster.Pool], uint64(0)
		for _, l := range lines {
			weight += uint64(l.weight)
		}
		w.same(what+"roster of "+roster.Pool, [2]uint64{roster.Count, roster.Weight},
			[2]uint64{uint64(len(lines)), weight})
	}
	if s.Drawn.Results == nil {
		return
	}
	w.same(what+"seed", s.Drawn.Seed, r.seed)
	for _, res := range s.Drawn.Results {
		w.same(what+"ranks of "+res.Pool, res.Ranks, uint64(len(r.results[res.Pool].ranks)))
		w.same(what+"selected of "+res.Pool, s.Selected(res.Pool),
			uint64(r.results[res.Pool].selected))
		w.same(what+"recorded of "+res.Pool, s.Recorded[res.Pool], uint64(r.recorded[res.Pool]))
	}
}

// invariants are what has to hold of every history, whatever the model says.
func (w *world) invariants() {
	winners, seats := map[string]string{}, map[string]uint64{}
	for id := range w.m.rights {
		k := rankOf(id)
		s := load(w, catalog.Indicators, indicator.StreamPrefix+id)
		if s.Application != "" {
			if other, twice := winners[s.Application]; twice {
				w.fail("application %s has won %s and %s", s.Application, other, id)
			}
			winners[s.Application] = id
		}
		if s.Phase == indicator.PhaseAwarded || s.Phase == indicator.PhaseConfirmed ||
			s.Phase == indicator.PhaseUsed {
			seats[k.round] += uint64(w.m.rounds[k.round].results[k.pool].ranks[k.n-1].size)
		}
	}
	for id, n := range seats {
		all := uint64(0)
		for _, p := range load(w, catalog.Rounds, round.StreamPrefix+id).Announced.Pools {
			all += p.Seats
		}
		if n > all {
			w.fail("round %s announced %d seats, and %d are held", id, all, n)
		}
	}
	live := map[string]string{}
	for _, code := range sorted(w.m.apps) {
		s := load(w, catalog.Applications, application.StreamPrefix+code)
		for _, tag := range s.Persons {
			key := tag.String() + string(s.Indicator)
			if other := live[key]; !s.Phase.Over() && s.Phase != application.PhaseAwarded &&
				other != "" {
				w.fail("person %s is in applications %s and %s", tag, other, code)
			} else if !s.Phase.Over() && s.Phase != application.PhaseAwarded {
				live[key] = code
			}
		}
	}
}

package histories

import (
	"fmt"
	"strconv"

	"lotteryledger/domain/application"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// project delivers some events to the read models: late, in part, or again from further back,
// and sometimes the delivery breaks off.
func (w *world) project() {
	l := late{Store: w.store.Store, ends: w.store.ends, again: w.rng.IntN(30), most: w.rng.IntN(90)}
	if w.chance(4) {
		l.err = errDown
		w.count[string(broken)]++
	}
	w.count["late deliveries"]++
	w.note("  at most %d events are delivered, %d of them again", l.most, l.again)
	if err := w.env.db.CatchUp(ctx, l); err != nil && l.err == nil {
		w.fail("read models: %v", err)
	}
}

// compareTables holds the rows of all read models against the model. They have caught up.
func (w *world) compareTables() {
	p := pool.Of(w.env.db)
	total := 0
	counts, err := p.Counts(ctx)
	w.ok(err)
	for _, c := range counts {
		total += int(c.Applications)
	}
	w.same("applications in the table", total, len(w.m.apps))
	for _, code := range sorted(w.m.apps) {
		a := w.m.apps[code]
		row, _, err := p.Find(ctx, code)
		w.ok(err)
		want := pool.Application{
			Code: code, Indicator: a.kind, Phase: a.phase, Applicant: a.applicant, Round: a.round,
			SubmittedAt: row.SubmittedAt,
			Standing:    a.standing, InPools: a.pooled, Losses: a.losses, Won: a.won,
			ValidUntil: a.validUntil,
		}
		w.same("row of application "+code, row, want)
	}
	w.compareCandidates(p)
	w.compareResults()
	w.compareQuotas()
	w.compareTimeline()
}

// compareCandidates: who would take part in a round that is sealed now.
func (w *world) compareCandidates(p pool.Pool) {
	got := map[string]string{}
	for c, err := range p.Candidates(ctx, w.leaves()) {
		w.ok(err)
		got[c.Code] = fmt.Sprint(c.Losses, c.ValidUntil)
	}
	want := map[string]string{}
	for code, a := range w.m.apps {
		if a.pooled {
			want[code] = fmt.Sprint(a.losses, a.validUntil)
		}
	}
	w.same("who is in the pools", got, want)
}

func (w *world) compareResults() {
	r := results.Of(w.env.db)
	rounds, err := r.Rounds(ctx)
	w.ok(err)
	w.same("rounds in the table", len(rounds), len(w.m.rounds))
	ranks := map[string]string{}
	for _, row := range rounds {
		c := w.m.rounds[row.ID]
		w.same("row of round "+row.ID,
			[]any{
				row.Phase, row.Rules, row.Opens, row.Closes, row.DrawTime, row.VoidReason,
				int64(row.LedgerSize),
			},
			[]any{c.phase, c.rules, c.opens, c.closes, c.drawTime, c.voided, c.sealed})
		if row.Phase == round.PhasePublished || row.Phase == round.PhaseSettled {
			for _, p := range row.Pools {
				w.compareRanks(r, row.ID, p.Pool)
			}
		}
	}
	for i, err := range r.Indicators(ctx, "", "") {
		w.ok(err)
		ranks[i.ID] = fmt.Sprint(i.Phase, i.UseBy, i.Code)
	}
	want := map[string]string{}
	for id, i := range w.m.rights {
		k := rankOf(id)
		want[id] = fmt.Sprint(i.phase, i.useBy, w.m.rounds[k.round].code(k.pool, k.n))
	}
	w.same("indicators in the table", ranks, want)
}

// compareQuotas: what the rounds have taken of every quota, and what comes back to it.
func (w *world) compareQuotas() {
	for year, pools := range w.m.quotas {
		state := load(w, catalog.Quotas, quota.StreamPrefix+strconv.Itoa(year))
		made, err := results.Of(w.env.db).Quota(ctx, year)
		w.ok(err)
		for _, pool := range sorted(pools) {
			q, back := made[pool], state.Returned(pool)
			w.same(fmt.Sprintf("what became of the quota of %s in %d", pool, year),
				[]any{q.Taken, int64(q.Unused - min(q.Unused, back))},
				[]any{w.m.taken(year, pool, ""), w.m.unused(year, pool)})
		}
	}
}

func (w *world) compareRanks(r results.Results, id, pool string) {
	res, n := w.m.rounds[id].results[pool], 0
	for k, err := range r.Ranks(ctx, id, pool) {
		w.ok(err)
		if n++; n > len(res.ranks) {
			break
		}
		w.same("rank in the table", []any{k.Rank, k.Code, k.Selected},
			[]any{uint64(n), res.ranks[n-1].code, n <= res.selected})
	}
	w.same("ranks in the table", n, len(res.ranks))
}

// compareTimeline: every event of an application stands in its history, once.
func (w *world) compareTimeline() {
	t := timeline.Of(w.env.db)
	if len(w.codes) == 0 {
		return
	}
	code := w.codes[len(w.codes)-1]
	rows, err := t.Events(ctx, code)
	w.ok(err)
	n := 0
	for r, err := range w.store.Store.Read(ctx, application.StreamPrefix+code, eventstore.Range{}) {
		w.ok(err)
		if n < len(rows) {
			w.same("history of application "+code, []any{rows[n].Revision, rows[n].Type},
				[]any{r.Revision, r.Type})
		}
		n++
	}
	w.same("length of the history of application "+code, len(rows), n)
}

package projections_test

import (
	"path/filepath"
	"testing"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/projections/results"
)

// TestAfterTheDraw: a superseded announcement, the reserve that moves up, a lapse and the
// settlement in the tables; who moved up has left the pools.
func TestAfterTheDraw(t *testing.T) {
	db := reopen(t, filepath.Join(t.TempDir(), "read.db"))
	defer func() { require.NoError(t, db.Close()) }()
	w := newWorldUnder(t, lively())
	w.open()
	for range 6 {
		w.approve(w.submit(0)) // all in the ordinary pool
	}
	w.ok(w.closeRound())
	w.ok(w.seal(0))
	w.ok(w.announce(5, 0))
	w.ok(w.supersede(2, 3))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.rank(2))
	w.ok(w.publish())
	ids := w.award(w.round)
	require.Len(t, ids, 2)
	w.ok(w.indicatorDo(ids[0], indicator.Revoke{At: w.now, Reason: indicator.NotEligible}))
	w.ok(w.promotion(w.ledger.ToPromote(w.now)[0]))

	require.NoError(t, db.CatchUp(ctx, w.store))
	tables := results.Of(db)
	var third results.Indicator
	for one, err := range tables.Indicators(ctx, w.round, indicator.PhasePromoted) {
		require.NoError(t, err)
		third = one
	}
	require.Equal(t, w.round+".ordinary.3", third.ID)
	require.Equal(t, []string{third.ID}, w.promote())
	first := w.round
	w.open()
	require.NoError(t, db.CatchUp(ctx, w.store))
	for _, c := range candidates(t, db, w.ledger.Size()) {
		require.NotEqual(t, third.Code, c.Code, "who moved up is in no pool any more")
	}
	w.ok(w.closeRound())
	require.NoError(t, db.CatchUp(ctx, w.store))
	requireRosters(t, db, w.ledger, w.round, w.ledger.Size())
	w.ok(w.roundDo(round.Void{Reason: round.ForceMajeure}))

	for _, id := range []string{ids[1], third.ID} {
		w.ok(w.indicatorDo(id, indicator.Confirm{At: w.now, UseSeconds: version.UseSeconds}))
	}
	w.ok(w.indicatorDo(third.ID, indicator.Use{At: w.now}))
	w.now += domain.Time(version.UseSeconds) + 1
	w.lapse()
	require.Len(t, w.promote(), 1, "these rules promote for a lapse too")
	fourth := w.round[:len(w.round)-1] + "1.ordinary.4"
	w.ok(w.indicatorDo(fourth, indicator.Confirm{At: w.now, UseSeconds: version.UseSeconds}))
	require.Zero(t, w.settle())
	w.ok(w.indicatorDo(fourth, indicator.Use{At: w.now}))
	require.Equal(t, 1, w.settle())
	require.NoError(t, db.CatchUp(ctx, w.store))
	r, ok, err := tables.Round(ctx, first)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, round.PhaseSettled, r.Phase)
	state, _ := w.ledger.Round(first)
	require.Equal(t, state.Announced.DrawTime, r.DrawTime, "of the valid announcement")
	require.EqualValues(t, 2, r.Pools[0].Seats)
	require.Equal(t, round.Settlement{
		Pool: "ordinary", Awarded: 4, Confirmed: 3, Used: 2,
		Forfeited: 1, Revoked: 1, Promoted: 2,
	}, state.Settled.Pools[0])
}

// supersede announces anew, an hour later and with other seats.
func (w *world) supersede(seats, reserve uint64) error {
	state, _ := w.ledger.Round(w.round)
	var pools []round.Seats
	for _, p := range state.Announced.Pools {
		pools = append(pools, round.Seats{Pool: p.Pool, Seats: seats, Reserve: reserve})
	}
	cmd := w.announcement(state.Announced.DrawTime+3600, state.Announced.Chain, pools)
	return w.roundDo(round.SupersedeAnnouncement{Announce: cmd, Margin: w.rules.SupersedeMargin()})
}

// promotion moves one rank up.
func (w *world) promotion(id string) error {
	l := audit.Moving{State: &w.ledger.State}
	name, _, rank, err := indicator.ParseID(id)
	w.ok(err)
	return w.indicatorDo(id, indicator.Promote{
		Vacated: l.Vacated(id), Rank: rank, Reserve: l.Reserve(id, l.Vacated(id)),
		PromoteFor: w.ledger.Version(name).PromoteFor,
	})
}

// promote moves the reserve of all rounds up and awards those who moved.
func (w *world) promote() (ids []string) {
	for _, id := range w.ledger.ToPromote(w.now) {
		w.ok(w.promotion(id))
	}
	for _, id := range w.ledger.ToAward(w.now) {
		code := w.ledger.Selected(id)
		w.ok(w.applicationDo(code, application.Award{Code: code, Indicator: id, Selected: code}))
		w.ok(w.indicatorDo(id, indicator.Award{Application: code, Selected: code}))
		ids = append(ids, id)
	}
	return ids
}

// settle closes the rounds of which nothing is open.
func (w *world) settle() (n int) {
	for _, id := range w.ledger.ToSettle(w.now) {
		pools, open := w.ledger.Settlement(id)
		w.ok(handle(w, catalog.Rounds, round.StreamPrefix+id,
			round.Command(round.Settle{Pools: pools, Open: open})))
		n++
	}
	return n
}

// lapse ends what was not used in time, with its penalty, and gives free who gave an indicator
// back.
func (w *world) lapse() {
	for _, id := range w.ledger.ToLapse(w.now) {
		_, pool, _, _ := indicator.ParseID(id)
		w.ok(w.indicatorDo(id,
			indicator.Forfeit{
				At: w.now, Reason: indicator.Lapsed, Pool: pool,
				Lapse: w.rules.Lapse,
			}))
		l, err := eventstore.Of(catalog.Indicators).Load(ctx, w.store, indicator.StreamPrefix+id,
			catalog.Meta{})
		w.ok(err)
		a, err := w.loaded(l.State.Application)
		w.ok(err)
		for _, tag := range a.Persons {
			var cmd person.Command = person.Bar{
				Kind: a.Indicator, Application: l.State.Application,
				Until: l.State.BarredUntil,
			}
			if l.State.Frees() {
				cmd = person.Release{Kind: a.Indicator, Application: l.State.Application}
			}
			w.ok(handle(w, catalog.Persons, person.StreamPrefix+tag.String(), cmd))
		}
	}
}

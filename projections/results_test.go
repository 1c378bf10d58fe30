package projections_test

import (
	"slices"
	"testing"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/projections"
	"lotteryledger/projections/results"
)

func ranks(t require.TestingT, db *projections.DB, id, pool string) (all []results.Rank) {
	for k, err := range results.Of(db).Ranks(ctx, id, pool) {
		require.NoError(t, err)
		all = append(all, k)
	}
	return all
}

func indicators(t require.TestingT, db *projections.DB, id string,
	phase indicator.Phase,
) (all []results.Indicator) {
	for i, err := range results.Of(db).Indicators(ctx, id, phase) {
		require.NoError(t, err)
		all = append(all, i)
	}
	return all
}

// requireRounds compares all rounds and rankings with the replay.
func requireRounds(t require.TestingT, db *projections.DB, w *world) {
	list, err := results.Of(db).Rounds(ctx)
	require.NoError(t, err)
	var ids []string
	for _, r := range list {
		ids = append(ids, r.ID)
		state, selected := w.ledger.Round(r.ID)
		requireRound(t, state, r)
		for _, p := range version.Pools {
			var onSeats []string
			rows := ranks(t, db, r.ID, p.Name)
			for i, k := range rows {
				require.Equal(t, results.Rank{
					Round: r.ID, Pool: p.Name, Rank: uint64(i + 1),
					Code: k.Code, Selected: k.Selected,
				}, k)
				if k.Selected {
					onSeats = append(onSeats, k.Code)
				}
			}
			require.Equal(t, selected[p.Name], onSeats)
			if state.Phase == round.PhasePublished || state.Phase == round.PhaseSettled {
				require.Len(t, rows, int(state.Recorded[p.Name]))
			} else {
				require.Empty(t, rows)
			}
		}
	}
	require.Equal(t, w.ledger.Rounds(), slices.Sorted(slices.Values(ids)))
}

func requireRound(t require.TestingT, state round.State, r results.Round) {
	want := results.Round{
		ID: r.ID, Phase: state.Phase, Rules: state.Opened.Rules, Opens: state.Opened.Opens,
		Closes:     state.Opened.Closes,
		LedgerSize: state.Sealed.LedgerSize, DrawTime: state.Announced.DrawTime,
		BeaconRound: state.Announced.BeaconRound,
		Signature:   state.Signature, VoidReason: state.Void,
	}
	if want.BeaconRound != 0 {
		want.Chain = state.Announced.Chain.String()
	}
	if len(state.Drawn.Results) != 0 {
		want.Seed = state.Drawn.Seed.String()
	}
	for i, roster := range state.Sealed.Rosters {
		seats, _ := state.Seats(roster.Pool)
		want.Pools = append(want.Pools, results.RoundPool{
			Pool: roster.Pool, Method: version.Pools[i].Method, Count: roster.Count,
			Weight: roster.Weight,
			Seats:  seats.Seats, Reserve: seats.Reserve,
		})
	}
	require.Equal(t, want, r)
}

// TestRoundsAreThoseOfTheReplay looks at the tables after every event of a round.
func TestRoundsAreThoseOfTheReplay(t *testing.T) {
	w := newWorld(t)
	db := open(t, newPath(t))
	look := func() {
		require.NoError(t, db.CatchUp(ctx, w.store))
		requireRounds(t, db, w)
	}
	begin := func() {
		w.open()
		look()
		w.approve(w.submit(len(w.codes)), w.submit(len(w.codes)+1), w.submit(len(w.codes)+2),
			w.submit(len(w.codes)+3))
		for _, step := range []func() error{
			w.closeRound,
			func() error { return w.seal(0) },
			func() error { return w.announce(1, 1) },
			w.seed, w.draw,
			func() error { return w.rank(1) },
		} {
			require.NoError(t, step())
			look()
		}
	}
	begin()
	require.NoError(t, w.publish())
	look()
	require.NotEmpty(t, ranks(t, db, w.round, "ordinary"))
	begin()
	drawn := texts(t, db, "SELECT code FROM results_ranks WHERE round = $1", w.round)
	require.NotEmpty(t, drawn)
	for _, code := range drawn {
		f, err := results.Of(db).Find(ctx, code)
		require.NoError(t, err)
		for _, k := range f.Ranks {
			require.NotEqual(t, w.round, k.Round, "not published yet")
		}
	}
	require.NoError(t, w.roundDo(round.Void{Reason: round.RosterWrong}))
	look()
	require.Empty(t, texts(t, db, "SELECT code FROM results_ranks WHERE round = $1", w.round))

	one, found, err := results.Of(db).Round(ctx, w.round)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, round.PhaseVoided, one.Phase)
	for _, id := range []string{"", "2030-1"} {
		_, found, err = results.Of(db).Round(ctx, id)
		require.NoError(t, err)
		require.False(t, found)
	}
}

func TestIndicatorsAndFind(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	requireRounds(t, db, w)

	all := indicators(t, db, "", "")
	phases := map[indicator.Phase]int{}
	for _, i := range all {
		l, err := eventstore.Of(catalog.Indicators).Load(ctx, w.store, indicator.StreamPrefix+i.ID,
			catalog.Meta{})
		require.NoError(t, err)
		require.Equal(t, indicator.ID(i.Round, i.Pool, i.Rank), i.ID)
		require.Equal(t, results.Indicator{
			ID: i.ID, Round: i.Round, Pool: i.Pool, Rank: i.Rank, Code: l.State.Application,
			Phase: l.State.Phase, UseBy: l.State.UseBy,
		}, i)
		phases[i.Phase]++

		f, err := results.Of(db).Find(ctx, i.Code)
		require.NoError(t, err)
		require.Equal(t, []results.Indicator{i}, f.Indicators)
		require.Contains(t, f.Ranks,
			results.Rank{Round: i.Round, Pool: i.Pool, Rank: i.Rank, Code: i.Code, Selected: true})
	}
	require.Len(t, phases, 5, "%v", phases)
	for phase, n := range phases {
		require.Len(t, indicators(t, db, "2026-1", phase), n)
	}
	require.Empty(t, indicators(t, db, "2026-2", ""))

	// every rank of every published round is found by its code, and nothing else
	var listed, found int
	for _, id := range w.ledger.Rounds() {
		for _, p := range version.Pools {
			listed += len(ranks(t, db, id, p.Name))
		}
	}
	for _, code := range w.codes {
		f, err := results.Of(db).Find(ctx, code)
		require.NoError(t, err)
		found += len(f.Ranks)
	}
	require.Equal(t, listed, found)
	require.Greater(t, listed, 15)
	f, err := results.Of(db).Find(ctx, "0000000000000")
	require.NoError(t, err)
	require.Zero(t, f)
}

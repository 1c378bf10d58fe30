package projections_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
)

// candidates are those that the tables give.
func candidates(t require.TestingT, db *projections.DB, n int64) []round.Candidate {
	var all []round.Candidate
	for c, err := range pool.Of(db).Candidates(ctx, n) {
		require.NoError(t, err)
		all = append(all, c)
	}
	return all
}

// requireRosters compares the rosters that the tables give with those of a replay.
func requireRosters(t require.TestingT, db *projections.DB, l *audit.Ledger, id string,
	n int64,
) []draw.Roster {
	want, _, err := l.Rosters(id, n)
	require.NoError(t, err)
	state, _ := l.Round(id)
	require.Equal(t, want,
		round.Rosters(l.Version(id), state.Opened.Closes, slices.Values(candidates(t, db, n))),
		"rosters of %d leaves", n)
	return want
}

// TestRostersAreThoseOfTheReplay holds tables and replay against each other after
// every event, for all numbers of leaves that can still be sealed.
func TestRostersAreThoseOfTheReplay(t *testing.T) {
	w := busyWorld(t)
	events := w.store.all()
	db := open(t, newPath(t))
	l := audit.NewLedger(nil)
	var compared, entries int
	for i, r := range events {
		require.NoError(t, l.Apply(leaf(t, int64(i), r)))
		require.NoError(t, db.CatchUp(ctx, newMemory(events[:i+1]...)))
		for _, id := range l.Rounds() {
			state, _ := l.Round(id)
			if state.Phase == round.PhasePublished || state.Phase == round.PhaseVoided {
				continue // the replay would count losses that came later
			}
			for n := l.Size(); n > 0; n -= 4 {
				if _, _, err := l.Rosters(id, n); err != nil {
					require.Contains(t, []string{fault.RoundOverlap, fault.RosterWrong},
						fault.CodeOf(err))
					break // a result was published after n leaves, or the round was closed
				}
				for _, roster := range requireRosters(t, db, l, id, n) {
					entries += len(roster.Entries)
				}
				compared++
			}
		}
	}
	require.Greater(t, compared, 300)
	require.Greater(t, entries, 3000)
}

// TestSettling says in numbers what a published round leaves behind.
func TestSettling(t *testing.T) {
	w := newWorld(t)
	w.open()
	for n := range 12 {
		w.submit(n * 4) // individuals, ordinary: all in one pool by lot
	}
	w.approve(w.codes[:10]...)
	w.ok(w.closeRound())
	n := w.ledger.Size()
	w.ok(w.applicationDo(w.codes[0], application.Withdraw{})) // with leaf n, and so too late
	w.ok(w.seal(1))
	w.ok(w.applicationDo(w.codes[1], application.Withdraw{}))
	w.approve(w.codes[10]) // too late for the roster
	w.ok(w.announce(9, 5))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.rank(100))
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	require.Len(t, candidates(t, db, w.ledger.Size()), 9,
		"nothing is settled before the publication")
	w.ok(w.publish())
	require.NoError(t, db.CatchUp(ctx, w.store))

	_, selected := w.ledger.Round(w.round)
	require.Len(t, selected["ordinary"], 9)
	require.NotContains(t, selected["ordinary"], w.codes[0],
		"the one who loses; if the draw changes, choose another one")
	require.Contains(t, selected["ordinary"], w.codes[1])
	for i, code := range w.codes {
		a, found, err := pool.Of(db).Find(ctx, code)
		require.NoError(t, err)
		require.True(t, found)
		won := slices.Contains(selected["ordinary"], code)
		wantLosses, gone := 0, "none"
		switch {
		case i == 0:
			gone, wantLosses = fmt.Sprint(n), 1
		case i == 1:
			gone = fmt.Sprint(n + 2) // the seal came between
		case won:
			gone = fmt.Sprint(w.ledger.Size() - 1)
		}
		require.Equal(t, wantLosses, a.Losses, "application %d", i)
		require.Equal(t, i < 11 && gone == "none", a.InPools, "application %d", i)
		require.Equal(t, []string{gone},
			texts(t, db, "SELECT coalesce(gone_leaf, 'none') FROM pool_applications "+
				"WHERE code = $1", code))
		require.Empty(t, a.Won, "not awarded yet")
	}
	require.Len(t, candidates(t, db, w.ledger.Size()), 1)
	require.Empty(t, texts(t, db, "SELECT code FROM pool_seated"))
}

// TestFindIsTheStream compares every row with the stream it was made of.
func TestFindIsTheStream(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	phases := map[application.Phase]int{}
	for _, code := range w.codes {
		l, err := eventstore.Of(catalog.Applications).Load(ctx, w.store,
			application.StreamPrefix+code, catalog.Meta{})
		require.NoError(t, err)
		a, found, err := pool.Of(db).Find(ctx, code)
		require.NoError(t, err)
		require.True(t, found)
		s := l.State
		require.Equal(t, pool.Application{
			Code: code, Indicator: s.Indicator, Phase: s.Phase, Applicant: s.Applicant,
			Round: s.Round, SubmittedAt: s.Submitted,
			Standing: s.Standing, Won: s.Won, InPools: a.InPools, Losses: a.Losses,
		}, a)
		phases[a.Phase]++
	}
	require.Len(t, phases, 5, "%v", phases)

	_, found, err := pool.Of(db).Find(ctx, "0000000000000")
	require.NoError(t, err)
	require.False(t, found)
}

func TestCodes(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	p := pool.Of(db)
	list := func(f pool.Filter) (codes []string) {
		for c, err := range p.Codes(ctx, f) {
			require.NoError(t, err)
			codes = append(codes, c)
		}
		return codes
	}
	require.Equal(t, slices.Sorted(slices.Values(w.codes)), list(pool.Filter{}))
	require.Equal(t, slices.Sorted(slices.Values(w.codes))[:5], list(pool.Filter{Limit: 5}))
	for _, f := range []pool.Filter{
		{Phase: application.PhaseRejected},
		{Phase: application.PhaseApproved, Indicator: domain.NewEnergy},
		{Round: "2026-1", ApplicantKind: domain.Family},
		{Round: "2026-2"},
	} {
		var want []string
		for _, code := range slices.Sorted(slices.Values(w.codes)) {
			a, _, err := p.Find(ctx, code)
			require.NoError(t, err)
			if (f.Phase == "" || f.Phase == a.Phase) &&
				(f.Indicator == "" || f.Indicator == a.Indicator) &&
				(f.Round == "" || f.Round == a.Round) &&
				(f.ApplicantKind == "" || f.ApplicantKind == a.Standing.Applicant) {
				want = append(want, code)
			}
		}
		require.NotEmpty(t, want)
		require.Less(t, len(want), len(w.codes))
		require.Equal(t, want, list(f), "%+v", f)
	}
	require.Empty(t, list(pool.Filter{Round: "2030-1"}))
}

// TestCodesInPages crosses the bounds of pages, and changes what is listed meanwhile.
func TestCodesInPages(t *testing.T) {
	store := crowd(t, 2500)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, store))
	var all []string
	for c, err := range pool.Of(db).Codes(ctx, pool.Filter{}) {
		require.NoError(t, err)
		all = append(all, c)
		if len(all) == 10 {
			require.NoError(t, db.Rebuild(ctx)) // no connection is held that this had to wait for
			require.NoError(t, db.CatchUp(ctx, store))
		}
	}
	require.Len(t, all, 2500)
	require.True(t, slices.IsSorted(all))
	for _, limit := range []int{1, 999, 1000, 1001, 2000, 2499, 2500, 2501} {
		n := 0
		for _, err := range pool.Of(db).Codes(ctx, pool.Filter{Limit: limit}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, min(limit, 2500), n)
	}
}

func TestCounts(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	counts, err := pool.Of(db).Counts(ctx)
	require.NoError(t, err)
	var applications, inPools int64
	for _, c := range counts {
		applications += c.Applications
		inPools += c.InPools
		n := 0
		for _, err := range pool.Of(db).Codes(ctx,
			pool.Filter{Phase: c.Phase, Indicator: c.Indicator, ApplicantKind: c.ApplicantKind}) {
			require.NoError(t, err)
			n++
		}
		require.EqualValues(t, n, c.Applications, "%+v", c)
	}
	require.EqualValues(t, len(w.codes), applications)
	require.EqualValues(t, len(candidates(t, db, w.ledger.Size())), inPools)
	require.Positive(t, inPools)
}

// TestCandidatesRefuses what the tables cannot answer.
func TestCandidatesRefuses(t *testing.T) {
	w := busyWorld(t)
	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	last := texts(t, db, "SELECT max(published_leaf) FROM pool_rounds")[0]
	published, err := strconv.ParseInt(last, 10, 64)
	require.NoError(t, err)
	for n, want := range map[int64]string{
		-1:                  "leaves are applied",
		w.ledger.Size() + 1: "leaves are applied",
		5:                   "a result was published with leaf " + last,
		published:           "a result was published with leaf " + last,
	} {
		calls := 0
		for _, err := range pool.Of(db).Candidates(ctx, n) {
			require.ErrorContains(t, err, want)
			calls++
		}
		require.Equal(t, 1, calls)
	}
	require.NotEmpty(t, candidates(t, db, published+1))
	for _, err := range pool.Of(db).Candidates(ctx, w.ledger.Size()) {
		require.NoError(t, err)
		break // and nothing is left open
	}
	require.NoError(t, db.Rebuild(ctx))
}

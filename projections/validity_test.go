package projections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/projections/pool"
)

// TestValidityInPools: who is not valid at the close of a window is on no roster of it and
// loses nothing, whether the expiry is stored or not; a renewal counts from its leaf on.
func TestValidityInPools(t *testing.T) {
	w := newWorldUnder(t, demanding)
	w.open()
	for range 4 {
		code := w.submit(0) // individuals for ordinary indicators
		w.check(code, false)
		w.approve(code)
	}
	renewed, late, lapsed, expired := w.codes[0], w.codes[1], w.codes[2], w.codes[3]
	w.conduct(0, 0)
	w.open() // closes after the end of validity
	w.ok(w.applicationDo(renewed, application.Renew{}))
	require.Equal(t, "application_valid",
		fault.CodeOf(w.applicationDo(lapsed, application.Expire{})))
	w.ok(w.closeRound())
	w.ok(w.applicationDo(expired, application.Expire{}))
	w.now -= 86400 // decided before the end, and long on its way
	w.ok(w.applicationDo(late, application.Renew{}))
	w.now += 86400

	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	codes := func(n int64) (codes []string) {
		for _, e := range requireRosters(t, db, w.ledger, w.round, n)[0].Entries {
			codes = append(codes, e.Code)
		}
		return codes
	}
	require.ElementsMatch(t, []string{renewed, late}, codes(w.ledger.Size()))
	require.Equal(t, []string{renewed}, codes(w.ledger.Size()-1))

	w.ok(w.seal(1))
	w.ok(w.announce(0, 0))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.publish())
	w.ok(w.applicationDo(lapsed, application.Expire{}))
	require.NoError(t, db.CatchUp(ctx, w.store))
	for code, losses := range map[string]int{renewed: 2, late: 1, lapsed: 1, expired: 1} {
		a, _, err := pool.Of(db).Find(ctx, code)
		require.NoError(t, err)
		require.Equal(t, losses, a.Losses, code)
		require.Equal(t, code == renewed || code == late, a.InPools, code)
	}
	w.open()
	require.NoError(t, db.CatchUp(ctx, w.store))
	requireRosters(t, db, w.ledger, w.round, w.ledger.Size())
}

package office_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain/quota"
	"lotteryledger/eventstore/office"
)

// TestCarryOver: the earlier year gives first; a repetition, also after a crash between the
// two, moves nothing twice.
func TestCarryOver(t *testing.T) {
	b := newBureau(t)
	year := func(n int) quota.Pool {
		s, err := b.LoadQuota(ctx, n)
		require.NoError(t, err)
		return s.Pools["all"]
	}
	set := quota.SetSeats{Pool: "all", Seats: 10}
	require.NoError(t, b.do(by("wei", "a"), office.Quota(2025, set)))
	require.NoError(t, b.do(by("wei", "b"), office.Quota(2026, set)))
	move := quota.CarryOver{Year: 2026, Pool: "all", Amount: 4, FromYear: 2025, FromPool: "all"}

	requireCode(t, "invalid_quota",
		b.carryOver(by("wei", "d"),
			quota.CarryOver{Year: 2025, Pool: "all", Amount: 4, FromYear: 2026, FromPool: "all"}))
	requireCode(t, "not_allowed", b.carryOver(by("rita", "e"), move))
	requireCode(t, "invalid_id", b.do(by("wei", "f"), office.Quota(20260, set)))
	require.EqualValues(t, 10, year(2025).Seats)

	// As a crash after the first of the two events would leave it.
	half := quota.Adjust{Pool: "all", Number: 1, Amount: -4, Reason: quota.Carried}
	nothing := &audit.NewLedger(nil).State
	require.NoError(t, b.do(by("wei", "g"), office.Quota(2025, half).On(nothing)))
	for range 2 {
		require.NoError(t, b.carryOver(by("wei", "g"), move))
		require.EqualValues(t, 6, year(2025).Seats)
		require.EqualValues(t, 14, year(2026).Seats)
	}
	require.NoError(t, b.carryOver(by("wei", "h"), move))
	require.EqualValues(t, 2, year(2025).Seats)
	require.EqualValues(t, 18, year(2026).Seats)
	require.False(t, errors.Is(b.carryOver(by("wei", "i"), move), nil), "nothing is left to give")

	// What 2026 took is not there for 2027.
	require.NoError(t, b.do(by("wei", "j"), office.Quota(2027, set)))
	take := quota.CarryOver{Pool: "all", Number: 1, Amount: 1, FromYear: 2025, FromPool: "all"}
	requireCode(t, "quota_not_given", b.do(by("wei", "k"), office.Quota(2027, take)))
}

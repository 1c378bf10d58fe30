package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// TestSubmissionRepeatedLater: what was stored in its time is a repetition, also when the round has
// closed by then. Another one is refused.
func TestSubmissionRepeatedLater(t *testing.T) {
	b := openBureau(t)
	s := submission(t, domain.Ordinary, 1)
	first, err := b.submit(by("li", "submit"), s)
	require.NoError(t, err)
	require.NoError(t, b.do(later(by("wei", "close"), closes-opens),
		office.Round(s.Round, round.Close{})))
	stored := len(b.store.all)
	again, err := b.submit(later(by("li", "submit"), closes-opens+1), s)
	require.NoError(t, err)
	require.Equal(t, first.Code, again.Code)
	_, err = b.submit(later(by("li", "another"), closes-opens+1), submission(t, domain.Ordinary, 2))
	require.Equal(t, fault.RoundClosed, fault.CodeOf(err))
	require.Len(t, b.store.all, stored)
}

// TestEraseWithAUsedID: the id of another command is refused before anything is destroyed.
func TestEraseWithAUsedID(t *testing.T) {
	b := newArchive(t)
	_, who := deposit(t, b, "submit", named(t, domain.Ordinary, 1, 1))
	require.NoError(t, b.do(by("wei", "roles"), office.Officer("carl", officer.ChangeRoles{
		Roles: []officer.Role{officer.Registrar, officer.Custodian},
	})))
	used := by("carl", "used")
	require.NoError(t, b.ChangeContact(ctx, b.author(used), who, record(t, 2, 1)))
	require.Equal(t, fault.CommandReused, fault.CodeOf(b.Erase(ctx, b.author(used), who)))
	look := access.Look{Applicant: who, Reason: access.Complaint, Record: access.Masked}
	_, err := b.Look(ctx, b.author(by("carl", "look")), look)
	require.NoError(t, err)

	erase := by("carl", "erase")
	require.NoError(t, b.Erase(ctx, b.author(erase), who))
	require.NoError(t, b.Erase(ctx, b.author(erase), who), "a repetition")
	_, err = b.Look(ctx, b.author(by("carl", "again")), look)
	require.Equal(t, fault.ApplicantErased, fault.CodeOf(err))
}

// TestCarryOverWithAUsedID: the id of another command is refused before the earlier year gives
// anything away.
func TestCarryOverWithAUsedID(t *testing.T) {
	b := newBureau(t)
	set := func(command string, year int, seats uint64) {
		require.NoError(t, b.do(by("wei", command),
			office.Quota(year, quota.SetSeats{Pool: "ordinary", Seats: seats})))
	}
	set("before", 2026, 9)
	set("used", 2027, 1)
	stored := len(b.store.all)
	c := quota.CarryOver{
		Year: 2027, Pool: "ordinary", Amount: 4, FromYear: 2026, FromPool: "ordinary",
	}
	require.Equal(t, fault.CommandReused, fault.CodeOf(b.carryOver(by("wei", "used"), c)))
	require.Len(t, b.store.all, stored)
	require.NoError(t, b.carryOver(by("wei", "carry"), c))
	from, err := b.LoadQuota(ctx, 2026)
	require.NoError(t, err)
	require.EqualValues(t, 5, from.Pools["ordinary"].Seats)
}

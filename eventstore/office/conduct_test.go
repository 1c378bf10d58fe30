package office_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// account yields the applications of a scene from their streams, but for one.
func (s scene) account(t *testing.T, but string) office.Candidates {
	return func(ctx context.Context, _ int64) iter.Seq2[round.Candidate, error] {
		return func(yield func(round.Candidate, error) bool) {
			for _, code := range s.codes {
				a, err := s.LoadApplication(ctx, code)
				require.NoError(t, err)
				c := round.Candidate{
					Code: code, Indicator: a.Indicator, Standing: a.Standing,
					ValidUntil: a.ValidUntil,
				}
				if code != but && !yield(c, nil) {
					return
				}
			}
		}
	}
}

// TestSeal: a round is sealed if both accounts of its pools agree, at the size that is proposed.
func TestSeal(t *testing.T) {
	all := scenes(t)
	s := all["closed"].copied()
	l := &s.ledger(t).State
	_, err := s.Seal(ctx, s.author(s.as("con", "seal")), "r1", l, s.account(t, s.codes[1]))
	require.ErrorIs(t, err, office.OtherAccountError{Pool: "ordinary"})
	_, err = s.Seal(ctx, s.author(s.as("reg", "seal")), "r1", l, s.account(t, ""))
	requireCode(t, "not_allowed", err)
	seal, err := s.Seal(ctx, s.author(s.as("con", "seal")), "r1", l, s.account(t, ""))
	require.NoError(t, err)
	require.EqualValues(t, l.Size(), seal.LedgerSize)
	s.ledger(t)

	open := all["approved"].copied()
	_, err = open.Seal(ctx, open.author(open.as("con", "seal")), "r1", &open.ledger(t).State,
		open.account(t, ""))
	require.Error(t, err)
}

// TestDrawAndAward: a draw records its ranks, and an award passes over what has ended.
func TestDrawAndAward(t *testing.T) {
	all := scenes(t)
	s := all["seeded"].copied()
	for range 2 { // repeated
		results, err := s.Draw(ctx, s.author(s.as("con", "draw")), "r1", &s.ledger(t).State)
		require.NoError(t, err)
		require.NotEmpty(t, results)
		require.Equal(t, 1, s.store.count(round.TypeRanked))
	}
	_, _, err := s.AwardRound(ctx, s.author(s.as("con", "award")), "r1", &s.ledger(t).State, nil)
	requireCode(t, "round_phase", err)

	for _, gone := range []bool{false, true} {
		s := all["published"].copied()
		l := &s.ledger(t).State
		if gone {
			out := application.Disqualify{Reason: application.Impersonation}
			require.NoError(t, s.endApplication(s.as("rev", "out"), l.Selected(seat), out))
		}
		told := 0
		awarded, declined, err := s.AwardRound(ctx, s.author(s.as("con", "award")), "r1", l,
			func(done, all int) {
				told++
				require.Equal(t, told, done)
				require.Equal(t, 1, all)
			})
		require.NoError(t, err)
		require.Equal(t, gone, awarded == 0)
		require.Equal(t, 1, awarded+declined)
		require.Equal(t, 1, told)
	}
}

// TestAwardSettled: repeated after the settlement, an award finds what it led to.
func TestAwardSettled(t *testing.T) {
	s := scenes(t)["used"].copied()
	settle := office.Round("r1", round.Settle{})
	require.ErrorContains(t, s.do(s.as("con", "settle"), settle), "published ledger")
	require.NoError(t, s.do(s.as("con", "settle"), settle.On(s.ledger(t))))
	before := len(s.store.all)
	by := s.author(s.as("con", "award"))
	awarded, declined, err := s.AwardRound(ctx, by, "r1", &s.ledger(t).State, nil)
	require.NoError(t, err)
	require.Equal(t, 1, awarded)
	require.Zero(t, declined)
	require.Len(t, s.store.all, before)
}

// TestRecordBeacon: a signature that is not the beacon's is not recorded.
func TestRecordBeacon(t *testing.T) {
	s := scenes(t)["due"].copied()
	l, good := &s.ledger(t).State, s.signature(t).Signature
	by := s.author(s.as("con", "beacon"))
	require.Error(t, s.RecordBeacon(ctx, by, "r1", l, good[:94]+"00"))
	require.Zero(t, s.store.count(round.TypeBeaconRecorded))
	require.NoError(t, s.RecordBeacon(ctx, by, "r1", l, good))
	require.Equal(t, 1, s.store.count(round.TypeBeaconRecorded))
}

// TestHandleMany: a refusal leaves the others to go on; one of the author ends the bulk.
func TestHandleMany(t *testing.T) {
	s := scenes(t)["submitted"].copied()
	withdraw := application.Withdraw{}
	require.NoError(t, s.endApplication(s.as("reg", "withdraw"), s.codes[0], withdraw))
	check := office.Bulk{Purpose: "check", Command: application.RecordCheck{
		Department: "tax", Item: "paid", Outcome: application.Passed,
	}}
	codes := []string{"0000000000012", s.codes[0], s.codes[1], "../x"}
	by := s.author(s.as("rev", "check"))
	for range 2 { // repeated
		h, err := s.HandleMany(ctx, by, codes, check)
		require.NoError(t, err)
		var refused []string
		for _, r := range h.Refused {
			refused = append(refused, r.Application+" "+fault.CodeOf(r.Err))
		}
		require.Equal(t, []string{
			"0000000000012 unknown_application", s.codes[0] + " application_withdrawn",
			"../x unknown_application",
		}, refused)
	}
	check.PassOver = []string{fault.ApplicationWithdrawn, fault.UnknownApplication}
	h, err := s.HandleMany(ctx, by, codes, check)
	require.NoError(t, err)
	require.Equal(t, office.Handled{PassedOver: 3}, h)

	check.PassOver = nil
	s.store.fail = s.store.appends + 1 // the last one is under way when the store stops
	credit := office.Bulk{Purpose: "credit", Command: application.Credit{
		Member: 1, DrawsSince2021: 2, Evidence: domain.Digest{1},
	}}
	h, err = s.HandleMany(ctx, by, []string{"0000000000012", s.codes[1]}, credit)
	require.ErrorIs(t, err, errDown)
	require.Len(t, h.Refused, 1, "what was refused is known all the same")
	s.store.fail = 0
	check.Progress = func(int) { // dismissed while the bulk is under way
		require.NoError(t, s.do(s.as("wei", "dismiss rev"),
			office.Officer("rev", officer.Dismiss{})))
	}
	many := make([]string, 1000)
	for i := range many {
		code, err := identity.NewCode(uint64(i))
		require.NoError(t, err)
		many[i] = string(code)
	}
	_, err = s.HandleMany(ctx, by, many, check)
	requireCode(t, "not_allowed", err)
}

// TestAdjustQuota: seats that rounds have taken cannot be taken away.
func TestAdjustQuota(t *testing.T) {
	s := scenes(t)["announced"].copied()
	l := &s.ledger(t).State
	by := s.author(s.as("adm", "adjust"))
	cut := quota.Adjust{Pool: "ordinary", Amount: -9, Reason: quota.Policy}
	requireCode(t, "quota_used", s.AdjustQuota(ctx, by, 2026, l, cut))
	cut.Amount = -8
	require.NoError(t, s.AdjustQuota(ctx, by, 2026, l, cut))
	require.NoError(t, s.do(s.as("adm", "seats"),
		office.Quota(2027, quota.SetSeats{Pool: "ordinary", Seats: 1})))
	requireCode(t, "quota_used",
		s.CarryOver(ctx, s.author(s.as("adm", "carry")), l, quota.CarryOver{
			Year: 2027, Pool: "ordinary", Amount: 1, FromYear: 2026, FromPool: "ordinary",
		}))
}

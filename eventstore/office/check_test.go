package office_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// TestCheckRound: each finding, before the draw is fixed.
func TestCheckRound(t *testing.T) {
	all := scenes(t)
	s := all["approved"].copied()
	require.NoError(t, s.do(s.as("adm", "typo"),
		office.Quota(opens.Year(), quota.SetSeats{Pool: "ordinry", Seats: 1})))
	candidates := func(yield func(round.Candidate, error) bool) {
		_ = yield(round.Candidate{ValidUntil: closes}, nil) && yield(round.Candidate{}, nil)
	}
	codes := func(s scene, drawTime domain.Time, of iter.Seq2[round.Candidate, error]) []string {
		s.author(s.as("con", "now"))
		found, err := s.CheckRound(ctx, "r1", drawTime, of)
		require.NoError(t, err)
		var got []string
		for _, f := range found {
			if f.Pool == "ordinry" {
				require.Contains(t, f.Pools, "ordinary")
			}
			got = append(got, string(f.Code))
		}
		return got
	}
	got := codes(s, closes-1, candidates)
	require.Subset(t, got, []string{
		"notice_too_short", "quota_unknown_pool", "in_no_pool", "not_valid_at_close",
	})
	require.NotContains(t, codes(s, 0, candidates), "notice_too_short")
	require.NotContains(t, codes(all["sealed"].copied(), 0, candidates), "in_no_pool")
	require.Empty(t, codes(all["announced"].copied(), 0, candidates))
	require.Empty(t, codes(all["published"].copied(), 0, candidates))

	broken := errors.New("broken")
	_, err := s.CheckRound(ctx, "r1", 0, func(yield func(round.Candidate, error) bool) {
		yield(round.Candidate{}, broken)
	})
	require.ErrorIs(t, err, broken)
	_, err = s.CheckRound(ctx, "r9", 0, candidates)
	requireCode(t, "unknown_round", err)

	known, err := s.KnowsPool(ctx, "ordinary")
	require.NoError(t, err)
	require.True(t, known)
	known, err = s.KnowsPool(ctx, "ordinry")
	require.NoError(t, err)
	require.False(t, known)
}

package round_test

import (
	"crypto/sha256"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

var version = rules.Version{
	Ladder:       rules.Beijing2021().Ladder,
	FamilyPoints: rules.Beijing2021().FamilyPoints,
	Pools: []rules.Pool{
		{
			Name: "ordinary", Indicator: domain.Ordinary,
			Applicants: []domain.ApplicantKind{domain.Individual, domain.Family},
			Method:     draw.PLD1,
		},
		{
			Name: "energy", Indicator: domain.NewEnergy,
			Applicants: []domain.ApplicantKind{domain.Family}, Method: draw.Points,
		},
	},
}

func candidates() []round.Candidate {
	member := func(role rules.Role, draws int) rules.Member {
		return rules.Member{Role: role, DrawsSince2021: draws, RegisteredOn: opens}
	}
	one := rules.Standing{
		Applicant: domain.Individual,
		Members:   []rules.Member{member(rules.Main, 4)},
	}
	two := rules.Standing{
		Applicant: domain.Family,
		Members:   []rules.Member{member(rules.Main, 0), member(rules.Spouse, 0)}, Generations: 1,
	}
	return []round.Candidate{
		{Code: "d", Indicator: domain.Ordinary, Standing: one},
		{Code: "a", Indicator: domain.Ordinary, Standing: one, Losses: 3},
		{Code: "c", Indicator: domain.Ordinary, Standing: two},
		{Code: "b", Indicator: domain.NewEnergy, Standing: two},
		{Code: "e", Indicator: domain.NewEnergy, Standing: one}, // no pool takes it
	}
}

func TestRosters(t *testing.T) {
	want := []draw.Roster{
		{
			Pool: "ordinary", Method: draw.PLD1,
			Entries: []draw.Entry{
				{Code: "a", Weight: 4},
				{Code: "c", Weight: 6},
				{Code: "d", Weight: 2},
			},
		},
		{
			Pool: "energy", Method: draw.Points,
			Entries: []draw.Entry{{Code: "b", Weight: 6, Since: opens}},
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(candidates()).Draw(t, "order")
		require.Equal(t, want, round.Rosters(version, closes, slices.Values(order)), "in any order")
	})
	for _, r := range round.Rosters(version, closes, slices.Values([]round.Candidate(nil))) {
		require.Empty(t, r.Entries)
		require.NoError(t, r.Check(), "an empty pool has a roster too")
	}
}

func TestSealOf(t *testing.T) {
	leaf := func(s string) []byte { d := sha256.Sum256([]byte("\x00" + s)); return d[:] }
	node := func(l, r []byte) []byte {
		d := sha256.Sum256(slices.Concat([]byte{1}, l,
			r))
		return d[:]
	}
	a, c, d := "ordinary\ta\t4", "ordinary\tc\t6", "ordinary\td\t2"

	rosters := round.Rosters(version, closes, slices.Values(candidates()))
	got, err := round.SealOf(rosters[0])
	require.NoError(t, err)
	require.Equal(t, round.Roster{
		Pool: "ordinary", Count: 3, Weight: 12,
		Root:   domain.Digest(node(node(leaf(a), leaf(c)), leaf(d))),
		SHA256: sha256.Sum256([]byte(a + "\n" + c + "\n" + d + "\n")),
	}, got)

	rosters[0].Entries[1].Code = "a"
	_, err = round.SealOf(rosters[0])
	require.Equal(t, "invalid_seal", fault.CodeOf(err))
}

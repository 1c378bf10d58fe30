package proposal

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
)

// TestEveryDeedHasWords: whatever takes two officers is said in every language.
func TestEveryDeedHasWords(t *testing.T) {
	n := 0
	for row := range catalog.Public.All() {
		if !row.TwoOfficers {
			continue
		}
		n++
		for _, language := range words.Languages {
			w, _ := words.In(language)
			require.True(t, w.Has("deed."+row.Name), "%s in %s", row.Name, language)
		}
	}
	require.Equal(t, 11, n)
}

func TestCompare(t *testing.T) {
	before := officer.Appointed{Roles: []officer.Role{"registrar"}, Key: "ab"}
	after := officer.Appointed{Roles: []officer.Role{"registrar", "reviewer"}, Key: "ab"}
	changes, err := compare(before, after)
	require.NoError(t, err)
	require.Equal(t, []change{{"roles", "registrar", "registrar, reviewer"}}, changes)

	changes, err = compare(before, officer.Appointed{})
	require.NoError(t, err)
	require.Equal(t, []change{
		{"roles", "registrar", ""}, {Field: "public_key", Before: "ab"},
	}, changes)

	changes, err = compare(nil, round.Sealed{
		LedgerSize: 7, Rosters: []round.Roster{{Pool: "ordinary", Count: 3}},
	})
	require.NoError(t, err)
	require.Equal(t, change{"ledger_size", "", "7"}, changes[0])
	require.Equal(t, change{"rosters.ordinary.count", "", "3"}, changes[1])

	other := rules.Beijing2021()
	other.NoticeSeconds++
	other.Pools = other.Pools[:len(other.Pools)-1]
	changes, err = compare(rules.Beijing2021(), rules.Adopted{Version: other})
	require.NoError(t, err)
	require.Equal(t, "notice_seconds", changes[0].Field)
	for _, c := range changes[1:] {
		require.Contains(t, c.Field, "pools.")
		require.Empty(t, c.After)
	}
}

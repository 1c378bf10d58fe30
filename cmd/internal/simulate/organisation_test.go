package simulate_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain"
)

// TestOrganisations: as many as asked for, each another one, all of them good; the file
// has all columns then, and the bad rows are the same kinds of bad.
func TestOrganisations(t *testing.T) {
	o := simulate.Options{
		Applications: 3000, Seed: 4, From: from, To: to, BadShare: 30,
		OrganisationShare: 100,
	}
	file, sum := write(t, o)
	again, _ := write(t, o)
	require.True(t, bytes.Equal(file, again))
	apps, codes := read(t, file)
	require.NotEmpty(t, codes)
	codesSeen, scales := map[string]bool{}, map[int]bool{}
	for _, a := range apps {
		if a.ApplicantKind == domain.Organisation {
			code := a.Members[0].Organisation.Reveal()
			require.False(t, codesSeen[code])
			codesSeen[code] = true
			scales[a.Scale] = true
		}
	}
	require.Len(t, codesSeen, sum.Organisations)
	require.InDelta(t, 300, sum.Organisations, 60)
	require.Greater(t, len(scales), 20)
	require.Equal(t, sum.Applications, sum.Individuals+sum.Families+sum.Organisations)

	for _, share := range []int{-1, 1001} {
		o.OrganisationShare = share
		require.Error(t, o.Check())
	}
}

package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
)

func TestKinds(t *testing.T) {
	require.True(t, domain.Individual.Valid())
	require.True(t, domain.Family.Valid())
	require.True(t, domain.Organisation.Valid())
	require.True(t, domain.Dwelling.Valid())
	require.True(t, domain.Ordinary.Valid())
	require.True(t, domain.NewEnergy.Valid())
	for _, s := range []string{
		"", "Individual", "ordinary ", "organization", "dwellings",
		"new-energy",
	} {
		require.False(t, domain.ApplicantKind(s).Valid(), s)
		require.False(t, domain.IndicatorKind(s).Valid(), s)
	}
	require.False(t, domain.ApplicantKind("ordinary").Valid())
	require.False(t, domain.IndicatorKind("family").Valid())
}

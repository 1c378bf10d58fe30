package domain_test

import (
	"errors"
	"fmt"
	"strings"
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
	for _, s := range []string{"", "Individual", "ordinary ", "organization", "dwellings", "new-energy"} {
		require.False(t, domain.ApplicantKind(s).Valid(), s)
		require.False(t, domain.IndicatorKind(s).Valid(), s)
	}
	require.False(t, domain.ApplicantKind("ordinary").Valid())
	require.False(t, domain.IndicatorKind("family").Valid())
}

func TestValidID(t *testing.T) {
	for _, s := range []string{"a", "Z", "0", "2026-1", "beijing-2021", "a--b", strings.Repeat("x", 32)} {
		require.True(t, domain.ValidID(s), s)
	}
	for _, s := range []string{
		"", "-", "-a", "a-", strings.Repeat("x", 33), "a b", "a.b", "a_b", "a/b", "a:b", "a@b", "a`b", "a[b", "a{b",
		"京", "a\x00", "a\n", "é",
	} {
		require.False(t, domain.ValidID(s), "%q", s)
	}
}

func TestRejection(t *testing.T) {
	err := domain.Reject("round_closed", "closed at %d", 7)
	require.EqualError(t, err, "round_closed: closed at 7")
	require.Equal(t, "round_closed", domain.CodeOf(err))
	require.Equal(t, "round_closed", domain.CodeOf(fmt.Errorf("submitting: %w", err)))
	require.Equal(t, "round_closed", domain.CodeOf(errors.Join(errors.New("disk full"), err)))
	require.Empty(t, domain.CodeOf(errors.New("round_closed: closed at 7")))
	require.Empty(t, domain.CodeOf(nil))
}

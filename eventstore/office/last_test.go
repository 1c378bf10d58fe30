package office_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/office"
)

// TestLastAdministrator: whoever is the only one is named; others, and strangers, are not.
func TestLastAdministrator(t *testing.T) {
	b := newBureau(t)
	code := func(id string) string {
		return fault.CodeOf(b.RequireOtherAdministrator(ctx, id))
	}
	require.Equal(t, fault.LastAdministrator, code("wei"))
	require.Empty(t, code("li"), "a registrar")
	require.Empty(t, code("stranger"))
	require.NoError(t, b.do(by("wei", "appoint"), office.Officer("adm",
		officer.Appoint{Roles: []officer.Role{officer.Administrator}})))
	require.Empty(t, code("wei"))
	require.NoError(t, b.do(by("wei", "dismiss"), office.Officer("adm", officer.Dismiss{})))
	require.Equal(t, fault.LastAdministrator, code("wei"))
}

package officer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/officer"
)

// TestClock: what the clock may cause an officer may cause too, and the clock decides
// nothing that is a matter of choice.
func TestClock(t *testing.T) {
	for _, name := range []string{"round.closed.v1", "round.settled.v1", "indicator.forfeited.v1", "indicator.promoted.v1", "identity.barred.v1", "application.expired.v1", "identity.released.v1"} {
		require.True(t, officer.ClockMay(name), name)
		_, ok := officer.RoleFor(name)
		require.True(t, ok, name)
	}
	for _, name := range []string{
		"", "clock", "rules.adopted.v1", "officer.appointed.v1", "application.submitted.v1", "application.approved.v1", "application.disqualified.v1", "application.withdrawn.v1",
		"round.opened.v1", "round.sealed.v1", "round.announced.v1", "round.announcement_superseded.v1", "round.ceremony_recorded.v1",
		"round.beacon_recorded.v1", "round.drawn.v1", "round.published.v1", "round.voided.v1", "indicator.confirmed.v1", "indicator.used.v1",
		"ledger.checkpoint_signed.v1",
	} {
		require.False(t, officer.ClockMay(name), name)
	}
}

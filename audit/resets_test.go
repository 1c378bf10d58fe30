package audit

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/person"
	"lotteryledger/eventstore/catalog"
)

// TestResetOnItsWay: an author may not have seen a reset that was stored a moment ago. A second one
// gives no more time.
func TestResetOnItsWay(t *testing.T) {
	const first domain.Time = 1_000_000
	l, tag := NewLedger(nil), domain.Digest{1}
	require.NoError(t, (&evidence{l, &Decoded{}}).RequireDraws(tag, 1), "nobody knows the person")
	l.persons.put(tag, stream[person.State]{next: 2, state: person.State{Reset: true}})
	l.persons.reset(tag, first)
	l.persons.reset(tag, first+inFlight)
	for at, code := range map[domain.Time]string{
		first: "", first + inFlight: "", first + inFlight + 1: fault.LadderReset,
	} {
		e := evidence{l, &Decoded{Meta: catalog.Meta{At: at}}}
		require.Equal(t, code, fault.CodeOf(e.RequireDraws(tag, 1)), "%d", at-first)
		require.NoError(t, e.RequireDraws(tag, 0))
		require.NoError(t, e.RequireDraws(domain.Digest{2}, 1), "another person")
	}
}

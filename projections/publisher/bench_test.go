package publisher_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog/catalogtest"
	"lotteryledger/eventstore/office"
)

// BenchmarkNewProcess publishes one event in a new process, and carries out what a step of a
// round does there: publish, work out the rosters, store an event, publish. Both with the state
// file and without.
func BenchmarkNewProcess(b *testing.B) {
	for _, applications := range []int{10_000, 50_000} {
		l := emptyLedger(b)
		state := filepath.Join(b.TempDir(), "state")
		l.State = state
		l.apply(applications)
		_, err := l.Sync(b.Context())
		require.NoError(b, err)
		info, err := os.Stat(state)
		require.NoError(b, err)
		for _, with := range []string{state, ""} {
			name := fmt.Sprintf("leaves=%d/state=%t", l.stored()/10_000*10_000, with != "")
			begin := func() {
				l.State = with
				l.restart()
				_, err := l.Sync(b.Context())
				require.NoError(b, err)
			}
			b.Run("publish/"+name, func(b *testing.B) {
				for b.Loop() {
					l.hire(1)
					begin()
				}
				b.ReportMetric(float64(info.Size())/float64(l.stored()), "B/leaf")
			})
			b.Run("step/"+name, func(b *testing.B) {
				for b.Loop() {
					l.hire(1)
					begin()
					_, _, err := l.Ledger().Rosters("r1", l.Ledger().Size())
					require.NoError(b, err)
					l.hire(1)
					_, err = l.Sync(b.Context())
					require.NoError(b, err)
				}
			})
		}
	}
}

// apply stores a ledger with so many approved applications of individuals, in a round that has
// closed.
func (l *ledger) apply(applications int) {
	for leaf, err := range (catalogtest.Ledger{Applications: applications}).Leaves() {
		require.NoError(l.t, err)
		e := eventstore.Proposed{ID: leaf.ID, Type: leaf.Type, Meta: leaf.Meta, Data: leaf.Data}
		_, err := l.store.Append(
			l.t.Context(), leaf.Stream, eventstore.Expected(leaf.Revision)-1, e,
		)
		require.NoError(l.t, err)
	}
	l.execute(office.Round("r1", round.Close{}))
}

package embedded

import (
	"fmt"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// TestNames: the filter lacks nothing that was added, and little else is taken to be there.
func TestNames(t *testing.T) {
	n := newNames(0)
	require.False(t, n.lacks("a"), "nothing is certain before it is ready")
	for i := range moreNames {
		n.add(fmt.Sprint("s-", i))
	}
	n.ready.Store(true)
	wrong := 0
	for i := range moreNames {
		require.False(t, n.lacks(fmt.Sprint("s-", i)))
		if i%10 == 0 && !n.lacks(fmt.Sprint("t-", i)) {
			wrong++
		}
	}
	require.Less(t, wrong, moreNames/10/20, "one in twenty")
	require.False(t, (*names)(nil).lacks("a"))
}

// TestNamesOfAStore: with and without the filter, and while it is made, streams are there
// exactly if they were written, for whoever reads and for whoever writes.
func TestNamesOfAStore(t *testing.T) {
	before := manyNew
	manyNew = 500
	t.Cleanup(func() { manyNew = before })
	fs := vfs.NewMem()
	event := func() eventstore.Proposed {
		return eventstore.Proposed{ID: uuid.New(), Type: "thing.happened.v1", Data: []byte("{}")}
	}
	const writers, each = 8, 200
	for run := range 2 {
		s, err := OpenStore(Options{Dir: "store", FS: fs})
		require.NoError(t, err)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					stream := fmt.Sprint("s-", run, "-", w, "-", i)
					_, there, err := eventstore.Last(t.Context(), s, stream)
					if err != nil || there {
						t.Errorf("%s before it is written: %v, %v", stream, there, err)
					}
					if _, err := s.Append(t.Context(), stream, eventstore.NoStream,
						event()); err != nil {
						t.Error(err)
					}
					_, there, err = eventstore.Last(t.Context(), s, stream)
					if err != nil || !there {
						t.Errorf("%s behind: %v, %v", stream, there, err)
					}
				}
			})
		}
		wg.Wait()
		s.store.learning.Wait()
		require.True(t, s.store.names.Load().ready.Load())
		for old := range run + 1 {
			for w := range writers {
				for i := range each {
					stream := fmt.Sprint("s-", old, "-", w, "-", i)
					_, err := s.Append(t.Context(), stream, eventstore.NoStream, event())
					require.ErrorIs(t, err, eventstore.ErrConflict)
					_, there, err := eventstore.Last(t.Context(), s, stream)
					require.NoError(t, err)
					require.True(t, there)
				}
			}
		}
		require.NoError(t, s.Close())
	}
}

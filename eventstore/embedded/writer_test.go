package embedded

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSmallGroupAfterLargeOne: who comes alone after many does not wait for them for ever.
func TestSmallGroupAfterLargeOne(t *testing.T) {
	s, w := openDirectly(t)
	for range 3 {
		done := make(chan outcome, 1)
		requests := make([]*request, 200)
		for i := range requests {
			requests[i] = appendTo(fmt.Sprint("s-", i), expectation{}, []byte("{}"))
			requests[i].done = done
		}
		for _, r := range requests {
			w.queue <- r
		}
		for range requests {
			require.NoError(t, (<-done).err)
		}
		alone := appendTo("alone", expectation{}, []byte("{}"))
		alone.done = make(chan outcome, 1)
		w.queue <- alone
		select {
		case o := <-alone.done:
			require.NoError(t, o.err)
		case <-time.After(time.Minute):
			t.Fatal("it waits still")
		}
	}
	require.NoError(t, s.failure())
}

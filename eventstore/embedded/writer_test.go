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
		done := make(chan answered, 1)
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
		alone.done = make(chan answered, 1)
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

// TestWaitingInVain: a group that is small waits for as many as came before; after it waited in
// vain others do not, and ever more of them; and whoever needs no sync never waits.
func TestWaitingInVain(t *testing.T) {
	w := &writer{late: time.NewTimer(time.Hour), work: make(chan group, 1000)}
	defer w.late.Stop()
	// pass makes a group of so many requests, and reports whether it would have waited. Nobody else
	// comes.
	pass := func(requests int, records bool) bool {
		w.group = group{waiting: make([]answered, requests)}
		if records {
			w.group.records = make([]byte, 100)
		}
		waits := w.tooSmall()
		if waits {
			require.True(t, w.tooSmall(), "still")
			w.ranOut()
			require.False(t, w.tooSmall())
		}
		w.late.Stop()
		if records {
			w.before = requests
		}
		return waits
	}
	require.False(t, pass(1, true), "nobody came before")
	require.False(t, pass(100, true))
	require.False(t, pass(1, false), "nothing to sync")
	require.True(t, pass(1, true))
	waited := 0
	for range 1000 { // many, then one alone
		require.False(t, pass(100, true))
		if pass(1, true) {
			waited++
		}
	}
	require.Less(t, waited, 12)
	require.Positive(t, waited)
}

// TestCreatedWhenItCame: not when the server had been idle since.
func TestCreatedWhenItCame(t *testing.T) {
	s, w := openDirectly(t)
	for n := range 3 {
		time.Sleep(20 * time.Millisecond)
		before := time.Now().UnixNano() / 100
		require.NoError(t, w.do(t.Context(), appendTo("a", expectation{}, []byte("{}"))).err)
		v := s.acquire()
		e, err := v.eventOf("a", uint64(n))
		s.release(v)
		require.NoError(t, err)
		require.GreaterOrEqual(t, e.created, before)
		require.LessOrEqual(t, e.created, time.Now().UnixNano()/100)
	}
}

package filelock_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/filelock"
)

// TestWait: of many at once one has the lock, and each has it in the end.
func TestWait(t *testing.T) {
	name := filepath.Join(t.TempDir(), "folder", "lock")
	free, err := filelock.Wait(t.Context(), name)
	require.NoError(t, err)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = filelock.Wait(ended, name)
	require.ErrorIs(t, err, context.Canceled, "it is held")

	held, got := 1, make(chan func() error)
	for range 5 {
		go func() {
			free, err := filelock.Wait(t.Context(), name)
			if err != nil {
				t.Error(err)
			}
			held++ // the race detector sees two at once
			got <- free
		}()
	}
	held--
	require.NoError(t, free())
	for n := range 5 {
		free := <-got
		require.Equal(t, n+1, held)
		require.NoError(t, free())
	}
}

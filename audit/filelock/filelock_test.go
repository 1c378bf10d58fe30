package filelock_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
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

	var inside atomic.Int32
	inside.Store(1)
	done := make(chan error)
	for range 5 {
		go func() {
			free, err := filelock.Wait(t.Context(), name)
			if err == nil && inside.Add(1) != 1 {
				err = errors.New("two have the lock")
			}
			inside.Add(-1)
			if err == nil {
				err = free()
			}
			done <- err
		}()
	}
	inside.Add(-1)
	require.NoError(t, free())
	for range 5 {
		require.NoError(t, <-done)
	}
}

package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/filelock"
	"lotteryledger/cmd/lottery/internal/cli"
)

// TestStepsWaitForEachOther: while one step decides on the ledger, another one waits and says so.
func TestStepsWaitForEachOther(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var out, said bytes.Buffer
	lottery := func(line string) int {
		return run(t.Context(), append(strings.Fields(line), "--data", data), &out, &said)
	}
	require.Zero(t, lottery("ledger init --origin lottery.example/plates"), said.String())
	require.Zero(t, lottery("officer appoint chief --role administrator --officer chief"))
	free, err := filelock.Wait(t.Context(), filepath.Join(data, "private", "steps.lock"))
	require.NoError(t, err)
	const wait = 3 * time.Second
	begun := time.Now()
	freed := make(chan error, 1)
	time.AfterFunc(wait, func() { freed <- free() })
	require.Zero(t, lottery("clock run --once"), said.String())
	require.NoError(t, <-freed)
	require.GreaterOrEqual(t, time.Since(begun), wait)
	require.Contains(t, said.String(), "waiting for another step of this ledger to end")

	// whoever decides on nothing, or tries only, does not wait
	free, err = filelock.Wait(t.Context(), filepath.Join(data, "private", "steps.lock"))
	require.NoError(t, err)
	said.Reset()
	require.Zero(t, lottery("officer list"))
	require.Zero(t, lottery("ledger publish"))
	require.Zero(t, lottery("clock run --once --dry-run"), said.String())
	require.Equal(t, cli.Refused, lottery("round seal r1 --officer chief --dry-run"))
	require.NotContains(t, said.String(), "waiting")
	require.NoError(t, free())
}

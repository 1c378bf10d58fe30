package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// TestOutputFails: what could not be printed was not proven.
func TestOutputFails(t *testing.T) {
	args := []string{
		"beacon", "--round", "1000", "--signature",
		"b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
	}
	for _, extra := range [][]string{nil, {"--json"}} {
		var stderr bytes.Buffer
		require.Equal(t, statusFailed, run(append(args, extra...), fullDisk{}, &stderr))
		require.Contains(t, stderr.String(), "writing the report")
		require.Equal(t, statusProven, run(append(args, extra...), io.Discard, &stderr))
	}
	pool := filepath.Join(t.TempDir(), "pool")
	require.NoError(t, os.WriteFile(pool, []byte("1,A\n2,B\n"), 0o600))
	require.Equal(t, statusFailed,
		run([]string{
			"draw", "beijing2011", "--pool", pool, "--seed", "1", "--seats", "1",
		}, fullDisk{}, io.Discard))
}

// TestLinksNoNetwork: the citizen's program needs public files and nothing else.
func TestLinksNoNetwork(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	deps := strings.Fields(string(out))
	require.Contains(t, deps, "lotteryledger/domain/draw")
	for _, dep := range deps {
		require.NotContains(t, []string{"net/http", "net/rpc", "database/sql"}, dep)
		for _, banned := range []string{
			"google.golang.org/grpc", "github.com/cockroachdb/",
			"modernc.org/sqlite", "github.com/EventStore/",
		} {
			require.False(t, strings.HasPrefix(dep, banned), dep)
		}
	}
}

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb/clustertest"
)

// shared is what several goroutines write to, as they do to a terminal.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// onCluster runs the demonstration on a cluster of its own, and returns how many calls that took.
func onCluster(t *testing.T, prepare func(*clustertest.Cluster)) (calls int, stderr string) {
	server, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	c := clustertest.Start(t, 3, server.Addr().String())
	prepare(c)
	var out bytes.Buffer
	var complaints shared
	status := run(t.Context(), []string{
		"demo", "--offline", "--applications", "30", "--dir", filepath.Join(t.TempDir(), "run"),
		"--verifier", verifier(t), "--store", c.ConnectionString(), "--lang", "en",
	}, &out, &complaints)
	require.Zero(t, status, "%s\n%s", out.String(), complaints.String())
	require.Contains(t, out.String(), "and proven")
	return c.Calls(), complaints.String()
}

// TestRoundOnClusterInTrouble: a whole round goes on through each trouble of the leader, at
// whatever call it begins, and is proven. LOTTERY_TROUBLES sets how many rounds have each.
func TestRoundOnClusterInTrouble(t *testing.T) {
	if testing.Short() {
		t.Skip("package esdb has a shorter test of a cluster in trouble")
	}
	t.Parallel()
	rounds := 1
	if s := os.Getenv("LOTTERY_TROUBLES"); s != "" {
		var err error
		rounds, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	calls, complaints := onCluster(t, func(*clustertest.Cluster) {})
	require.NotContains(t, complaints, "waiting for the event store")
	t.Logf("a round takes %d calls", calls)
	random := rand.New(rand.NewPCG(uint64(rounds), 20))
	for n := range rounds {
		for _, kind := range clustertest.Kinds {
			call := 1 + random.IntN(calls)
			fault := clustertest.Fault{
				Kind: kind, Answered: (n+call)%2 == 0, Noticed: time.Second, Elected: time.Second,
				Back: 6 * time.Second,
			}
			t.Run(fmt.Sprintf("%s %d", fault, call), func(t *testing.T) {
				t.Parallel()
				_, complaints := onCluster(t, func(c *clustertest.Cluster) {
					c.FailAt(call, fault)
				})
				for line := range strings.Lines(complaints) {
					if strings.Contains(line, "event store") {
						t.Log(strings.TrimSpace(line))
					}
				}
			})
		}
	}
}

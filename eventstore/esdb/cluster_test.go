package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/esdb/clustertest"
)

// trouble is a fault that lasts a while, as short as a test can bear.
func trouble(kind clustertest.Kind, answered bool) clustertest.Fault {
	return clustertest.Fault{
		Kind: kind, Answered: answered, Noticed: 200 * time.Millisecond,
		Elected: 200 * time.Millisecond, Back: 20 * time.Second,
	}
}

// TestClusterInTrouble: appends, reads and subscriptions go on through every trouble, whether it
// loses the call or the answer. Nothing is stored twice, and a new leader is found within 3 s.
// (Under the race detector, which is slow, it is found before the old one is back.)
func TestClusterInTrouble(t *testing.T) {
	for _, kind := range clustertest.Kinds {
		for _, answered := range []bool{false, true} {
			fault := trouble(kind, answered)
			t.Run(fault.String(), func(t *testing.T) {
				t.Parallel()
				h := newHost(t)
				c := clustertest.Start(t, 3, h.listen)
				s, err := esdb.Open(t.Context(), c.ConnectionString(), esdb.Options{})
				require.NoError(t, err)
				t.Cleanup(s.Close)
				workThrough(t, c, s, fault)
			})
		}
	}
}

func workThrough(t *testing.T, c *clustertest.Cluster, s *esdb.Store, fault clustertest.Fault) {
	const writers, each = 4, 30
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	followed := make(chan int)
	go func() {
		n := 0
		for _, err := range s.Subscribe(ctx, eventstore.Start, "w-") {
			if err != nil {
				break
			}
			if n++; n == writers*each {
				break
			}
		}
		followed <- n
	}()
	c.FailAt(writers*each/2, fault)
	slowest := make([]time.Duration, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			stream := fmt.Sprint("w-", w)
			for k := range each {
				began := time.Now()
				at, err := s.Append(ctx, stream, eventstore.Expected(k-1), some(1)...)
				slowest[w] = max(slowest[w], time.Since(began))
				if err != nil || at == eventstore.Start {
					t.Errorf("append %d: at %s: %v", k, at, err)
					return
				}
			}
			n := 0
			for _, err := range s.Read(ctx, stream, eventstore.Range{}) {
				if err != nil {
					t.Errorf("reading: %v", err)
					return
				}
				n++
			}
			if n != each {
				t.Errorf("%s has %d events", stream, n)
			}
		})
	}
	wg.Wait()
	require.Equal(t, writers*each, <-followed)
	limit := fault.Noticed + fault.Elected + 3*time.Second
	if testing.Short() {
		limit = fault.Back
	}
	for _, d := range slowest {
		t.Log(d)
		require.Less(t, d, limit)
	}
}

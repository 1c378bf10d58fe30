//go:build linux

package embedded

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// TestLarge fills a store with as many events as LARGE says, of 200 bytes in streams
// of 20, and reports what opening, reading, following, checking and backing up take.
// The memory in use must not depend on the number of events.
func TestLarge(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("LARGE"))
	if err != nil {
		t.Skip("LARGE is no number of events")
	}
	dir := t.TempDir() + "/store"
	report := func(what string, begun time.Time) {
		t.Logf("%-34s %10s, %d MB in memory, at most %d MB", what,
			time.Since(begun).Round(time.Millisecond), memory(t, "VmRSS"), memory(t, "VmHWM"))
		require.Less(t, memory(t, "VmHWM"), 900, "memory grows with the events")
		debug.FreeOSMemory()
		require.NoError(t, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
	}
	begun := time.Now()
	s, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	fillDirectly(t, s.writer, n)
	report(fmt.Sprintf("written, %d/s", int(float64(n)/time.Since(begun).Seconds())), begun)
	begun = time.Now()
	require.NoError(t, s.Close())
	report("closed", begun)

	begun = time.Now()
	s, err = Open(Options{Dir: dir})
	require.NoError(t, err)
	report("opened", begun)
	status, err := s.store.status(dir, Folder{}.fs())
	require.NoError(t, err)
	require.EqualValues(t, n, status.Events)
	t.Logf("%d bytes on disk, %d bytes of records", status.DiskBytes, status.Tail)
	begun = time.Now()
	require.Equal(t, n, receiveAll(t, s, n, false))
	report("$all read", begun)
	begun = time.Now()
	require.Equal(t, n, receiveAll(t, s, n, true))
	report("$all subscribed", begun)
	conn, err := grpc.NewClient(s.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	begun = time.Now()
	_, err = Remote{conn}.Backup(t.Context(), nil, dir+".backup", func(int64, int64) {})
	require.NoError(t, err)
	report("backed up", begun)
	require.NoError(t, conn.Close())
	require.NoError(t, s.Close())

	begun = time.Now()
	c, err := Folder{Dir: dir}.Check(t.Context(), 10, func(int64, int64) {})
	require.NoError(t, err)
	require.Empty(t, c.Findings)
	report("checked", begun)
	require.NoError(t, os.RemoveAll(dir))
	begun = time.Now()
	_, err = Folder{Dir: dir}.Restore(t.Context(), dir+".backup", func(int64, int64) {})
	require.NoError(t, err)
	report("restored", begun)
	begun = time.Now()
	s, err = Open(Options{Dir: dir})
	require.NoError(t, err)
	report("opened after restoring", begun)
	require.NoError(t, s.Close())
	require.NoError(t, os.RemoveAll(dir+"/"+indexName))
	begun = time.Now()
	s, err = Open(Options{Dir: dir})
	require.NoError(t, err)
	report("opened without index", begun)
	require.NoError(t, s.Close())
}

// memory reads an entry of the process's status, in MB.
func memory(t *testing.T, name string) int {
	b, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); f[0] == name+":" {
			kb, err := strconv.Atoi(f[1])
			require.NoError(t, err)
			return kb >> 10
		}
	}
	t.Fatal("no " + name)
	return 0
}

// fillDirectly hands events to the writer, without a connection between.
func fillDirectly(t *testing.T, w *writer, n int) {
	const writers, length = 4, 20
	var wg sync.WaitGroup
	for k := range writers {
		wg.Go(func() {
			for i := k * length; i < n; i += writers * length {
				stream := fmt.Sprintf("application-%013d", i)
				r := &request{
					action: actAppend, stream: stream,
					expected: expectation{kind: expectNoStream},
				}
				for j := range min(length, n-i) {
					var id uuid.UUID
					binary.BigEndian.PutUint64(id[8:], uint64(i+j+1))
					r.events = append(r.events,
						newProposal(stream, id, "application.submitted.v1", true, nil,
							make([]byte, 100)))
				}
				if o := w.do(context.Background(), r); o.err != nil {
					t.Error(o.err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// receiveAll reads or follows $all and returns the number of events, n at most.
func receiveAll(t *testing.T, s *Server, n int, follow bool) int {
	conn, err := grpc.NewClient(s.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	o := &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_Start{Start: &shared.Empty{}},
		}},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		CountOption:  &streams.ReadReq_Options_Count{Count: uint64(n)},
	}
	if follow {
		o.CountOption = &streams.ReadReq_Options_Subscription{
			Subscription: &streams.ReadReq_Options_SubscriptionOptions{},
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	call, err := streams.NewStreamsClient(conn).Read(ctx, &streams.ReadReq{Options: o})
	require.NoError(t, err)
	for got := 0; ; {
		resp, err := call.Recv()
		if err == io.EOF || got == n {
			return got
		}
		require.NoError(t, err)
		if resp.GetEvent() != nil {
			if got++; follow && got == n {
				return got
			}
		}
	}
}

package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"lotteryledger/eventstore/embedded"
)

// In the environment of a child process: the folder it writes to, and what else it does.
const (
	childDir  = "EMBEDDED_TEST_CHILD_DIR"
	childWork = "EMBEDDED_TEST_CHILD_WORK"
)

// Works of a child beside writing.
const (
	onlyWrite = iota
	reopen    // closes and opens the store again and again, so tables are written and merged
	backUp    // takes one backup after the other
	works
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir, os.Getenv(childWork)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // it is meant to be killed
	}
	os.Exit(m.Run())
}

// torture is how often something is done to a store: as often as the environment
// variable TORTURE says, or else n times.
func torture(t testing.TB, n int) int {
	if s := os.Getenv("TORTURE"); s != "" {
		var err error
		n, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	return n
}

const batch = 3 // events that a child writes at once

// child opens a store and writes to it for ever, printing every acknowledged batch.
func child(dir, work string) error {
	for n := 0; ; n++ {
		s, err := embedded.Open(embedded.Options{Dir: dir})
		if err != nil {
			return err
		}
		fmt.Println("open")
		var end <-chan time.Time
		switch work {
		case strconv.Itoa(reopen):
			end = time.After(15 * time.Millisecond)
		case strconv.Itoa(backUp):
			conn, err := grpc.NewClient(s.Addr().String(),
				grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				return err
			}
			go func() {
				for {
					name := dir + "-" + uuid.NewString() + ".backup"
					if _, err := (embedded.Remote{Conn: conn}).Backup(context.Background(), nil,
						name, quiet); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
					fmt.Println("backup", name)
				}
			}()
		}
		if err := writeBatches(s, end); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
}

// writeBatches appends to streams of its own until the end, or for ever.
func writeBatches(s *embedded.Server, end <-chan time.Time) error {
	config, err := client.ParseConnectionString(s.ConnectionString())
	if err != nil {
		return err
	}
	config.Logger = client.NoopLogging()
	c, err := client.NewClient(config)
	if err != nil {
		return err
	}
	defer c.Close()
	ended := make(chan struct{})
	errs := make([]error, 4)
	var writers sync.WaitGroup
	var out sync.Mutex
	for w := range errs {
		writers.Go(func() {
			stream := "k-" + uuid.NewString()
			for {
				select {
				case <-ended:
					return
				default:
				}
				e := some(batch)
				if _, errs[w] = c.AppendToStream(context.Background(), stream,
					client.AppendToStreamOptions{ExpectedRevision: client.Any{}},
					e...); errs[w] != nil {
					return
				}
				out.Lock()
				fmt.Println("acknowledged", stream, e[0].EventID, e[1].EventID, e[2].EventID,
					"whole")
				out.Unlock()
			}
		})
	}
	if end != nil {
		<-end
		close(ended)
	}
	writers.Wait()
	return errors.Join(errs...)
}

// TestKill kills a process again and again while it opens a store, writes to it, backs
// it up, or closes it. Each time whatever was seen acknowledged is there, batches are
// whole, a check finds nothing, and each finished backup is good.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const renewed = 10 // cycles on one folder
	cycles := torture(t, 200)
	dir := filepath.Join(t.TempDir(), "store")
	var l *ledger
	written, backups := 0, 0
	for n := range cycles {
		if n%renewed == 0 {
			require.NoError(t, os.RemoveAll(dir))
			l = &ledger{streams: make(map[string][]uuid.UUID)}
		}
		backups += l.killChild(t, dir, n%works)
		folder := embedded.Folder{Dir: dir}
		found, err := folder.Check(t.Context(), 10, quiet)
		if !errors.Is(err, embedded.ErrNoStore) { // killed before there was one
			require.NoError(t, err)
			require.Empty(t, found.Findings)
		}
		written += int(found.Events)
		l.verify(t, embedded.Options{Dir: dir})
		names, err := filepath.Glob(dir + "-*.backup")
		require.NoError(t, err)
		for _, name := range names {
			_, err := embedded.VerifyBackup(t.Context(), nil, name, quiet)
			require.NoError(t, err)
			require.NoError(t, os.Remove(name))
		}
		parts, err := filepath.Glob(dir + "-*.part")
		require.NoError(t, err)
		for _, name := range parts {
			// it may be whole and wait for its name
			if _, err := embedded.VerifyBackup(t.Context(), nil, name, quiet); err != nil {
				require.ErrorIs(t, err, embedded.ErrBadBackup)
			}
			require.NoError(t, os.Remove(name))
		}
	}
	require.Greater(t, written, cycles)
	require.Positive(t, backups)
	t.Logf("%d cycles, %d backups", cycles, backups)
}

// killChild lets a child write until a chance moment and notes what it saw
// acknowledged. It returns how many backups the child saw finished.
func (l *ledger) killChild(t *testing.T, dir string, work int) (backups int) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childWork+"="+strconv.Itoa(work))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill := func() { _ = cmd.Process.Kill() } // fails when it was killed already
	after := 1 + rand.IntN(60)                // lines
	if rand.IntN(3) == 0 {
		// most likely while it opens the store
		time.AfterFunc(time.Duration(rand.IntN(60))*time.Millisecond, kill)
	}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		if n == after {
			kill()
		}
		word := strings.Fields(lines.Text())
		switch {
		case len(word) > 0 && word[0] == "backup":
			backups++
		case len(word) == 3+batch && word[2+batch] == "whole": // not cut off by the kill
			for _, id := range word[2 : 2+batch] {
				l.streams[word[1]] = append(l.streams[word[1]], uuid.MustParse(id))
			}
		}
	}
	require.ErrorContains(t, cmd.Wait(), "killed")
	return backups
}

// verify opens a store and requires what was seen acknowledged, and batches whole.
func (l *ledger) verify(t *testing.T, o embedded.Options) {
	t.Helper()
	s, err := embedded.Open(o)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	c := dial(t, s.ConnectionString())
	all, err := collect(c.ReadAll(t.Context(), client.ReadAllOptions{From: client.Start{}}, 1<<40))
	require.NoError(t, err)
	got := make(map[string][]uuid.UUID)
	for _, e := range all {
		require.EqualValues(t, len(got[e.Event.StreamID]), e.Event.EventNumber, "a gap in %s",
			e.Event.StreamID)
		got[e.Event.StreamID] = append(got[e.Event.StreamID], e.Event.EventID)
	}
	for stream, ids := range got {
		require.Zero(t, len(ids)%batch, "a batch of %s is not whole", stream)
	}
	for stream, ids := range l.streams {
		require.GreaterOrEqual(t, len(got[stream]), len(ids), "acknowledged events are lost")
		require.Equal(t, ids, got[stream][:len(ids)])
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/application"
	"lotteryledger/eventstore"
)

// TestKilledAtAnyMoment kills the demonstration again and again, at random moments,
// and lets it end at last: no append that was acknowledged is lost, nothing is stored
// twice, and the public folder is proven. LOTTERY_KILLS sets how often it is killed.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	kills := 15
	if testing.Short() {
		kills = 4
	}
	if s := os.Getenv("LOTTERY_KILLS"); s != "" {
		var err error
		kills, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	log := filepath.Join(dir, "data", "log.jsonl")
	random := rand.New(rand.NewPCG(uint64(kills), 7))
	killed := 0
	for n := range kills {
		d := startDemo(t, dir)
		if n%3 == 2 {
			// anywhere, also in reading and waiting
			d.wait(time.Duration(random.IntN(1200)) * time.Millisecond)
		} else {
			// about 200 bytes an append: in the midst of writing
			d.waitFor(log, size(log)+int64(random.IntN(16_000)))
		}
		if d.kill() {
			killed++
		}
	}
	t.Logf("killed %d times of %d", killed, kills)
	require.Greater(t, killed, kills/2)
	last := startDemo(t, dir)
	require.NoError(t, <-last.ended, "%s", last.output.String())
	require.Contains(t, last.output.String(), "and proven")

	out, err := exec.Command(verifier(t), "ledger", filepath.Join(dir, "data", "public"), "--lang",
		"en").CombinedOutput()
	require.NoError(t, err, "%s", out)
	checkStore(t, filepath.Join(dir, "data", "store"), acknowledged(t, log))
}

// running is a demonstration in a process of its own.
type running struct {
	*exec.Cmd
	t      *testing.T
	output bytes.Buffer
	ended  chan error
}

func startDemo(t *testing.T, dir string) *running {
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Second)
	t.Cleanup(stop)
	r := &running{t: t, ended: make(chan error, 1)}
	r.Cmd = exec.CommandContext(ctx, "lottery", "demo", "--offline", "--applications", "150",
		"--dir", dir, "--verifier", verifier(t))
	r.Stdout, r.Stderr = &r.output, &r.output
	require.NoError(t, r.Start())
	go func() { r.ended <- r.Cmd.Wait() }()
	return r
}

// wait waits so long, or until the end.
func (r *running) wait(d time.Duration) {
	select {
	case err := <-r.ended:
		r.ended <- err
	case <-time.After(d):
	}
}

// waitFor waits until a file has so many bytes, or some seconds, or until the end.
func (r *running) waitFor(name string, bytes int64) {
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end) && len(r.ended) == 0 &&
		size(name) < bytes; {
		time.Sleep(200 * time.Microsecond)
	}
}

// kill ends the process as a power cut would, and reports whether it was still there.
func (r *running) kill() bool {
	_ = r.Process.Signal(syscall.SIGKILL) // fails if it has ended
	err := <-r.ended
	if err == nil {
		return false
	}
	require.Contains(r.t, err.Error(), "killed", "it failed by itself: %s", r.output.String())
	return true
}

func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// storedLine is a line of the log about an acknowledged append.
type storedLine struct {
	Message  string
	Stream   string
	Revision uint64
	ID       string
	Type     string
}

// acknowledged reads what the log says was stored.
func acknowledged(t *testing.T, log string) []storedLine {
	f, err := os.Open(log)
	require.NoError(t, err)
	defer f.Close()
	var all []storedLine
	for s := bufio.NewScanner(f); s.Scan(); {
		var l storedLine
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			continue // a line that a kill cut off
		}
		if l.Message == "stored" {
			all = append(all, l)
		}
	}
	require.Greater(t, len(all), 500)
	return all
}

// checkStore demands that every acknowledged append is stored where it was, that no
// stream has a gap, and that no application, person or event is stored twice.
func checkStore(t *testing.T, dir string, acknowledged []storedLine) {
	type place struct {
		stream   string
		revision uint64
	}
	events := map[place]eventstore.Recorded{}
	next := map[string]uint64{}
	ids := map[string]bool{}
	persons := map[string]string{}
	applications := 0
	for r := range allEvents(func(err error) { require.NoError(t, err) }, dir) {
		require.Equal(t, next[r.Stream], r.Revision, "%s has a gap", r.Stream)
		next[r.Stream]++
		require.False(t, ids[r.ID.String()], "event %s is stored twice", r.ID)
		ids[r.ID.String()] = true
		events[place{r.Stream, r.Revision}] = r
		if r.Type != (application.Submitted{}).EventType() {
			continue
		}
		applications++
		e, err := eventstore.Decode(r.Type, r.Data)
		require.NoError(t, err)
		s := e.(application.Submitted)
		for _, p := range s.Persons {
			key := string(s.Indicator) + " " + p.String()
			require.Empty(t, persons[key], "one person in two applications: %s and %s",
				persons[key], r.Stream)
			persons[key] = r.Stream
		}
	}
	for _, l := range acknowledged {
		r, ok := events[place{l.Stream, l.Revision}]
		require.True(t, ok, "%s revision %d was acknowledged and is not there", l.Stream,
			l.Revision)
		require.Equal(t, l.ID, r.ID.String(), "%s revision %d", l.Stream, l.Revision)
		require.Equal(t, l.Type, r.Type)
	}
	receipts, err := filepath.Glob(filepath.Join(dir, "..", "private", "import-*.receipts.tsv"))
	require.NoError(t, err)
	lines := 0
	for _, name := range receipts {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		lines += strings.Count(string(b), "\n") - 1
	}
	require.Equal(t, applications, lines, "each application has its receipt")
	require.Greater(t, applications, 100)
}

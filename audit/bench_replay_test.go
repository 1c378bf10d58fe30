package audit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
)

// replayFolder, in the environment, makes this program replay the folder that it names and
// report what that took, in place of running tests.
const replayFolder = "LOTTERY_REPLAY_FOLDER"

// keepFolders, in the environment, names a folder in which the ledgers of benchmarks are kept,
// so that the next run need not make them again.
const keepFolders = "LOTTERY_BENCH_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(replayFolder); dir != "" {
		if err := replayHere(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// provenTree is the size and root of a folder.
type provenTree struct {
	Size int64
	Root tlog.Hash
}

// usage is what a replay took in a process of its own.
type usage struct {
	Wall, CPU, Tree time.Duration // CPU: of all threads; Tree: of it, if the tree alone is proven
	RSS             int64         // bytes at most
}

func replayHere(dir string) error {
	raw, err := os.ReadFile(dir + ".json")
	if err != nil {
		return err
	}
	var t provenTree
	if err := json.Unmarshal(raw, &t); err != nil {
		return err
	}
	var u usage
	begin, busy := time.Now(), cpuTime()
	if err := audit.Replay(os.DirFS(dir), t.Size, t.Root, audit.NewLedger(nil), nil); err != nil {
		return err
	}
	u.Wall, u.CPU, u.RSS = time.Since(begin), cpuTime()-busy, maxRSS()
	busy = cpuTime()
	if err := tiles.Verify(os.DirFS(dir), t.Size, t.Root, nil, nil); err != nil {
		return err
	}
	u.Tree = cpuTime() - busy
	return json.NewEncoder(os.Stdout).Encode(u)
}

func rusage() (u syscall.Rusage) {
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u
}

func cpuTime() time.Duration {
	u := rusage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func maxRSS() int64 { return rusage().Maxrss << 10 }

// BenchmarkReplayMillions replays 2 million leaves, and 10 million if LARGE is set, each in a
// process of its own: the time, the time of all processors, and the most memory.
func BenchmarkReplayMillions(b *testing.B) {
	sizes := []int{2}
	if os.Getenv("LARGE") != "" {
		sizes = append(sizes, 10)
	}
	for _, millions := range sizes {
		b.Run(strconv.Itoa(millions), func(b *testing.B) { benchmarkMillions(b, millions) })
	}
}

func benchmarkMillions(b *testing.B, millions int) {
	dir, size := keptLedger(b, millions*250_000)
	var all usage
	for b.Loop() {
		cmd := exec.Command(os.Args[0])
		cmd.Env, cmd.Stderr = append(os.Environ(), replayFolder+"="+dir), os.Stderr
		out, err := cmd.Output()
		require.NoError(b, err)
		var u usage
		require.NoError(b, json.Unmarshal(out, &u))
		all.Wall, all.CPU, all.Tree, all.RSS = all.Wall+u.Wall, all.CPU+u.CPU, all.Tree+u.Tree,
			max(all.RSS, u.RSS)
	}
	events := float64(size) * float64(b.N)
	b.ReportMetric(events/all.Wall.Seconds(), "events/s")
	b.ReportMetric(float64(all.CPU)/events, "cpu-ns/event")
	b.ReportMetric(float64(all.Tree)/events, "tree-cpu-ns/event")
	b.ReportMetric(float64(all.RSS)/1e6, "MB-at-most")
}

// keptLedger is that of [bigLedger], kept if the environment says where.
func keptLedger(b *testing.B, applications int) (dir string, size int64) {
	dir = filepath.Join(b.TempDir(), "ledger")
	if keep := os.Getenv(keepFolders); keep != "" {
		dir = filepath.Join(keep, strconv.Itoa(applications))
	}
	var t provenTree
	if raw, err := os.ReadFile(dir + ".json"); err == nil {
		require.NoError(b, json.Unmarshal(raw, &t))
		return dir, t.Size
	}
	made, size, root := bigLedger(b, applications, 0)
	require.NoError(b, os.MkdirAll(filepath.Dir(dir), 0o755))
	require.NoError(b, os.Rename(made, dir))
	raw, err := json.Marshal(provenTree{size, root})
	require.NoError(b, err)
	require.NoError(b, os.WriteFile(dir+".json", raw, 0o644))
	return dir, size
}

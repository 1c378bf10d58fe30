package histories

import (
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/clock"
	"lotteryledger/eventstore"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

var (
	oneSeed = flag.Int64("seed", -1, "the history of this seed alone; with -v it is printed")
	oneStep = flag.Int("steps", -1, "end it after so many steps")
	number  = flag.Int("histories", sufficient, "how many histories; -short takes a hundredth")
	from    = flag.Uint64("from", 0, "the first seed")
)

// newEnvironment is a file of read models, and stores in memory.
func newEnvironment(t testing.TB) *environment {
	return environmentOf(t, pool.Projection{}, results.Projection{}, timeline.Projection{})
}

func environmentOf(t testing.TB, all ...projections.Projection) *environment {
	path := filepath.Join(t.TempDir(), "read.db")
	env := &environment{
		open:  func() (*projections.DB, error) { return projections.Open(path, all...) },
		store: func() eventstore.Store { return newMemory() },
	}
	var err error
	env.db, err = env.open()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, env.db.Close()) })
	return env
}

// run is the history of a seed. What it shows to be wrong is in the text, if there is anything.
func run(env *environment, seed uint64, steps int) (w *world, wrong string) {
	if err := env.db.Rebuild(ctx); err != nil {
		return nil, err.Error()
	}
	w = newWorld(seed, env)
	defer func() {
		if d, is := recover().(difference); is {
			wrong = d.text
		}
	}()
	w.live(steps)
	return w, ""
}

// report is a difference with the shortest beginning of its history that shows it.
func report(env *environment, seed uint64, w *world, wrong string) string {
	for steps := range 80 {
		if shorter, again := run(env, seed, steps); again != "" {
			w, wrong = shorter, fmt.Sprintf("%s\n(after %d steps)", again, steps)
			break
		}
	}
	return fmt.Sprintf("%s\n\n%s\n\nseed %d: go test ./cmd/internal/histories -run "+
		"'TestHistories$' -seed %d -v", w.history(), wrong, seed, seed)
}

// sufficient histories have everything in them that they are about.
const sufficient = 4_000

func TestHistories(t *testing.T) {
	if *oneSeed >= 0 {
		env := newEnvironment(t)
		w, wrong := run(env, uint64(*oneSeed), *oneStep)
		if wrong != "" {
			t.Fatal(report(env, uint64(*oneSeed), w, wrong))
		}
		t.Log("\n" + w.history() + "\n\n" + w.counts())
		return
	}
	n := *number
	if testing.Short() {
		n /= 100
	}
	workers := runtime.GOMAXPROCS(0)
	var mu sync.Mutex
	total := map[string]int{}
	var failed sync.Once
	var done sync.WaitGroup
	for k := range workers {
		env := newEnvironment(t)
		done.Go(func() {
			for i := k; i < n && !t.Failed(); i += workers {
				seed := *from + uint64(i)
				w, wrong := run(env, seed, -1)
				if wrong != "" {
					failed.Do(func() { t.Error(report(env, seed, w, wrong)) })
					return
				}
				mu.Lock()
				for what, n := range w.count {
					total[what] += n
				}
				for _, e := range w.events() {
					total[e.Type]++
				}
				mu.Unlock()
			}
		})
	}
	done.Wait()
	t.Log((&world{count: total}).counts())
	if n >= sufficient {
		requireSeen(t, total)
	}
}

// notSimulated are the events of what docs/decisions/0012-simulated-histories.md leaves out: the
// vault, keys and proposals of officers, and notices.
var notSimulated = []string{
	"applicant.contact_changed.v1", "applicant.erased.v1",
	"officer.key_changed.v1", "officer.role_changed.v1",
	"proposal.made.v1", "proposal.approved.v1", "proposal.withdrawn.v1", "proposal.rejected.v1",
	"notice.published.v1", "notice.replaced.v1", "notice.withdrawn.v1",
}

// requireSeen: so many histories have everything in them that they are about.
func requireSeen(t *testing.T, total map[string]int) {
	for _, f := range []mishap{refuse, lose, crashBefore, crashAfter, conflict, broken, unread} {
		require.Positive(t, total[string(f)], f)
	}
	for _, kind := range clock.Kinds() {
		require.Positive(t, total["clock: "+kind], kind)
	}
	for _, code := range []string{
		"person_barred", "ladder_reset", "duplicate_person", "not_own", "not_allowed",
		"unknown_actor", "check_failed", "recheck_same_reviewer",
		"recheck_answer_too_late", "application_in_draw", "round_overlap", "clock_behind",
		"ceremony_late", "supersede_too_late", "abort_too_early",
		"quota_exceeded", "quota_used", "not_next_in_reserve", "round_unsettled",
		"confirm_too_late", "indicator_lapsed", "rerun_exists",
	} {
		require.Positive(t, total["refused: "+code], code)
	}
	samples, err := filepath.Glob("../../../eventstore/testdata/events/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, samples)
	for _, file := range samples {
		parts := strings.Split(filepath.Base(file), ".")
		kind := strings.Join(parts[:3], ".")
		if slices.Contains(catalog.PublicStreams, parts[0]+"-") &&
			!slices.Contains(notSimulated, kind) {
			require.Positive(t, total[kind], file)
		}
	}
}

//go:build unix

package vault

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"lotteryledger/domain/fault"
)

// childPath names, in the environment of a child process, the vault it writes to, and childLimit
// the most bytes that a file of its may have.
const (
	childPath  = "VAULT_TEST_CHILD_PATH"
	childLimit = "VAULT_TEST_CHILD_LIMIT"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		fmt.Println("ended", child(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// child writes for ever, printing what was acknowledged.
func child(path string) error {
	if s := os.Getenv(childLimit); s != "" {
		var limit uint64
		if _, err := fmt.Sscan(s, &limit); err != nil {
			return err
		}
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE,
			&syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	v, err := Open(context.Background(), path, master)
	if err != nil {
		return err
	}
	for {
		n := rand.IntN(1 << 20)
		e := []Entry{entry(mustHold{}, n, 0), entry(mustHold{}, n, 1), entry(mustHold{}, n+1, 0)}
		if _, err := v.Put(context.Background(), stored, e...); err != nil {
			if _, again := v.Put(context.Background(), stored, e[0]); again == nil {
				return fmt.Errorf("written after %w", err)
			}
			return err
		}
		fmt.Println("acknowledged", n)
	}
}

// mustHold ends a child whose fixture is broken.
type mustHold struct{}

func (mustHold) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (mustHold) FailNow()                          {}

// runChild lets a child write until it ends or has acknowledged so much, and is killed then.
func runChild(t *testing.T, path, limit string, kill int) (acknowledged []int, ended string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path, childLimit+"="+limit)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said, ok := strings.CutPrefix(lines.Text(), "ended "); ok {
			ended = said
			continue
		}
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d", &n); err != nil {
			break // cut off by the kill
		}
		if acknowledged = append(acknowledged, n); len(acknowledged) == kill {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait())
	return acknowledged, ended
}

func hasAll(t *testing.T, v *Vault, numbers []int) {
	t.Helper()
	for _, n := range numbers {
		has(t, v, entry(t, n, 0))
		has(t, v, entry(t, n, 1))
		has(t, v, entry(t, n+1, 0))
	}
}

// TestKill: whatever a process saw acknowledged before it was killed is there.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "vault.db")
	var all []int
	for range 8 {
		some, _ := runChild(t, path, "", 1+rand.IntN(30))
		all = append(all, some...)
	}
	hasAll(t, open(t, path, master), all)
}

// TestWritesThatTheSystemRefuses: a file cannot grow any more, in the middle of a transaction. The
// program stops with an error that says so, and what was acknowledged before is there.
func TestWritesThatTheSystemRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	for _, limit := range []string{"120000", "300001", "500017"} {
		path := filepath.Join(t.TempDir(), "vault.db")
		some, ended := runChild(t, path, limit, -1)
		require.NotEmpty(t, some)
		require.Contains(t, ended, "nothing more is written")
		require.NotContains(t, ended, "written after")
		require.NotContains(t, ended, "王")
		v := open(t, path, master)
		hasAll(t, v, some)
		put(t, v, entry(t, 5, 0))
	}
}

// TestFullDisk: a transaction that does not fit is an error, and nothing of it is there; and then
// nothing more is written, until the vault is opened again.
func TestFullDisk(t *testing.T) {
	v := newVault(t)
	var before []Entry
	for n := range 200 {
		before = append(before, entry(t, n, 0))
	}
	put(t, v, before...)
	require.NoError(t, v.exec(t.Context(), "PRAGMA max_page_count = 1"))
	var more []Entry
	for n := range 200 {
		more = append(more, entry(t, 1000+n, 0))
	}
	_, err := v.Put(t.Context(), stored, more...)
	require.ErrorContains(t, err, "nothing more is written")
	require.ErrorContains(t, err, "full")
	stopped(t, v)
	v = open(t, v.path, master)
	for _, e := range before {
		has(t, v, e)
	}
	for _, e := range more {
		lacks(t, v, "record_unknown", e)
	}
	put(t, v, more...)
}

// TestFailedCommit: a commit that is not acknowledged, for each of the ways to write.
func TestFailedCommit(t *testing.T) {
	e := entry(t, 1, 0)
	for name, write := range map[string]func(v *Vault) error{
		"put": func(v *Vault) error {
			_,
				err := v.Put(t.Context(), stored, entry(t, 2, 0))
			return err
		},
		"erase":  func(v *Vault) error { return v.Erase(t.Context(), e.Applicant) },
		"rotate": func(v *Vault) error { return v.Rotate(t.Context(), NewKey()) },
		"sweep": func(v *Vault) error {
			_, err := v.Sweep(t.Context(), Sweep{Before: stored + 1, Fates: fatesOf(nil)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t)
			put(t, v, e)
			require.NoError(t, v.conn.Raw(func(c any) error {
				c.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 { return 1 })
				return nil
			}))
			require.ErrorContains(t, write(v), "nothing more is written")
			stopped(t, v)
			has(t, v, e) // reading goes on, under the old key
			v = open(t, v.path, master)
			has(t, v, e)
			require.Equal(t, 1, count(t, v, "records"))
			require.NoError(t, write(v))
		})
	}
}

// stopped: whatever writes is refused.
func stopped(t *testing.T, v *Vault) {
	t.Helper()
	e := entry(t, 1, 0)
	_, err := v.Put(t.Context(), stored, e)
	require.ErrorContains(t, err, "nothing more is written")
	require.Empty(t, fault.CodeOf(err))
	require.Error(t, v.Erase(t.Context(), e.Applicant))
	require.Error(t, v.Rotate(t.Context(), NewKey()))
}

package publisher_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/tiles"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

// kept is a ledger with a state file, and what was said of the file.
type kept struct {
	*ledger
	told []string
}

// newKept has published a state with a sealed round and 1,000 officers.
func newKept(t *testing.T) *kept {
	k := &kept{ledger: newLedger(t)}
	k.State = filepath.Join(t.TempDir(), "state")
	k.Warn = func(err error) { k.told = append(k.told, err.Error()) }
	k.closed()
	k.seal()
	require.NoFileExists(t, k.State, "a small ledger is read faster")
	k.hire(1000)
	k.proven("before")
	require.FileExists(t, k.State)
	require.Empty(t, k.told)
	return k
}

// again publishes in a new process, and tells what it said of the file.
func (k *kept) again(what string) []string {
	k.t.Helper()
	k.told = nil
	k.restart()
	k.proven(what)
	return k.told
}

// withoutFirst reports whether a new process can go on without the first leaves in the folder:
// they are not read then.
func (k *kept) withoutFirst() bool {
	name := filepath.Join(k.Dir, filepath.FromSlash(tiles.EntriesPath(0, tiles.Width)))
	raw := mustRead(k.t, name)
	require.NoError(k.t, os.Remove(name))
	k.restart()
	_, err := k.Sync(k.t.Context())
	require.NoError(k.t, os.WriteFile(name, raw, 0o644))
	return err == nil
}

func TestStateIsRead(t *testing.T) {
	k := newKept(t)
	require.True(t, k.withoutFirst())
	k.hire(300)
	require.True(t, k.withoutFirst())
	require.Empty(t, k.again("newer events"))
	require.Equal(t, k.stored(), k.Ledger().Size())
	require.NoError(t, os.Remove(k.State))
	require.False(t, k.withoutFirst(), "everything is read without it")
	require.Len(t, k.again("lost"), 1)
	require.True(t, k.withoutFirst(), "made again")
	require.Empty(t, k.again("again"))
}

// TestLostFileBesideAState: a file that only leaves within the state imply is made again.
func TestLostFileBesideAState(t *testing.T) {
	k := newKept(t)
	lost := 0
	for _, path := range k.Ledger().Implied() {
		name := filepath.Join(k.Dir, filepath.FromSlash(path))
		was := mustRead(t, name)
		require.NoError(t, os.Remove(name))
		told := k.again(path)
		require.Len(t, told, 1)
		require.Contains(t, told[0], path)
		require.Equal(t, was, mustRead(t, name))
		lost++
	}
	require.Equal(t, 5, lost, "a roster for each pool")
	require.Empty(t, k.again("whole"))
}

// TestStateIsWrittenSeldom: not for each checkpoint, and by nobody who only asks.
func TestStateIsWrittenSeldom(t *testing.T) {
	k := newKept(t)
	before := mustRead(t, k.State)
	written := 0
	for range 30 {
		k.hire(100)
		if k.stored()%200 == 0 {
			k.restart()
		}
		_, err := k.CatchUp(t.Context())
		require.NoError(t, err)
		require.Equal(t, before, mustRead(t, k.State))
		_, err = k.Sync(t.Context())
		require.NoError(t, err)
		if now := mustRead(t, k.State); !bytes.Equal(before, now) {
			written, before = written+1, now
		}
	}
	require.Equal(t, 3, written, "3,000 leaves")
	require.Empty(t, k.again("in the end"))
}

// TestDamagedState: a flipped byte anywhere is noticed, and the file made again.
func TestDamagedState(t *testing.T) {
	k := newKept(t)
	good := mustRead(t, k.State)
	noticed := func(bad []byte, what string, n int) {
		t.Helper()
		require.NoError(t, os.WriteFile(k.State, bad, 0o600))
		k.told = nil
		k.restart()
		_, err := k.CatchUp(t.Context())
		require.NoError(t, err)
		require.Len(t, k.told, 1, "%s %d of %d", what, n, len(good))
		require.Equal(t, k.stored(), k.Ledger().Size())
	}
	for i := 0; i < len(good)/2; i += 1 + i/2 {
		for _, at := range []int{i, len(good) - 1 - i} {
			bad := bytes.Clone(good)
			bad[at] ^= 1 << (i % 8)
			noticed(bad, "byte", at)
		}
	}
	for _, size := range []int{0, 1, 20, 31, 32, 33, len(good) / 2, len(good) - 1} {
		noticed(good[:size], "cut off", size)
	}
	noticed(append(bytes.Clone(good), 0), "longer", 0)
	require.Len(t, k.again("made again"), 1)
	require.Empty(t, k.again("good"))
}

// sealedState replaces a part of a state and gives the file the digest of what it has now.
func sealedState(raw []byte, from, to string) []byte {
	body := bytes.Replace(raw[:len(raw)-sha256.Size], []byte(from), []byte(to), 1)
	sum := sha256.Sum256(body)
	return append(body, sum[:]...)
}

// TestForeignState: a state of another checkpoint, ledger, program or content is not used.
func TestForeignState(t *testing.T) {
	k, other := newKept(t), newKept(t)
	good, foreign := mustRead(t, k.State), mustRead(t, other.State)
	for what, raw := range map[string][]byte{
		"another ledger":     foreign,
		"another checkpoint": sealedState(good, "checkpoint 1\n", "checkpoint 0\n"),
		"a later checkpoint": sealedState(good, "checkpoint 1\n", "checkpoint 9\n"),
		"another version":    sealedState(good, "lottery-state 1\n", "lottery-state 2\n"),
		"another program":    sealedState(good, "form ", "form 00"),
		"another size":       sealedState(good, "size ", "size 1"),
	} {
		require.NotEqual(t, good, raw, what)
		require.NoError(t, os.WriteFile(k.State, raw, 0o600))
		require.Len(t, k.again(what), 1, what)
	}
}

// TestWrongState: the state of a ledger of the same size, under the header of this one. What
// lies behind it does not fit, so everything is read again.
func TestWrongState(t *testing.T) {
	k, other := newKept(t), newKept(t)
	one, two := mustRead(t, k.State), mustRead(t, other.State)
	end := func(raw []byte) int { return bytes.Index(raw, []byte("\n\n")) + 2 }
	state := append(bytes.Clone(one[:end(one)]), two[end(two):]...)
	code := k.events("application-")[0].Stream
	_, code, _ = strings.Cut(code, "-")
	k.execute(office.Application(code, application.Withdraw{}))
	k.proven("an event that only this ledger allows")
	require.NoError(t, os.WriteFile(k.State, sealedState(state, "", ""), 0o600))
	require.Len(t, k.again("made again"), 1)
	require.Equal(t, k.stored(), k.Ledger().Size())
}

// TestStateThatCannotBeWritten is told, and nothing fails.
func TestStateThatCannotBeWritten(t *testing.T) {
	k := newKept(t)
	require.NoError(t, os.Remove(k.State))
	k.State = filepath.Join(k.State, "of", "a folder that is not there")
	require.Len(t, k.again("no folder"), 2)
}

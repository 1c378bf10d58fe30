package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// holds requires that a folder has these files and no other.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		got[f.Name()] = string(b)
	}
	require.Equal(t, want, got)
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	require.NoError(t, Replace(name, 0o600, Bytes("old and longer")))
	require.NoError(t, Replace(name, 0o644, Bytes([]byte("new"))))
	holds(t, dir, map[string]string{"a": "new"})
	info, err := os.Stat(name)
	require.NoError(t, err)

	other := filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.WriteFile(other, nil, 0o644))
	usual, err := os.Stat(other)
	require.NoError(t, err)
	require.Equal(t, usual.Mode(), info.Mode())
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	require.NoError(t, Create(name, 0o600, Bytes("old")))
	require.ErrorIs(t, Create(name, 0o600, Bytes("new")), fs.ErrExist)
	holds(t, dir, map[string]string{"a": "old"})
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
}

// Of many that create one name, one does, and all others see its whole file.
func TestCreateAtOnce(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	var made sync.Map
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			text := fmt.Sprint("file ", i)
			err := Create(name, 0o600, Bytes(text))
			if err == nil {
				made.Store(text, true)
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			if b, err := os.ReadFile(name); err != nil || len(b) < len("file 0") {
				t.Errorf("%q, %v", b, err)
			}
		})
	}
	all.Wait()
	var winners []string
	made.Range(func(text, _ any) bool { winners = append(winners, text.(string)); return true })
	require.Len(t, winners, 1)
	holds(t, dir, map[string]string{"a": winners[0]})
}

func TestCreateWithoutLinks(t *testing.T) {
	t.Cleanup(func() { link = os.Link })
	for _, reason := range []error{syscall.EPERM, syscall.ENOTSUP} {
		link = func(from, to string) error {
			return &os.LinkError{
				Op: "link", Old: from, New: to,
				Err: reason,
			}
		}
		dir := t.TempDir()
		name := filepath.Join(dir, "a")
		require.NoError(t, Create(name, 0o600, Bytes("old")))
		require.ErrorIs(t, Create(name, 0o600, Bytes("new")), fs.ErrExist)
		holds(t, dir, map[string]string{"a": "old"})
	}
	link = func(string, string) error { return syscall.EIO }
	dir := t.TempDir()
	require.ErrorIs(t, Create(filepath.Join(dir, "a"), 0o600, Bytes("x")), syscall.EIO)
	holds(t, dir, map[string]string{})
}

// An error leaves what was there, and nothing else.
func TestErrorLeavesNothing(t *testing.T) {
	full := errors.New("disk full")
	half := func(w io.Writer) error {
		_, err := io.WriteString(w, "half")
		return errors.Join(err, full)
	}
	for _, write := range []func(string, fs.FileMode, func(io.Writer) error) error{
		Replace,
		Create,
	} {
		dir := t.TempDir()
		require.ErrorIs(t, write(filepath.Join(dir, "a"), 0o600, half), full)
		require.ErrorIs(t, write(filepath.Join(dir, "none", "a"), 0o600, Bytes("x")),
			fs.ErrNotExist)
		holds(t, dir, map[string]string{})
		require.NoError(t, Create(filepath.Join(dir, "b"), 0o600, Bytes("old")))
		require.Error(t, write(filepath.Join(dir, "b"), 0o600, half))
		holds(t, dir, map[string]string{"b": "old"})

		// A folder has the name.
		require.Error(t, write(dir, 0o600, Bytes("x")))
		holds(t, dir, map[string]string{"b": "old"})
	}
}

func TestMakeFolder(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "a", "b", "c")
	require.NoError(t, MakeFolder(dir, 0o700))
	require.NoError(t, MakeFolder(dir, 0o700))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.True(t, info.IsDir())
	require.NoError(t, Create(filepath.Join(top, "file"), 0o600, Bytes("")))
	require.ErrorIs(t, MakeFolder(filepath.Join(top, "file", "a"), 0o700), syscall.ENOTDIR)
}

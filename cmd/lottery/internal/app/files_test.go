//go:build unix

package app_test

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/app"
)

// TestReadingEndsWithTheContext: also where nobody writes, and where nobody opens the other end.
func TestReadingEndsWithTheContext(t *testing.T) {
	silent, writer := io.Pipe()
	defer writer.Close() // nobody writes, either
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	a := &app.App{In: silent}
	for _, name := range []string{"-", pipe} {
		ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer end()
		_, err := a.ReadFile(ctx, name, 10)
		require.ErrorIs(t, err, context.DeadlineExceeded, name)
	}
	_, err := app.OpenRegular(pipe)
	require.ErrorContains(t, err, "not a regular file")
}

// TestReadFile: one byte more than allowed tells that a file is too long.
func TestReadFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("0123456789"), 0o600))
	a := &app.App{In: strings.NewReader("typed")}
	for most, want := range map[int64]string{9: "0123456789", 10: "0123456789", 3: "0123"} {
		b, err := a.ReadFile(t.Context(), name, most)
		require.NoError(t, err)
		require.Equal(t, want, string(b))
	}
	b, err := a.ReadFile(t.Context(), "-", 10)
	require.NoError(t, err)
	require.Equal(t, "typed", string(b))
	_, err = a.ReadFile(t.Context(), name+"x", 10)
	require.ErrorIs(t, err, fs.ErrNotExist)
	d, err := a.DigestOf(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882", d.String())
}

package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lotteryledger/domain"
)

// Open opens a file that somebody named, or the standard input for "-". Opening and reading end
// with the context, also where the file is a pipe or a terminal on which nobody writes.
func (a *App) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	read, write := io.Pipe()
	opened := make(chan error, 1)
	go func() {
		var in io.Reader = a.In
		if name != "-" {
			f, err := os.Open(name)
			if err != nil {
				opened <- err
				return
			}
			defer f.Close() // it was only read
			in = f
		}
		opened <- nil
		_, err := io.Copy(write, in)
		write.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { write.CloseWithError(ctx.Err()) })
	select {
	case err := <-opened:
		if err != nil {
			return nil, err
		}
		return read, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// OpenRegular opens a file that somebody named and that is read more than once.
func OpenRegular(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	return os.Open(name)
}

// ReadFile reads a file that somebody named, or the standard input for "-", which holds at most so
// many bytes. Of a longer one it returns one byte more.
func (a *App) ReadFile(ctx context.Context, name string, most int64) ([]byte, error) {
	f, err := a.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it was only read
	return io.ReadAll(io.LimitReader(f, most+1))
}

// DigestOf returns the SHA-256 of a file with evidence.
func (a *App) DigestOf(ctx context.Context, name string) (domain.Digest, error) {
	f, err := a.Open(ctx, name)
	if err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	defer f.Close() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	return domain.Digest(h.Sum(nil)), nil
}

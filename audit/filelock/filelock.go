// Package filelock lets processes of one machine wait for each other. A lock is a file that is
// locked and never removed; it ends with its process at the latest.
package filelock

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"lotteryledger/audit/durable"
)

// pause is the time between two attempts.
const pause = 10 * time.Millisecond

// Wait takes the lock of this name, and makes the file and its folder if they are not there. It
// waits until nobody else holds the lock or the context ends. The caller calls free once. Within a
// process a lock that is held is waited for, too.
func Wait(ctx context.Context, name string) (free func() error, err error) {
	if err := durable.MakeFolder(filepath.Dir(name), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		got, err := tryLock(f)
		if got {
			return f.Close, nil
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(pause):
		}
	}
}

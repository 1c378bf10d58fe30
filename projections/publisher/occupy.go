package publisher

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// occupy waits until no other publisher of this machine works on the folder.
func (p *Publisher) occupy(ctx context.Context) (free func() error, err error) {
	if err := os.MkdirAll(filepath.Dir(p.Dir), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p.Dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
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
		case <-time.After(10 * time.Millisecond):
		}
	}
}

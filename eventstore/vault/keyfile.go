package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lotteryledger/audit/durable"
	"lotteryledger/domain/fault"
)

// KeyFile is the path of the file with the master key. A rotation keeps the key that it is on its
// way to in a file beside it, so that no key is lost under which the vault may be sealed.
type KeyFile string

// next is the path of the key that a rotation is on its way to.
func (f KeyFile) next() KeyFile { return f + ".next" }

// Make makes a master key, unless there is one. If two programs do it at once, both use the key of
// the first.
func (f KeyFile) Make() error {
	err := f.create(NewKey())
	if errors.Is(err, fs.ErrExist) {
		return durable.SyncFolder(filepath.Dir(string(f)))
	}
	return err
}

func (f KeyFile) create(key Key) error {
	if err := durable.Create(string(f), 0o600, durable.Bytes(key.Reveal()+"\n")); err != nil {
		return fmt.Errorf("writing the master key: %w", err)
	}
	return nil
}

// Read returns the key.
func (f KeyFile) Read() (Key, error) {
	b, err := os.ReadFile(string(f))
	if err != nil {
		return Key{}, fmt.Errorf("reading the master key: %w", err)
	}
	key, err := ParseKey(string(b))
	if err != nil {
		return key, fmt.Errorf("reading the master key in %s: %w", f, err)
	}
	return key, nil
}

// Open opens the vault at this path. A rotation that was interrupted after it had sealed the vault
// under its next key is finished.
func (f KeyFile) Open(ctx context.Context, path string) (*Vault, error) {
	key, err := f.Read()
	if err != nil {
		return nil, err
	}
	v, err := Open(ctx, path, key)
	if fault.CodeOf(err) != fault.VaultKey {
		return v, err
	}
	next, missing := f.next().Read()
	if missing != nil {
		return nil, err
	}
	if v, err = Open(ctx, path, next); err != nil {
		return nil, err
	}
	if err := f.adopt(ctx, v, next); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// Rotate makes the next key durable, seals the vault under it, and only then forgets the old one.
// It returns the next key.
func (f KeyFile) Rotate(ctx context.Context, v *Vault) (Key, error) {
	next, err := f.prepare(ctx, v)
	if err != nil {
		return next, err
	}
	if err := v.Rotate(ctx, next); err != nil {
		return next, err
	}
	return next, f.adopt(ctx, v, next)
}

// prepare makes the next key durable, or returns that of a rotation that was interrupted or runs
// at the same time.
func (f KeyFile) prepare(ctx context.Context, v *Vault) (next Key, err error) {
	err = v.Locked(ctx, func() error {
		next = NewKey()
		err := f.next().create(next)
		if errors.Is(err, fs.ErrExist) {
			next, err = f.next().Read()
		}
		return err
	})
	return next, err
}

// adopt makes the key of the vault that of the file. A key to which another rotation is on its way
// stays.
func (f KeyFile) adopt(ctx context.Context, v *Vault, key Key) error {
	return v.Locked(ctx, func() error {
		err := durable.Replace(string(f), 0o600, durable.Bytes(key.Reveal()+"\n"))
		if err != nil {
			return fmt.Errorf("writing the master key, which is in %s as well: %w", f.next(), err)
		}
		next, err := f.next().Read()
		if errors.Is(err, fs.ErrNotExist) || err == nil && next != key {
			return nil
		}
		if err != nil {
			return err
		}
		return os.Remove(string(f.next()))
	})
}

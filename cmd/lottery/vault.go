package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/vault"
)

// The master key of the vault is in a file of the data folder, or in the environment
// where the folder must not hold it.
const (
	vaultKeyVariable  = "LOTTERY_VAULT_KEY"
	vaultNextVariable = "LOTTERY_VAULT_NEW_KEY" // of a rotation
)

func (o *options) vaultPath() string { return o.path("vault.db") }

func (o *options) vaultKeyPath() string { return o.path("private", "vault.key") }

// openVault opens the vault for the commands of the office. A dry run has none.
func (s *session) openVault(ctx context.Context) error {
	if s.trial != nil || s.office.Vault != nil {
		return nil
	}
	key, err := s.vaultKey()
	if err != nil {
		return err
	}
	v, err := vault.Open(ctx, s.vaultPath(), key)
	if fault.CodeOf(err) == fault.VaultKey && os.Getenv(vaultKeyVariable) == "" {
		if next, failed := readVaultKey(s.vaultKeyPath() + nextSuffix); failed == nil { // a rotation was interrupted behind its end
			if v, err = vault.Open(ctx, s.vaultPath(), next); err == nil {
				if err := s.adoptVaultKey(ctx, v, next); err != nil {
					return errors.Join(err, v.Close())
				}
			}
		}
	}
	if err != nil {
		return err
	}
	s.close = append(s.close, v.Close)
	s.office.Vault = v
	return nil
}

// vaultKey is the master key. A folder that has neither key nor vault gets a key.
func (o *options) vaultKey() (vault.Key, error) {
	if text := os.Getenv(vaultKeyVariable); text != "" {
		return namedKey(vaultKeyVariable, text)
	}
	key, err := readVaultKey(o.vaultKeyPath())
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	there, err := vault.Exists(o.vaultPath())
	if err != nil {
		return key, fmt.Errorf("looking for the vault: %w", err)
	}
	if there {
		return key, fault.New(fault.VaultKey, "%s is missing; without it %s cannot be read: bring the key back, or give it in %s", o.vaultKeyPath(), o.vaultPath(), vaultKeyVariable)
	}
	if err := o.makeVaultKey(); err != nil {
		return key, err
	}
	return readVaultKey(o.vaultKeyPath())
}

// makeVaultKey makes a master key, unless there is one: of two programs that do it at
// once, one key is everybody's.
func (o *options) makeVaultKey() error {
	if os.Getenv(vaultKeyVariable) != "" {
		return nil
	}
	err := createVaultKey(o.vaultKeyPath(), vault.NewKey())
	if errors.Is(err, fs.ErrExist) {
		return durable.SyncFolder(o.path("private"))
	}
	return err
}

func createVaultKey(path string, key vault.Key) error {
	if err := durable.Create(path, 0o600, durable.Bytes(key.Reveal()+"\n")); err != nil {
		return fmt.Errorf("writing the master key: %w", err)
	}
	return nil
}

func readVaultKey(path string) (vault.Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return vault.Key{}, fmt.Errorf("reading the master key: %w", err)
	}
	return namedKey(path, string(b))
}

func namedKey(where, text string) (vault.Key, error) {
	key, err := vault.ParseKey(text)
	if err != nil {
		return key, fmt.Errorf("reading the master key in %s: %w", where, err)
	}
	return key, nil
}

// nextSuffix ends the name of the key that a rotation is on its way to.
const nextSuffix = ".next"

// nextVaultKey makes the next key durable. If a rotation that was interrupted, or that runs
// at the same time, has left its next key, nextVaultKey returns that one: no key is lost
// under which the vault may be sealed.
func (s *session) nextVaultKey(ctx context.Context) (next vault.Key, err error) {
	path := s.vaultKeyPath() + nextSuffix
	err = s.office.Vault.Locked(ctx, func() error {
		next = vault.NewKey()
		err := createVaultKey(path, next)
		if errors.Is(err, fs.ErrExist) {
			next, err = readVaultKey(path)
		}
		return err
	})
	return next, err
}

// adoptVaultKey makes the key of the vault that of the folder. A key to which another
// rotation is on its way stays.
func (o *options) adoptVaultKey(ctx context.Context, v *vault.Vault, key vault.Key) error {
	path := o.vaultKeyPath() + nextSuffix
	return v.Locked(ctx, func() error {
		err := durable.Replace(o.vaultKeyPath(), 0o600, durable.Bytes(key.Reveal()+"\n"))
		if err != nil {
			return fmt.Errorf("writing the master key, which is in %s as well: %w", path, err)
		}
		next, err := readVaultKey(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && next != key {
			return nil
		}
		if err != nil {
			return err
		}
		return os.Remove(path)
	})
}

func (o *options) vaultCommand() *cobra.Command {
	rotate := leaf("rotate", "wrap all data keys under a new master key", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return o.withVault(ctx, func(ctx context.Context, s *session) error {
			next, err := s.rotateVault(ctx)
			if err != nil {
				return err
			}
			return s.print(map[string]any{"key_id": next.ID()}, "the vault is sealed under master key %s; the one before opens only older backups", next.ID())
		})
	})
	sweep := leaf("sweep", "drop personal records that no event names, as after refusals, and erase again who came back with a backup", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return o.withVault(ctx, func(ctx context.Context, s *session) error {
			swept, err := s.office.Sweep(ctx, now()-sweepAge)
			if err != nil {
				return err
			}
			return s.print(swept, "%d records dropped, %d applicants erased again", swept.Dropped, swept.Erased)
		})
	})
	check := leaf("check", "open every record, and show none", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return o.withVault(ctx, func(ctx context.Context, s *session) error {
			n, err := s.office.Vault.Check(ctx)
			if err != nil {
				return err
			}
			return s.print(map[string]any{"records": n}, "%d records are whole", n)
		})
	})
	return group("vault", "the sealed personal records", rotate, sweep, check)
}

// sweepAge is how long, in seconds, a record may wait for its event.
const sweepAge domain.Time = 3600

// withVault opens a session with the vault, which a dry run does not have.
func (o *options) withVault(ctx context.Context, work func(context.Context, *session) error) error {
	if o.dryRun {
		return usage("this cannot be tried out: it changes the vault alone, and no event")
	}
	return o.with(ctx, func(ctx context.Context, s *session) error {
		if err := s.openVault(ctx); err != nil {
			return err
		}
		return work(ctx, s)
	})
}

// rotateVault makes the next key durable, seals under it, and only then forgets the old one.
func (s *session) rotateVault(ctx context.Context) (vault.Key, error) {
	if os.Getenv(vaultKeyVariable) != "" {
		text := os.Getenv(vaultNextVariable)
		if text == "" {
			return vault.Key{}, usage("the master key is in %s; give the new one in %s", vaultKeyVariable, vaultNextVariable)
		}
		next, err := namedKey(vaultNextVariable, text)
		if err != nil {
			return next, err
		}
		return next, s.office.Vault.Rotate(ctx, next)
	}
	next, err := s.nextVaultKey(ctx)
	if err != nil {
		return next, err
	}
	if err := s.office.Vault.Rotate(ctx, next); err != nil {
		return next, err
	}
	return next, s.adoptVaultKey(ctx, s.office.Vault, next)
}

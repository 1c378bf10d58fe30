package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"lotteryledger/audit/durable"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/vault"
)

// The master key of the vault is in a file of the data folder, or in the environment
// where the folder must not hold it.
const (
	VaultKeyVariable  = "LOTTERY_VAULT_KEY"
	VaultNextVariable = "LOTTERY_VAULT_NEW_KEY" // of a rotation
)

func (a *App) vaultPath() string { return a.Path("vault.db") }

func (a *App) vaultKeyPath() string { return a.Path("private", "vault.key") }

// Vault opens the vault for the commands of the office. A dry run has none.
func (a *App) Vault(ctx context.Context) error {
	o, err := a.Office(ctx)
	if err != nil || a.Trial != nil || o.Vault != nil {
		return err
	}
	key, err := a.vaultKey()
	if err != nil {
		return err
	}
	v, err := vault.Open(ctx, a.vaultPath(), key)
	if fault.CodeOf(err) == fault.VaultKey && os.Getenv(VaultKeyVariable) == "" {
		v, err = a.finishRotation(ctx, err)
	}
	if err != nil {
		return err
	}
	a.onClose(v.Close)
	o.Vault = v
	return nil
}

// finishRotation opens the vault with the key of a rotation that was interrupted after it had
// sealed the vault under that key. Without such a key it returns the refusal.
func (a *App) finishRotation(ctx context.Context, refusal error) (*vault.Vault, error) {
	next, err := readVaultKey(a.vaultKeyPath() + nextSuffix)
	if err != nil {
		return nil, refusal
	}
	v, err := vault.Open(ctx, a.vaultPath(), next)
	if err != nil {
		return nil, err
	}
	if err := a.adoptVaultKey(ctx, v, next); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// vaultKey returns the master key. A folder that has neither key nor vault gets a key.
func (a *App) vaultKey() (vault.Key, error) {
	if text := os.Getenv(VaultKeyVariable); text != "" {
		return namedKey(VaultKeyVariable, text)
	}
	key, err := readVaultKey(a.vaultKeyPath())
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	there, err := vault.Exists(a.vaultPath())
	if err != nil {
		return key, fmt.Errorf("looking for the vault: %w", err)
	}
	if there {
		return key, fault.New(fault.VaultKey,
			"%s is missing; without it %s cannot be read: bring the key back, or give it in %s",
			a.vaultKeyPath(), a.vaultPath(), VaultKeyVariable)
	}
	if err := a.makeVaultKey(); err != nil {
		return key, err
	}
	return readVaultKey(a.vaultKeyPath())
}

// makeVaultKey makes a master key, unless there is one. If two programs do it at once, both
// use the key of the first.
func (a *App) makeVaultKey() error {
	if os.Getenv(VaultKeyVariable) != "" {
		return nil
	}
	err := createVaultKey(a.vaultKeyPath(), vault.NewKey())
	if errors.Is(err, fs.ErrExist) {
		return durable.SyncFolder(a.Path("private"))
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
func (a *App) nextVaultKey(ctx context.Context) (next vault.Key, err error) {
	path := a.vaultKeyPath() + nextSuffix
	err = a.office.Vault.Locked(ctx, func() error {
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
func (a *App) adoptVaultKey(ctx context.Context, v *vault.Vault, key vault.Key) error {
	path := a.vaultKeyPath() + nextSuffix
	return v.Locked(ctx, func() error {
		err := durable.Replace(a.vaultKeyPath(), 0o600, durable.Bytes(key.Reveal()+"\n"))
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

// RotateVault makes the next key durable, seals under it, and only then forgets the old one.
func (a *App) RotateVault(ctx context.Context) (vault.Key, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return vault.Key{}, err
	}
	if os.Getenv(VaultKeyVariable) != "" {
		text := os.Getenv(VaultNextVariable)
		if text == "" {
			return vault.Key{}, Usage("the master key is in %s; give the new one in %s",
				VaultKeyVariable, VaultNextVariable)
		}
		next, err := namedKey(VaultNextVariable, text)
		if err != nil {
			return next, err
		}
		return next, o.Vault.Rotate(ctx, next)
	}
	next, err := a.nextVaultKey(ctx)
	if err != nil {
		return next, err
	}
	if err := o.Vault.Rotate(ctx, next); err != nil {
		return next, err
	}
	return next, a.adoptVaultKey(ctx, o.Vault, next)
}

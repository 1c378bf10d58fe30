package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

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

func (a *App) vaultKey() vault.KeyFile { return vault.KeyFile(a.Path("private", "vault.key")) }

// Vault opens the vault for the commands of the office. A dry run has none.
func (a *App) Vault(ctx context.Context) error {
	o, err := a.Office(ctx)
	if err != nil || a.Trial != nil || o.Vault != nil {
		return err
	}
	v, err := a.openVault(ctx)
	if err != nil {
		return err
	}
	a.onClose(v.Close)
	o.Vault = v
	return nil
}

// openVault opens the vault with its master key. A folder that has neither gets both.
func (a *App) openVault(ctx context.Context) (*vault.Vault, error) {
	if text := os.Getenv(VaultKeyVariable); text != "" {
		key, err := namedKey(VaultKeyVariable, text)
		if err != nil {
			return nil, err
		}
		return vault.Open(ctx, a.vaultPath(), key)
	}
	v, err := a.vaultKey().Open(ctx, a.vaultPath())
	if !errors.Is(err, fs.ErrNotExist) {
		return v, err
	}
	there, err := vault.Exists(a.vaultPath())
	if err != nil {
		return nil, fmt.Errorf("looking for the vault: %w", err)
	}
	if there {
		return nil, fault.New(fault.VaultKey,
			"%s is missing; without it %s cannot be read: bring the key back, or give it in %s",
			a.vaultKey(), a.vaultPath(), VaultKeyVariable)
	}
	if err := a.vaultKey().Make(); err != nil {
		return nil, err
	}
	return a.vaultKey().Open(ctx, a.vaultPath())
}

// makeVaultKey makes a master key, unless there is one.
func (a *App) makeVaultKey() error {
	if os.Getenv(VaultKeyVariable) != "" {
		return nil
	}
	return a.vaultKey().Make()
}

func namedKey(where, text string) (vault.Key, error) {
	key, err := vault.ParseKey(text)
	if err != nil {
		return key, fmt.Errorf("reading the master key in %s: %w", where, err)
	}
	return key, nil
}

// RotateVault seals the vault under another master key: a new one, or the one that the
// environment has.
func (a *App) RotateVault(ctx context.Context) (vault.Key, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return vault.Key{}, err
	}
	if os.Getenv(VaultKeyVariable) == "" {
		return a.vaultKey().Rotate(ctx, o.Vault)
	}
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

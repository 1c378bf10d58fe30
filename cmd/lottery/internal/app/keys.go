package app

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/durable"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/office"
)

// HasLedger reports whether the data folder holds a ledger.
func (a *App) HasLedger() bool {
	_, err := os.Stat(a.Path("private", "identity.key"))
	return !errors.Is(err, fs.ErrNotExist)
}

// remains returns a part of a ledger that the data folder holds without its keys, or "". What an
// interrupted beginning leaves is none: nothing was stored or signed with those keys.
func (a *App) remains() string {
	for _, part := range []string{"store", "public", "vault.db"} {
		if _, err := os.Stat(a.Path(part)); !errors.Is(err, fs.ErrNotExist) {
			return part
		}
	}
	return ""
}

func (a *App) withoutKey(part string) string {
	return fmt.Sprintf("%s is missing, but %s is there: bring the key back that belongs to it, "+
		"from a backup", a.Path("private", "identity.key"), a.Path(part))
}

// Begin makes the keys of a new ledger. A dry run only checks whether it could.
func (a *App) Begin(origin string) (vkey string, err error) {
	if err := checkpoint.CheckOrigin(origin); err != nil {
		return "", Usage("--origin: %v", err)
	}
	private := a.Path("private")
	if a.HasLedger() {
		return "", fault.New(fault.LedgerExists, "%s holds a ledger already", a.Data)
	}
	if part := a.remains(); part != "" {
		return "", fault.New(fault.LedgerExists, "%s", a.withoutKey(part))
	}
	skey, vkey, err := checkpoint.GenerateKey(origin, rand.Reader)
	if err != nil {
		return "", err
	}
	identity := make([]byte, office.KeySize)
	if _, err := rand.Read(identity); err != nil {
		return "", err
	}
	if a.DryRun {
		return vkey, nil
	}
	if err := durable.MakeFolder(private, 0o700); err != nil {
		return "", fmt.Errorf("making the data folder: %w", err)
	}
	if err := a.makeVaultKey(); err != nil {
		return "", err
	}
	for _, f := range []struct{ name, text string }{ // HasLedger looks for the last one
		{"ledger.key", skey}, {"ledger.vkey", vkey}, {"identity.key", hex.EncodeToString(identity)},
	} {
		name := filepath.Join(private, f.name)
		if err := durable.Replace(name, 0o600, durable.Bytes(f.text+"\n")); err != nil {
			return "", fmt.Errorf("writing keys: %w", err)
		}
	}
	return vkey, nil
}

// MakeKey writes a new key of an officer into a file that is not there yet.
func MakeKey(name string) (officer.PublicKey, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	if err := durable.MakeFolder(filepath.Dir(name), 0o700); err != nil {
		return "", fmt.Errorf("making the folder of keys: %w", err)
	}
	err = durable.Create(name, 0o600, durable.Bytes(hex.EncodeToString(key.Seed())+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return "", fault.New(fault.KeyExists, "%s holds a key already", name)
	}
	if err != nil {
		return "", fmt.Errorf("writing the officer's key: %w", err)
	}
	return officer.PublicKey(hex.EncodeToString(public)), nil
}

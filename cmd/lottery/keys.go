package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// keyFile is where an officer's key is looked for.
func (o *options) keyFile(id string) string { return o.path("private", "officers", id+".key") }

// sign lets the office sign with the officer's key, if there is one. A key that lies ready but
// is not his in the ledger yet is not used unless it is named.
func (s *session) sign(ctx context.Context) error {
	if s.officerKey == "" && !domain.ValidID(s.officer) {
		return nil
	}
	if s.officer == "" {
		return usage("--officer-key: name the officer, too: --officer ID")
	}
	name := s.officerKey
	if name == "" {
		name = s.keyFile(s.officer)
	}
	key, err := readKey(name)
	if s.officerKey == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if s.officerKey == "" {
		l, err := eventstore.Of(catalog.Officers).Load(ctx, s.store, officer.StreamPrefix+s.officer, catalog.Meta{})
		if err != nil {
			return err
		}
		if l.State.Known && l.State.Key == "" {
			return nil
		}
	}
	s.signsWith = catalog.PublicKeyOf(key)
	s.signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{s.officer: key})
	return nil
}

// readKey reads the file of an officer's key: 64 hex digits.
func readKey(name string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the officer's key: %w", err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("reading the officer's key: %s is not %d bytes in hex", name, ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// makeKey writes a new key into a file that is not there yet.
func makeKey(name string) (officer.PublicKey, error) {
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

func (o *options) officerKeyCommand() *cobra.Command {
	var out string
	c := leaf("key ID", "make the key that an officer signs with", cobra.ExactArgs(1), func(_ context.Context, args []string) error {
		if !domain.ValidID(args[0]) {
			return fault.New(fault.InvalidID, "officer %q", args[0])
		}
		if out == "" {
			if _, err := os.Stat(o.path("private", "identity.key")); errors.Is(err, fs.ErrNotExist) {
				return o.noLedger()
			}
			out = o.keyFile(args[0])
		}
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true, "file": out}, "dry run, nothing changed; a key would be written to %s", out)
		}
		key, err := makeKey(out)
		if err != nil {
			return err
		}
		return o.print(map[string]any{"officer": args[0], "public_key": key, "file": out},
			"public key of officer %s: %s\nthe key itself is in %s: it is the officer's alone", args[0], key, out)
	})
	c.Flags().StringVar(&out, "out", "", "file to write (default DATA/private/officers/ID.key)")
	return c
}

func (o *options) changeOfficerCommand() *cobra.Command {
	var roles, departments []string
	c := leaf("change ID", "exchange the roles of an officer, and the departments", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.onOfficer(ctx, args[0], officer.ChangeRoles{Roles: inOrder(roles), Departments: sorted(departments)},
			inOffice(args[0], roles, departments), "officer %s is %s", args[0], strings.Join(roles, ", "))
	})
	c.Flags().StringSliceVar(&roles, "role", nil, "as for appoint")
	c.Flags().StringSliceVar(&departments, "department", nil, departmentUsage)
	return c
}

func (o *options) rekeyCommand() *cobra.Command {
	var key string
	c := leaf("rekey ID", "exchange the key of an officer, or give him one", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.onOfficer(ctx, args[0], officer.ChangeKey{Key: officer.PublicKey(key)},
			map[string]any{"officer": args[0], "public_key": key}, "officer %s signs with %s", args[0], key)
	})
	c.Flags().StringVar(&key, "key", "", "the new public key, 64 hex digits")
	return c
}

// onOfficer issues a command on an officer and reports it.
func (o *options) onOfficer(ctx context.Context, id string, cmd officer.Command, object map[string]any, format string, args ...any) error {
	return o.with(ctx, func(ctx context.Context, s *session) error {
		by, err := s.author()
		if err != nil {
			return err
		}
		if c, ok := cmd.(officer.Appoint); ok && c.Key == "" && id == s.officer { // the founder has no other key
			c.Key = s.signsWith
			cmd = c
		}
		if err := s.execute(ctx, by, office.Officer(id, cmd)); err != nil {
			return err
		}
		return s.done(object, format, args...)
	})
}

package app

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// Author returns who issues the command, and its id.
func (a *App) Author() (office.Author, error) {
	by := office.Author{Actor: catalog.ActorOfficer + a.Officer, Anew: a.Anew}
	switch {
	case a.Applicant != "" && a.Officer != "":
		return by, Usage("--applicant and --officer: one of them issues the command")
	case a.Applicant != "":
		by.Actor = catalog.ActorApplicant + a.Applicant
	case a.Officer == "":
		return by, fault.New(fault.UnknownActor, "no officer is named")
	}
	if a.CommandID == "" {
		id, err := uuid.NewRandom()
		by.Command = id
		return by, err
	}
	id, err := uuid.Parse(a.CommandID)
	if err != nil {
		return by, Usage("--command-id: %v", err)
	}
	by.Command = id
	return by, nil
}

// Command opens the office for the command that is being issued, and returns who issues it.
func (a *App) Command(ctx context.Context) (*office.Office, office.Author, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return nil, office.Author{}, err
	}
	by, err := a.Author()
	return o, by, err
}

// Execute carries out a command on one stream in the name of the author that the flags name.
func (a *App) Execute(ctx context.Context, r office.Request) error {
	_, by, err := a.Command(ctx)
	if err != nil {
		return err
	}
	return a.ExecuteAs(ctx, by, r)
}

// ExecuteAs carries out a command on one stream in the name of this author.
func (a *App) ExecuteAs(ctx context.Context, by office.Author, r office.Request) error {
	o, err := a.Office(ctx)
	if err != nil {
		return err
	}
	_, err = o.Execute(ctx, by, r)
	return err
}

// KeyFile is where an officer's key is looked for.
func (a *App) KeyFile(id string) string { return a.Path("private", "officers", id+".key") }

// sign lets the office sign with the officer's key, if there is one. A key that lies ready but
// is not the officer's in the ledger yet is used only if it is named.
func (a *App) sign(ctx context.Context) error {
	if a.OfficerKey == "" && !domain.ValidID(a.Officer) {
		return nil
	}
	if a.Officer == "" {
		return Usage("--officer-key: name the officer, too: --officer ID")
	}
	name := a.OfficerKey
	if name == "" {
		name = a.KeyFile(a.Officer)
	}
	key, err := ReadKey(name)
	if a.OfficerKey == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.OfficerKey == "" {
		l, err := eventstore.Of(catalog.Officers).Load(
			ctx, a.store, officer.StreamPrefix+a.Officer, catalog.Meta{},
		)
		if err != nil {
			return err
		}
		if l.State.Known && l.State.Key == "" {
			return nil
		}
	}
	a.SignsWith = catalog.PublicKeyOf(key)
	a.signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{a.Officer: key})
	return nil
}

// ReadKey reads the file of an officer's key: 64 hex digits.
func ReadKey(name string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the officer's key: %w", err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf(
			"reading the officer's key: %s is not %d bytes in hex", name, ed25519.SeedSize,
		)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/durable"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/esdb"
)

// Place is where the events of a ledger live: the hosts of a server, or nothing for the embedded
// store of the data folder. It holds no user, no password and no option.
type Place []string

// embeddedPlace is the text of the place of an embedded store.
const embeddedPlace = "embedded"

// PlaceOf returns the place that a connection string names. "" and "embedded" name the embedded
// store.
func PlaceOf(address string) (Place, error) {
	if address == "" || address == embeddedPlace {
		return nil, nil
	}
	if err := CheckStoreAddress(address); err != nil {
		return nil, err
	}
	return esdb.Hosts(address)
}

// String is the place as it is noted.
func (p Place) String() string {
	if len(p) == 0 {
		return embeddedPlace
	}
	return "esdb://" + strings.Join(p, ",")
}

// same reports whether two places are one: a host belongs to one cluster, so one host in both is
// enough.
func (p Place) same(other Place) bool {
	if len(p) == 0 || len(other) == 0 {
		return len(p) == len(other)
	}
	return slices.ContainsFunc(p, func(host string) bool { return slices.Contains(other, host) })
}

func (a *App) placeFile() string { return a.Path("private", "place") }

// NotedPlace returns the place that the folder notes.
func (a *App) NotedPlace() (p Place, noted bool, err error) {
	text, err := os.ReadFile(a.placeFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the place of the ledger: %w", err)
	}
	p, err = PlaceOf(strings.TrimSpace(string(text)))
	if err != nil || string(text) != p.noted() {
		return nil, false, fmt.Errorf("%s does not name the place of a ledger; remove it, and "+
			"name the place in the next command, which notes it if the ledger is there",
			a.placeFile())
	}
	return p, true, nil
}

// noted is what the file of a place holds.
func (p Place) noted() string { return p.String() + "\n" }

// NotePlace notes where the ledger of the folder lives.
func (a *App) NotePlace(p Place) error {
	err := durable.Replace(a.placeFile(), 0o600, durable.Bytes(p.noted()))
	if err != nil {
		return fmt.Errorf("noting the place of the ledger: %w", err)
	}
	return nil
}

// requirePlace refuses another place than the one where the ledger of the folder lives. It returns
// the place, and whether it is noted.
func (a *App) requirePlace() (p Place, noted bool, err error) {
	if p, err = PlaceOf(a.Flags.Store); err != nil {
		return nil, false, err
	}
	if a.folder().Names(p) { // the server of the folder's own store
		p = nil
	}
	lives, noted, err := a.NotedPlace()
	if err != nil || !noted || lives.same(p) {
		return p, noted, err
	}
	return nil, false, fault.New(fault.OtherPlace, "the ledger in %s lives at %s, not at %s",
		a.Data, lives, p)
}

// RequireSame refuses a store at a place that holds another ledger than the folder, or none though
// the folder has published one. It reports whether the store holds the ledger of the folder.
func (a *App) RequireSame(ctx context.Context, store eventstore.Store, p Place) (bool, error) {
	vkey, err := os.ReadFile(a.Path("private", "ledger.vkey"))
	if err != nil {
		return false, fmt.Errorf("reading the ledger's key: %w", err)
	}
	own, err := checkpoint.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return false, fmt.Errorf("reading the ledger's key: %v", err)
	}
	r, found, err := eventstore.Last(ctx, store, eventstore.LedgerStream)
	if err != nil {
		return false, err
	}
	if !found {
		return false, a.requireUnpublished(own, p)
	}
	e, err := eventstore.Decode(r.Type, r.Data)
	if err != nil {
		return false, fmt.Errorf("reading %s at revision %d: %w", r.Stream, r.Revision, err)
	}
	signed, ok := e.(eventstore.CheckpointSigned)
	if !ok {
		return false, fmt.Errorf("stream %s holds an event of type %s", r.Stream, r.Type)
	}
	err = fault.New(fault.CheckpointMalformed,
		"the last checkpoint in the store at %s is signed by nobody", p)
	for _, s := range signers(signed.Note) {
		if s.Name == own.Name() && s.Hash == own.KeyHash() {
			return true, nil
		}
		err = fault.New(fault.StoreForeign,
			"the store at %s holds the ledger %s, and the folder %s belongs to %s", p,
			fingerprint(s.Name, s.Hash), a.Data, fingerprint(own.Name(), own.KeyHash()))
	}
	return false, err
}

// requireUnpublished refuses a store without a checkpoint under a folder that shows one.
func (a *App) requireUnpublished(own note.Verifier, p Place) error {
	raw, err := os.ReadFile(filepath.Join(a.Path("public"), tiles.CheckpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := checkpoint.Open(raw, own)
	if err != nil || c.Size == 0 {
		return err
	}
	return fault.New(fault.StoreEmpty,
		"the folder %s has published %d leaves of the ledger %s, and the store at %s holds "+
			"nothing of it", a.Data, c.Size, fingerprint(own.Name(), own.KeyHash()), p)
}

// signers lists who signed a note, without asking whether the signatures are good.
func signers(text string) []note.Signature {
	_, err := note.Open([]byte(text), note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return unverified.Note.UnverifiedSigs
	}
	return nil
}

// fingerprint names a ledger by its key.
func fingerprint(name string, hash uint32) string { return fmt.Sprintf("%s+%08x", name, hash) }

package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"lotteryledger/cmd/internal/dryrun"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
)

// Store opens the event store of the ledger.
func (a *App) Store(ctx context.Context) (eventstore.Store, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	return o.Store, nil
}

// Office opens the office: the store, and the key under which identities are tagged.
func (a *App) Office(ctx context.Context) (*office.Office, error) {
	if a.office != nil {
		return a.office, nil
	}
	if err := CheckStoreAddress(a.Flags.Store); err != nil {
		return nil, err
	}
	key, err := a.identityKey()
	if err != nil {
		return nil, err
	}
	if err := a.openLog(); err != nil {
		return nil, err
	}
	if err := a.openStore(ctx); err != nil {
		return nil, err
	}
	if err := a.sign(ctx); err != nil {
		return nil, err
	}
	a.office = &office.Office{
		Store: a.store, Key: key, Now: Now, Signers: a.signers, Remote: a.remote,
	}
	if a.Trial == nil {
		a.office.Texts = a.Texts()
	}
	return a.office, nil
}

// Texts is where the office keeps the texts of its notices.
func (a *App) Texts() office.Texts { return office.Texts(a.Path("private", "notices")) }

func (a *App) identityKey() ([]byte, error) {
	name := a.Path("private", "identity.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, a.NoLedger()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the identity key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != office.KeySize {
		return nil, fmt.Errorf(
			"reading the identity key: %s is not %d bytes in hex", name, office.KeySize,
		)
	}
	return key, nil
}

func (a *App) openStore(ctx context.Context) error {
	place, noted, err := a.requirePlace()
	if err != nil {
		return err
	}
	store, err := a.chooseStore(ctx)
	if err != nil {
		return err
	}
	holds, err := a.RequireSame(ctx, store, place)
	if err != nil {
		return err
	}
	note := sync.OnceValue(func() error { return a.NotePlace(place) })
	switch {
	case noted:
		note = func() error { return nil }
	case holds && !a.DryRun:
		if err := note(); err != nil {
			return err
		}
	}
	a.store = logged{store, a.Log, &a.stored, note}
	if a.DryRun {
		a.Trial = dryrun.New(a.store)
		a.store = a.Trial
	}
	return nil
}

// folder is where the embedded store is.
func (a *App) folder() storeaccess.Folder {
	return storeaccess.Folder{Data: a.Data, Dir: a.Path("store")}
}

// chooseStore opens the store that is named, or the embedded one.
func (a *App) chooseStore(ctx context.Context) (eventstore.Store, error) {
	folder := a.folder()
	switch {
	case a.Flags.Store != "":
		a.Address, a.remote = esdb.Redact(a.Flags.Store), true
		return a.OpenPlace(ctx, a.Flags.Store)
	case a.Serves != nil:
		server, err := ServeStore(folder, *a.Serves, a.Log)
		if err != nil {
			return nil, err
		}
		a.Server, a.Address = server, server.ConnectionString()
		a.onClose(server.Close)
		return server, nil
	}
	store, err := folder.Open(ctx, a.Log, a.waiting())
	if err != nil {
		return nil, err
	}
	a.remote = store.Remote
	a.onClose(store.Close)
	return store, nil
}

// OpenPlace opens the store that a connection string names, or the embedded one of the folder. It
// is closed with the App.
func (a *App) OpenPlace(ctx context.Context, address string) (eventstore.Store, error) {
	if address == embeddedPlace {
		store, err := a.folder().Open(ctx, a.Log, a.waiting())
		if err != nil {
			return nil, err
		}
		a.onClose(store.Close)
		return store, nil
	}
	client, err := esdb.Open(ctx, address, a.waiting())
	if err != nil {
		return nil, err
	}
	a.onClose(func() error { client.Close(); return nil })
	return client, nil
}

// waiting says how long a server of the store is waited for, and tells those in front of the
// command.
func (a *App) waiting() esdb.Options {
	return esdb.Options{Wait: a.StoreWait, Notice: func(n esdb.Notice) {
		w, ok := words.In(a.Language)
		if !ok {
			w, _ = words.In(words.English)
		}
		text := w.Format("store.answers", int(n.For.Seconds()))
		if n.Waits {
			text = w.Format("store.waits", words.Name(w, "store.reason", n.Reason))
		}
		fmt.Fprintf(a.Err, "lottery: %s\n", text)
	}}
}

// CheckStoreAddress refuses what cannot be the address of a store.
func CheckStoreAddress(address string) error {
	if address == "" {
		return nil
	}
	if err := esdb.Check(address); err != nil {
		return Usage("--store: %v; it looks like esdb://USER:PASSWORD@HOST:2113", err)
	}
	return nil
}

// ServeStore serves an embedded store. Options that cannot work are a wrong use of the command
// that gave them.
func ServeStore(
	f storeaccess.Folder, o embedded.Options, log zerolog.Logger,
) (*storeaccess.Served, error) {
	o.Logger = log
	server, err := f.Serve(o)
	var wrong *embedded.OptionsError
	if errors.As(err, &wrong) {
		return nil, UsageError{err}
	}
	return server, err
}

// LogLevels are the names of the levels of the log, by how much they say.
var LogLevels = []string{"debug", "info", "warn", "error"}

func (a *App) openLog() error {
	level, err := zerolog.ParseLevel(a.LogLevel)
	if err != nil || a.LogLevel == "" {
		return Usage("--log-level: debug, info, warn or error, not %q", a.LogLevel)
	}
	f, err := os.OpenFile(a.Path("log.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	a.onClose(f.Close)
	a.Log = zerolog.New(f).Level(level).With().Timestamp().Logger()
	return nil
}

// logged notes every append that the store acknowledged.
type logged struct {
	eventstore.Store
	log    zerolog.Logger
	stored *atomic.Int64
	note   func() error // the place of the ledger, before the first event is stored there
}

func (l logged) Append(
	ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if err := l.note(); err != nil {
		return eventstore.Start, err
	}
	p, err := l.Store.Append(ctx, stream, expected, events...)
	if err == nil && stream != eventstore.LedgerStream {
		l.stored.Add(int64(len(events)))
	}
	if err == nil && l.log.GetLevel() <= zerolog.DebugLevel {
		for i, e := range events {
			l.log.Debug().Str("stream", stream).Int64("revision", int64(expected)+int64(i)+1).
				Stringer("id", e.ID).Str("type", e.Type).Msg("stored")
		}
	}
	return p, err
}

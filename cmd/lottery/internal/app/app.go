// Package app is what the commands of the office's program work with: the data folder and,
// opened when a command first asks for it, store, office, read models, vault and public folder.
package app

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"lotteryledger/cmd/internal/dryrun"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections"
	"lotteryledger/projections/publisher"
)

// Flags are those of every command.
type Flags struct {
	Data, Store, Officer, OfficerKey, Applicant, CommandID string
	Language, TimeZone, LogLevel                           string
	DryRun, JSON, Anew                                     bool
	StoreWait                                              time.Duration
}

// App is one run of the program: its flags, its terminal, and the parts that it has opened.
type App struct {
	Flags
	In       io.Reader
	Out, Err io.Writer
	Args     []string // of the program

	Serves *embedded.Options // how to serve the embedded store; nil: not at all

	Trial     *dryrun.Store       // of a dry run, once the store is open
	Server    *storeaccess.Served // nil unless this process serves the embedded store
	Address   string              // connection string of a store on the network, without a password
	Log       zerolog.Logger
	SignsWith officer.PublicKey // of the officer, once the store is open; "" without a key

	stored    atomic.Int64 // events of commands, without those of the publisher
	store     eventstore.Store
	remote    bool // the store is open in another process
	signers   *eventstore.Signers
	office    *office.Office
	models    *projections.DB
	timelines *projections.DB
	publisher *publisher.Publisher
	alone     func() error // lets others decide on the ledger; nil: this one does not decide
	closers   []func() error
}

// UsageError is a wrong use that only the work could notice.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }

func (e UsageError) Unwrap() error { return e.Err }

// Usage returns a UsageError.
func Usage(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Now returns the time.
func Now() domain.Time { return domain.Time(time.Now().Unix()) }

// Path returns the path of a file in the data folder.
func (a *App) Path(parts ...string) string {
	return filepath.Join(append([]string{a.Data}, parts...)...)
}

// Stored returns how many events were stored, or would have been.
func (a *App) Stored() int64 {
	if a.Trial != nil {
		return int64(a.Trial.Count())
	}
	return a.stored.Load()
}

// Close closes what was opened, in the opposite order.
func (a *App) Close() error {
	errs := []error{a.crowd()}
	for _, c := range slices.Backward(a.closers) {
		errs = append(errs, c())
	}
	a.closers = nil
	return errors.Join(errs...)
}

func (a *App) onClose(c func() error) { a.closers = append(a.closers, c) }

// Zone returns the time zone in which people read and write times: UTC if none was named.
func (a *App) Zone() (*time.Location, error) {
	if a.TimeZone == "" {
		return time.UTC, nil
	}
	if t, err := time.Parse("-07:00", a.TimeZone); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(a.TimeZone, offset), nil
	}
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil || strings.EqualFold(a.TimeZone, "local") {
		return nil, Usage(
			"--timezone: %q is no time zone; it looks like Asia/Shanghai or +08:00", a.TimeZone,
		)
	}
	return zone, nil
}

// NoLedger is the error of a data folder without a ledger, or without the key of the ledger that is
// in it.
func (a *App) NoLedger() error {
	if part := a.remains(); part != "" {
		return Usage("%s", a.withoutKey(part))
	}
	return Usage(
		"%s holds no ledger yet; begin one with: lottery ledger init --data %s --origin NAME",
		a.Data, a.Data,
	)
}

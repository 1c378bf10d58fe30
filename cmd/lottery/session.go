package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/durable"
	"lotteryledger/cmd/internal/dryrun"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/publisher"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// options are the flags that all commands share.
type options struct {
	stdout, stderr io.Writer
	args           []string // of the program

	data, storeAt, officer, officerKey, applicant, commandID, logLevel string
	dryRun, json                                                       bool
	serves                                                             *embedded.Options // how to serve the embedded store; nil: not at all
}

// session is an open store with everything around it.
type session struct {
	*options
	server  *storeaccess.Served // nil unless this process serves the embedded store
	address string              // connection string of a store on the network, without a password
	store   eventstore.Store
	trial   *dryrun.Store // of a dry run
	office  *office.Office
	stored  atomic.Int64 // events of commands, without those of the publisher
	log     zerolog.Logger
	close   []func() error

	publishing *publisher.Publisher // the one of this session; nil until it is needed

	remote    bool // the store is open in another process
	signers   *eventstore.Signers
	signsWith officer.PublicKey // "" without a key
}

func now() domain.Time { return domain.Time(time.Now().Unix()) }

func (o *options) path(parts ...string) string {
	return filepath.Join(append([]string{o.data}, parts...)...)
}

// with opens a session, works and closes it.
func (o *options) with(ctx context.Context, work func(context.Context, *session) error) (err error) {
	s, err := o.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	err = work(ctx, s)
	var waiting *office.Waiting
	if errors.As(err, &waiting) {
		return s.waits(waiting)
	}
	return err
}

func (s *session) end() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	return errors.Join(errs...)
}

func (o *options) open(ctx context.Context) (_ *session, err error) {
	if err := checkStoreAddress(o.storeAt); err != nil {
		return nil, err
	}
	s := &session{options: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.end())
		}
	}()
	key, err := os.ReadFile(o.path("private", "identity.key"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, o.noLedger()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the identity key: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(key)))
	if err != nil || len(raw) != office.KeySize {
		return nil, fmt.Errorf("reading the identity key: %s is not %d bytes in hex", o.path("private", "identity.key"), office.KeySize)
	}
	if err := s.openLog(); err != nil {
		return nil, err
	}
	store, err := s.openStore(ctx)
	if err != nil {
		return nil, err
	}
	s.store = logged{store, s.log, &s.stored}
	if o.dryRun {
		s.trial = dryrun.New(s.store)
		s.store = s.trial
	}
	if err := s.sign(ctx); err != nil {
		return nil, err
	}
	s.office = &office.Office{Store: s.store, Key: raw, Now: now, Signers: s.signers, Remote: s.remote}
	return s, nil
}

func (o *options) noLedger() error {
	return usage("%s holds no ledger yet; begin one with: lottery ledger init --data %s --origin NAME", o.data, o.data)
}

func checkStoreAddress(address string) error {
	if address == "" {
		return nil
	}
	if err := esdb.Check(address); err != nil {
		return usage("--store: %v; it looks like esdb://USER:PASSWORD@HOST:2113", err)
	}
	return nil
}

func (s *session) openLog() error {
	level, ok := logLevels[s.logLevel]
	if !ok {
		return usage("--log-level: debug, info, warn or error, not %q", s.logLevel)
	}
	f, err := os.OpenFile(s.path("log.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	s.close = append(s.close, f.Close)
	s.log = zerolog.New(f).Level(level).With().Timestamp().Logger()
	return nil
}

var logLevels = map[string]zerolog.Level{
	"debug": zerolog.DebugLevel, "info": zerolog.InfoLevel, "warn": zerolog.WarnLevel, "error": zerolog.ErrorLevel,
}

// logged notes every append that the store acknowledged.
type logged struct {
	eventstore.Store
	log    zerolog.Logger
	stored *atomic.Int64
}

func (l logged) Append(ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed) (eventstore.Position, error) {
	p, err := l.Store.Append(ctx, stream, expected, events...)
	if err == nil && stream != eventstore.LedgerStream {
		l.stored.Add(int64(len(events)))
	}
	if err == nil && l.log.GetLevel() <= zerolog.DebugLevel {
		for i, e := range events {
			l.log.Debug().Str("stream", stream).Int64("revision", int64(expected)+int64(i)+1).Stringer("id", e.ID).Str("type", e.Type).Msg("stored")
		}
	}
	return p, err
}

// execute carries out a command on one stream.
func (s *session) execute(ctx context.Context, by office.Author, r office.Request) error {
	_, err := s.office.Execute(ctx, by, r)
	return err
}

// author is who issues the command.
func (s *session) author() (office.Author, error) {
	m := office.Author{Actor: catalog.ActorOfficer + s.officer}
	switch {
	case s.applicant != "" && s.officer != "":
		return m, usage("--applicant and --officer: one of them issues the command")
	case s.applicant != "":
		m.Actor = catalog.ActorApplicant + s.applicant
	case s.officer == "":
		return m, fault.New(fault.UnknownActor, "no officer is named")
	}
	if s.commandID == "" {
		id, err := uuid.NewRandom()
		m.Command = id
		return m, err
	}
	id, err := uuid.Parse(s.commandID)
	if err != nil {
		return m, usage("--command-id: %v", err)
	}
	m.Command = id
	return m, nil
}

// readModels opens the projections and brings them up to date.
func (s *session) readModels(ctx context.Context) (*projections.DB, error) {
	return s.projected(ctx, "read.db", pool.Projection{}, results.Projection{})
}

// timelines opens the histories of applications and brings them up to date. They have a
// file of their own: they are as much as all other tables, and few commands need them.
func (s *session) timelines(ctx context.Context) (*projections.DB, error) {
	return s.projected(ctx, "timeline.db", timeline.Projection{})
}

func (s *session) projected(ctx context.Context, file string, all ...projections.Projection) (*projections.DB, error) {
	name := s.path(file)
	db, err := projections.Open(name, all...)
	if err == nil {
		s.close = append(s.close, db.Close)
		err = db.CatchUp(ctx, s.store)
	}
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w (if the file is broken, remove %s: it is built again from the events)", err, name)
	}
	return db, err
}

// publisher returns the publisher of this session, which keeps the folded ledger.
func (s *session) publisher() (_ *publisher.Publisher, err error) {
	if s.publishing == nil {
		s.publishing, err = s.newPublisher()
	}
	return s.publishing, err
}

func (s *session) newPublisher() (*publisher.Publisher, error) {
	skey, err := os.ReadFile(s.path("private", "ledger.key"))
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's key: %w", err)
	}
	signer, err := checkpoint.NewSigner(strings.TrimSpace(string(skey)))
	if err != nil { // not wrapped: a broken file of the office disproves no ledger
		return nil, fmt.Errorf("reading the ledger's key %s: %v", s.path("private", "ledger.key"), err)
	}
	vkey, err := os.ReadFile(s.path("private", "ledger.vkey"))
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's key: %w", err)
	}
	p := &publisher.Publisher{
		Store: s.store, Dir: s.path("public"), Texts: s.path("private", "notices"),
		State: s.path("private", "state"), Signer: signer, VKey: strings.TrimSpace(string(vkey)),
		Warn: func(err error) { s.log.Warn().Err(err).Msg("the state file") },
	}
	if p.Verifier, err = checkpoint.NewVerifier(p.VKey); err != nil {
		return nil, fmt.Errorf("reading the ledger's key %s: %v", s.path("private", "ledger.vkey"), err)
	}
	return p, nil
}

// print shows a result: text for people, or one object for programs.
func (o *options) print(object any, format string, args ...any) error {
	if !o.json {
		_, err := fmt.Fprintf(o.stdout, format+"\n", args...)
		return err
	}
	b, err := json.Marshal(object)
	if err == nil {
		_, err = fmt.Fprintln(o.stdout, string(b))
	}
	return err
}

// done reports a command that was carried out. One that found everything as it
// wishes it, or its own id in the store, says that it stored nothing.
func (s *session) done(object map[string]any, format string, args ...any) error {
	said := fmt.Sprintf(format, args...)
	if s.trial != nil {
		object["dry_run"], object["events"] = true, s.trial.Count()
		return s.print(object, "dry run, nothing changed; events that would be stored: %d; answer: %s", s.trial.Count(), said)
	}
	changed := s.stored.Load() > 0
	if object["changed"] = changed; !changed {
		said += "\nnothing was stored: it was done before"
	}
	return s.print(object, "%s", said)
}

// initialise makes the keys of a new ledger.
func (o *options) initialise(origin string) (vkey string, err error) {
	if err := checkpoint.CheckOrigin(origin); err != nil {
		return "", usage("--origin: %v", err)
	}
	private := o.path("private")
	if _, err := os.Stat(filepath.Join(private, "identity.key")); err == nil {
		return "", fault.New(fault.LedgerExists, "%s holds a ledger already", o.data)
	}
	skey, vkey, err := checkpoint.GenerateKey(origin, rand.Reader)
	if err != nil {
		return "", err
	}
	identity := make([]byte, office.KeySize)
	if _, err := rand.Read(identity); err != nil {
		return "", err
	}
	if o.dryRun {
		return vkey, nil
	}
	if err := durable.MakeFolder(private, 0o700); err != nil {
		return "", fmt.Errorf("making the data folder: %w", err)
	}
	if err := o.makeVaultKey(); err != nil {
		return "", err
	}
	for _, f := range []struct{ name, text string }{ // the one that is looked for comes last
		{"ledger.key", skey}, {"ledger.vkey", vkey}, {"identity.key", hex.EncodeToString(identity)},
	} {
		name := filepath.Join(private, f.name)
		if err := durable.Replace(name, 0o600, durable.Bytes(f.text+"\n")); err != nil {
			return "", fmt.Errorf("writing keys: %w", err)
		}
	}
	return vkey, nil
}

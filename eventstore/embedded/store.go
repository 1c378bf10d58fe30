package embedded

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/rs/zerolog"
)

// store is the open folder: the database, the view that readers use, and the state
// of failure.
type store struct {
	db     *pebble.DB
	locked *pebble.Lock

	mu   sync.Mutex
	view *view

	failOnce sync.Once
	failed   chan struct{}
	cause    error // set before failed is closed

	log    zerolog.Logger
	writes bool // set before Pebble is opened
}

// view is the state after one commit: everything in it is synced.
type view struct {
	*pebble.Snapshot
	tail       uint64        // position of the next record
	superseded chan struct{} // closed when a later view exists
	users      int           // guarded by store.mu
}

// firstPosition is the position of the first record. Start lies before it.
const firstPosition = 64

const (
	blockCache   = 128 << 20
	memTableSize = 32 << 20
)

// ErrInUse: another process, or another server in this one, has the folder open.
var ErrInUse = errors.New("the event store is in use already")

func openStore(dir string, fs vfs.FS, log zerolog.Logger) (*store, error) {
	s := &store{failed: make(chan struct{}), log: log}
	if err := fs.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of the event store: %w", err)
	}
	if err := s.lock(dir, fs); err != nil {
		return nil, err
	}
	if err := s.start(dir, s.options(fs)); err != nil {
		return nil, fmt.Errorf("opening the event store in %s: %w", dir, err)
	}
	return s, nil
}

// options are those of the database in the folder that is locked.
func (s *store) options(fs vfs.FS) *pebble.Options {
	opts := &pebble.Options{
		FS:                          haltFS{fs, s.halt},
		Lock:                        s.locked,
		Logger:                      pebbleLog{s},
		CacheSize:                   blockCache,
		MemTableSize:                memTableSize,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               128 << 20,
		MaxOpenFiles:                1000,
		// With checksums of table footers, and a log that tells damage from a torn end.
		FormatMajorVersion:         pebble.FormatTableFormatV6,
		CompactionConcurrencyRange: func() (int, int) { return 1, 2 },
		EventListener: &pebble.EventListener{
			BackgroundError: func(err error) { s.halt(fmt.Errorf("storing in the background: %w", err)) },
			// The reader that met the damage gets an error.
			DataCorruption: func(info pebble.DataCorruptionInfo) { s.log.Error().Msgf("pebble: %s", info) },
		},
	}
	// A reader never needs to schedule a compaction, which would need the lock that a
	// halted goroutine may hold.
	opts.Experimental.ReadSamplingMultiplier = -1
	for i := range opts.Levels {
		opts.Levels[i].BlockSize = 16 << 10
		opts.Levels[i].IndexBlockSize = 256 << 10
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	return opts
}

// lock makes sure that no other process has the folder open.
func (s *store) lock(dir string, fs vfs.FS) (err error) {
	if s.locked, err = pebble.LockDirectory(dir, fs); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInUse, dir, err)
	}
	return nil
}

// start opens the database and checks what is in it. At the first failure to write the
// database is abandoned.
func (s *store) start(dir string, opts *pebble.Options) error {
	s.writes = !opts.ReadOnly
	return s.unlessFailed(func() error { return s.open(dir, opts) })
}

// open is start without an end to it. Pebble panics, or calls Fatalf, when the disk
// fails; both become the error.
func (s *store) open(dir string, opts *pebble.Options) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.fail(fmt.Errorf("storing: %v", p))
		}
		if cause := s.failure(); cause != nil {
			err = cause
		} else if err != nil && s.db != nil {
			err = errors.Join(err, s.db.Close(), s.locked.Close())
		} else if err != nil {
			err = errors.Join(err, s.locked.Close())
		}
	}()
	if err = s.guard(dir, opts); err != nil {
		return err
	}
	if s.db, err = pebble.Open(dir, opts); err != nil {
		return err
	}
	return s.check(opts)
}

// check compares the version of the layout and finds the end of the records.
func (s *store) check(opts *pebble.Options) error {
	tail, err := s.findTail()
	if err != nil {
		return err
	}
	version, closer, err := s.db.Get(versionKey)
	switch {
	case errors.Is(err, pebble.ErrNotFound) && tail == firstPosition:
		if opts.ReadOnly { // it was never opened to the end
			break
		}
		if err := s.db.Set(versionKey, []byte(layout), &pebble.WriteOptions{Sync: !opts.DisableWAL}); err != nil {
			return fmt.Errorf("writing the version of the layout: %w", err)
		}
		// Pebble begins its first log in an old form that cannot tell damage from an end.
		if err := s.db.Flush(); err != nil {
			return fmt.Errorf("writing the version of the layout: %w", err)
		}
	case err != nil:
		return fmt.Errorf("reading the version of the layout: %w", err)
	default:
		known := string(version) == layout
		text := string(version)
		if err := closer.Close(); err != nil {
			return fmt.Errorf("reading the version of the layout: %w", err)
		}
		if !known {
			return fmt.Errorf("the layout has version %q; this program knows version %q only", text, layout)
		}
	}
	s.view = s.newView(tail)
	return nil
}

func (s *store) findTail() (uint64, error) {
	it, err := s.db.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixEvent}, UpperBound: []byte{prefixEvent + 1}})
	if err != nil {
		return 0, fmt.Errorf("looking for the last record: %w", err)
	}
	tail := uint64(firstPosition)
	if it.Last() {
		if len(it.Key()) != eventKeyLen {
			return 0, errors.Join(errors.New("the key of the last record has a wrong length"), it.Close())
		}
		tail = eventPosition(it.Key()) + uint64(len(it.Value()))
	}
	if err := it.Close(); err != nil {
		return 0, fmt.Errorf("looking for the last record: %w", err)
	}
	return tail, nil
}

func (s *store) newView(tail uint64) *view {
	return &view{Snapshot: s.db.NewSnapshot(), tail: tail, superseded: make(chan struct{}), users: 1}
}

// advance makes everything that is committed visible to readers.
func (s *store) advance(tail uint64) {
	next := s.newView(tail)
	s.mu.Lock()
	old := s.view
	s.view = next
	s.mu.Unlock()
	close(old.superseded)
	s.release(old)
}

// acquire returns the latest view. The caller releases it.
func (s *store) acquire() *view {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.view.users++
	return s.view
}

func (s *store) release(v *view) {
	s.mu.Lock()
	v.users--
	unused := v.users == 0
	s.mu.Unlock()
	if unused {
		// Closing a snapshot of an open database cannot fail.
		_ = v.Close()
	}
}

// fail records the first cause why nothing can be written any more.
func (s *store) fail(cause error) {
	s.failOnce.Do(func() {
		s.cause = cause
		s.log.Error().Err(cause).Msg("event store stopped writing")
		close(s.failed)
	})
}

func (s *store) failure() error {
	select {
	case <-s.failed:
		return s.cause
	default:
		return nil
	}
}

// halt is called on a goroutine of Pebble that met a failure from which it must not
// continue. Pebble expects the process to end there. Here reading goes on, so the
// goroutine is parked for ever before it can touch another file, and the database is
// abandoned with the process.
func (s *store) halt(cause error) {
	s.fail(cause)
	if s.writes {
		select {}
	}
}

// close ends the store. What stands in the log only is moved to tables, where all of
// it is under checksums that tell damage from an unfinished end. After a failure the
// database is left as it is: the next process recovers what was synced.
func (s *store) close() error {
	if s.failure() != nil {
		return s.cause
	}
	s.release(s.view)
	err := s.unlessFailed(func() error {
		if !s.writes {
			return s.db.Close()
		}
		return errors.Join(s.db.Flush(), s.db.Close())
	})
	if s.failure() != nil {
		return s.cause
	}
	if err = errors.Join(err, s.locked.Close()); err != nil {
		return fmt.Errorf("closing the event store: %w", err)
	}
	return nil
}

// unlessFailed works, or stops waiting when the disk fails. Pebble itself goes on for
// ever then.
func (s *store) unlessFailed(work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-s.failed:
		return s.cause
	}
}

// pebbleLog receives what Pebble has to say.
type pebbleLog struct{ *store }

// Infof drops the running commentary.
func (pebbleLog) Infof(string, ...any) {}

// Errorf logs an error that Pebble deals with itself.
func (l pebbleLog) Errorf(format string, args ...any) {
	l.log.Warn().Msgf("pebble: "+format, args...)
}

// Fatalf stops writing; it does not return while the store is open.
func (l pebbleLog) Fatalf(format string, args ...any) {
	l.halt(fmt.Errorf("storing: "+format, args...))
}

package embedded

import (
	"errors"
	"fmt"
	iofs "io/fs"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/rs/zerolog"
)

// store is the open folder: the log, its index, the view that readers use, and the
// state of failure.
type store struct {
	log    *eventLog
	db     *pebble.DB // the index
	locked *pebble.Lock

	mu   sync.Mutex
	view *view
	hot  map[string]head // of streams that were read lately, as the view has them

	names    atomic.Pointer[names] // nil until there are many new streams
	learning sync.WaitGroup        // who fills it
	closing  chan struct{}

	failOnce sync.Once
	failed   chan struct{}
	cause    error // set before failed is closed

	logger zerolog.Logger
	writes bool
}

// view is the state after one commit: everything in it is synced.
type view struct {
	*pebble.Snapshot
	store      *store
	log        *eventLog
	tail       uint64        // position of the next record
	superseded chan struct{} // closed when a later view exists
	users      int           // guarded by store.mu
}

// firstPosition is the position of the first record. Start lies before it.
const firstPosition = 64

const (
	blockCache   = 64 << 20
	memTableSize = 32 << 20
)

// ErrInUse: another process, or another server in this one, has the folder open.
var ErrInUse = errors.New("the event store is in use already")

// openStore opens the store in a folder. To write, it makes what is missing.
func openStore(dir string, fs vfs.FS, log zerolog.Logger, writes bool) (*store, error) {
	s := &store{
		failed: make(chan struct{}), closing: make(chan struct{}), logger: log,
		writes: writes,
	}
	if writes {
		if err := makeFolder(fs, dir); err != nil {
			return nil, fmt.Errorf("making the folder of the event store: %w", err)
		}
	}
	if err := s.lock(dir, fs); err != nil {
		return nil, err
	}
	if err := s.unlessFailed(func() error { return s.open(dir, fs) }); err != nil {
		if s.failure() != nil && !writes { // nothing was being written: the folder is free again
			err = errors.Join(err, s.locked.Close())
		}
		return nil, fmt.Errorf("opening the event store in %s: %w", dir, damage(err))
	}
	return s, nil
}

// options are those of the index. It needs no log of its own, because it follows from
// the records.
func (s *store) options(fs vfs.FS) *pebble.Options {
	opts := &pebble.Options{
		FS:                          haltFS{fs, s.halt},
		ReadOnly:                    !s.writes,
		DisableWAL:                  true,
		Logger:                      pebbleLog{s},
		CacheSize:                   blockCache,
		MemTableSize:                memTableSize,
		MemTableStopWritesThreshold: 4,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24,
		LBaseMaxBytes:               128 << 20,
		MaxOpenFiles:                1000,
		FormatMajorVersion:          pebble.FormatTableFormatV6, // with checksums of table footers
		CompactionConcurrencyRange:  func() (int, int) { return 1, 2 },
		EventListener: &pebble.EventListener{
			BackgroundError: func(
				err error,
			) {
				s.halt(fmt.Errorf("storing in the background: %w", err))
			},
			// The reader that met the damage gets an error.
			DataCorruption: func(
				info pebble.DataCorruptionInfo,
			) {
				s.logger.Error().Msgf("pebble: %s", info)
			},
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
	s.locked, err = pebble.LockDirectory(dir, fs)
	var unopened *iofs.PathError
	if errors.As(err, &unopened) {
		return fmt.Errorf("locking the folder of the event store: %w", err)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrInUse, dir, err)
	}
	return nil
}

// open opens log and index and brings the index up to the log. Pebble panics, or calls
// Fatalf, when the disk fails; both become the error.
func (s *store) open(dir string, fs vfs.FS) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.fail(fmt.Errorf("storing: %v", p))
		}
		if cause := s.failure(); cause != nil {
			err = cause
		} else if err != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	err = findLog(fs, dir)
	if errors.Is(err, ErrNoStore) && s.writes {
		err = makeLog(fs, dir)
	}
	if err != nil {
		return err
	}
	if s.log, err = openLog(fs, dir, s.writes); err != nil {
		return err
	}
	index := fs.PathJoin(dir, indexName)
	if !s.writes && !hasIndex(fs, index) {
		return errBehind
	}
	if s.db, err = pebble.Open(index, s.options(fs)); err != nil {
		return fmt.Errorf("opening the index: %w", err)
	}
	tail, err := s.replay()
	if err == nil {
		s.view = s.newView(tail)
	}
	return err
}

func (s *store) newView(tail uint64) *view {
	return &view{
		Snapshot: s.db.NewSnapshot(), store: s, log: s.log, tail: tail,
		superseded: make(chan struct{}), users: 1,
	}
}

// advance makes everything that is committed visible to readers. The heads of these streams
// have changed.
func (s *store) advance(tail uint64, changed []string) {
	next := s.newView(tail)
	s.mu.Lock()
	old := s.view
	s.view = next
	for _, stream := range changed {
		delete(s.hot, stream)
	}
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

// mostHot bounds the heads that are kept for readers.
const mostHot = 1024

// head reads the head of a stream. Streams that are read again and again, as those of officers
// are, cost no look-up in the index as long as nobody writes them.
func (v *view) head(stream string) (head, error) {
	s := v.store
	s.mu.Lock()
	h, known := s.hot[stream]
	known = known && s.view == v
	s.mu.Unlock()
	if known {
		return h, nil
	}
	if s.names.Load().lacks(stream) {
		return noHead, nil
	}
	h, err := readHead(v, stream)
	if err != nil {
		return h, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view == v {
		if len(s.hot) >= mostHot || s.hot == nil {
			s.hot = map[string]head{}
		}
		s.hot[stream] = h
	}
	return h, nil
}

// fail records the first cause why nothing can be written any more.
func (s *store) fail(cause error) {
	s.failOnce.Do(func() {
		s.cause = cause
		s.logger.Error().Err(cause).Msg("event store stopped writing")
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

// close ends the store and leaves the index complete. After a failure the folder is left
// as it is: the next process recovers what was synced.
func (s *store) close() error {
	close(s.closing)
	if s.failure() != nil {
		return s.cause
	}
	s.learning.Wait()
	s.release(s.view)
	err := s.unlessFailed(func() error {
		if !s.writes {
			return s.abandon()
		}
		return errors.Join(s.db.Flush(), s.abandon())
	})
	if s.failure() != nil {
		return s.cause
	}
	if err != nil {
		return fmt.Errorf("closing the event store: %w", err)
	}
	return nil
}

// abandon closes what was opened.
func (s *store) abandon() (err error) {
	if s.db != nil {
		err = s.db.Close()
	}
	if s.log != nil {
		err = errors.Join(err, s.log.Close())
	}
	return errors.Join(err, s.locked.Close())
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
	l.logger.Warn().Msgf("pebble: "+format, args...)
}

// Fatalf stops writing; it does not return while the store is open.
func (l pebbleLog) Fatalf(format string, args ...any) {
	l.halt(fmt.Errorf("storing: "+format, args...))
}

package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // also the driver named "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// layout is the version of the table "projections", kept in the file's user_version.
const layout = 1

const layoutSchema = `
CREATE TABLE IF NOT EXISTS projections (
	name             TEXT    NOT NULL PRIMARY KEY,
	version          INTEGER NOT NULL,
	commit_position  INTEGER NOT NULL DEFAULT 0,
	prepare_position INTEGER NOT NULL DEFAULT 0,
	leaves           INTEGER NOT NULL DEFAULT 0
) STRICT;
`

// Settings of the connections. What is in the file can be made again, so a commit
// need not wait for the disk (synchronous NORMAL); after a power failure the last
// transactions may be missing, whole.
const (
	patience    = time.Minute // that one process waits for another
	both        = "_busy_timeout=60000&_dqs=0"
	writerOnly  = "&_synchronous=NORMAL&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(8192)"
	readerOnly  = "&_query_only=1&_pragma=cache_size(-16384)"
	readerConns = 4
)

// DB is a file of projections. It is safe for concurrent use, and so is the file
// for several processes.
type DB struct {
	path        string
	projections []Projection
	reader      *sql.DB
	writer      *sql.DB

	mu         sync.Mutex // held while conn is in use
	conn       *sql.Conn  // the one connection that writes
	statements map[string]*sql.Stmt
}

// Open opens the file, or makes it, and prepares the tables of the projections. The
// tables of a projection whose version rose are dropped and made anew, empty. A file
// that a newer program wrote, and one that is something else, are errors.
func Open(path string, projections ...Projection) (*DB, error) {
	if err := check(projections); err != nil {
		return nil, err
	}
	db := &DB{path: path, projections: projections, statements: map[string]*sql.Stmt{}}
	if err := db.open(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("opening projections %s: %w", path, err), db.Close())
	}
	return db, nil
}

// check refuses projections whose tables could meet.
func check(projections []Projection) error {
	if len(projections) == 0 {
		return errors.New("opening a file of projections without a projection")
	}
	names := map[string]bool{}
	for _, p := range projections {
		n := p.Name()
		if n == "" || strings.Trim(n, "abcdefghijklmnopqrstuvwxyz") != "" || names[n] ||
			p.Version() < 1 {
			return fmt.Errorf("projection %q, version %d: a name is lower-case letters and given "+
				"once, a version is at least 1", n, p.Version())
		}
		names[n] = true
	}
	return nil
}

func (db *DB) open(ctx context.Context) error {
	// for nobody else, and so are the files beside it
	f, err := os.OpenFile(db.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return err
	}
	uri := "file:" + (&url.URL{Path: filepath.Clean(db.path)}).EscapedPath() + "?" + both
	if db.writer, err = sql.Open("sqlite", uri+writerOnly); err != nil {
		return err
	}
	if db.reader, err = sql.Open("sqlite", uri+readerOnly); err != nil {
		return err
	}
	db.reader.SetMaxOpenConns(readerConns)
	db.reader.SetMaxIdleConns(readerConns)
	if db.conn, err = db.writer.Conn(ctx); err != nil {
		return err
	}
	if err := db.recognise(ctx); err != nil {
		return err
	}
	if err := db.logAhead(ctx); err != nil {
		return fmt.Errorf("switching to a write-ahead log: %w", err)
	}
	return db.write(ctx, db.prepare)
}

// logAhead makes readers and the writer independent of each other. This is the one
// statement that does not wait for another process by itself.
func (db *DB) logAhead(ctx context.Context) error {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		var mode string
		err := db.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		var failed *sqlite.Error
		switch {
		case errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY &&
			time.Now().Before(end):
		case err == nil && mode != "wal":
			return fmt.Errorf("the file system allows only the journal mode %q", mode)
		default:
			return err
		}
	}
}

// recognise refuses a file that is not one of ours, before anything is written.
func (db *DB) recognise(ctx context.Context) error {
	var version, objects int
	if err := db.conn.QueryRowContext(ctx,
		"SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version").Scan(
		&version, &objects); err != nil {
		return err
	}
	switch {
	case version == layout, version == 0 && objects == 0:
		return nil
	case version == 0:
		return errors.New("the file is a database of something else")
	}
	return fmt.Errorf("the file has layout %d, this program knows layout %d: it belongs to a "+
		"newer program or to something else", version, layout)
}

// prepare makes the tables that are missing or of an older version.
func (db *DB) prepare(tx *Tx) error {
	if _, err := tx.conn.ExecContext(tx.ctx, layoutSchema); err != nil {
		return err
	}
	if _, err := tx.conn.ExecContext(tx.ctx,
		fmt.Sprintf("PRAGMA user_version = %d", layout)); err != nil {
		return err
	}
	for _, p := range db.projections {
		_, err := tx.stored(p)
		if errors.Is(err, errMissing) || errors.Is(err, errOlder) {
			err = tx.renew(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Rebuild empties the projections of these names, or all without a name. The next
// CatchUp fills them again.
func (db *DB) Rebuild(ctx context.Context, names ...string) error {
	chosen := db.projections
	if len(names) > 0 {
		chosen = nil
		for _, n := range names {
			p, ok := db.named(n)
			if !ok {
				return fmt.Errorf("rebuilding projection %q: there is none of this name", n)
			}
			chosen = append(chosen, p)
		}
	}
	return db.write(ctx, func(tx *Tx) error {
		for _, p := range chosen {
			if _, err := tx.stored(p); err != nil {
				return err
			}
			if err := tx.renew(p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (db *DB) named(name string) (Projection, bool) {
	for _, p := range db.projections {
		if p.Name() == name {
			return p, true
		}
	}
	return nil, false
}

// Reader gives connections that cannot write, for the queries of a projection.
func (db *DB) Reader() *sql.DB { return db.reader }

// Close ends all connections. Nothing that was committed is lost.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	var errs []error
	for _, s := range db.statements {
		errs = append(errs, s.Close())
	}
	clear(db.statements)
	if db.reader != nil {
		errs = append(errs, db.reader.Close())
	}
	if db.conn != nil {
		errs = append(errs, db.conn.Close())
	}
	if db.writer != nil {
		errs = append(errs, db.writer.Close())
	}
	return errors.Join(errs...)
}

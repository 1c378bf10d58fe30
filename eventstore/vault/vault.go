package vault

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite" // also the driver named "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lotteryledger/audit/durable"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// layout is the version of the tables, kept in the file's user_version.
const layout = 1

// In keys, wrapped is NULL for an applicant who was erased.
const schema = `
CREATE TABLE vault (
	id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	key_id BLOB    NOT NULL
) STRICT;
CREATE TABLE keys (
	applicant BLOB NOT NULL PRIMARY KEY,
	wrapped   BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE records (
	applicant  BLOB    NOT NULL,
	commitment BLOB    NOT NULL,
	stored_at  INTEGER NOT NULL,
	sealed     BLOB    NOT NULL,
	PRIMARY KEY (applicant, commitment)
) STRICT, WITHOUT ROWID;
`

// additions are in a file from its next opening on. A program that does not know them works
// with the file as before.
const additions = `
CREATE INDEX IF NOT EXISTS records_stored ON records (stored_at);
CREATE TABLE IF NOT EXISTS sweeps (
	id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
	before   INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	event    BLOB    NOT NULL
) STRICT;
`

// Every commit waits for the disk, and what is deleted is overwritten. A page that many commits
// change goes from the log into the file once in 64 MB, and what a statement would need to take
// itself back is kept in memory.
const (
	patience = time.Minute // that one process waits for another
	settings = "?_busy_timeout=60000&_dqs=0" +
		"&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=cache_size(-65536)" +
		"&_pragma=wal_autocheckpoint(16384)&_pragma=temp_store(MEMORY)"
)

// Vault is an open file. It is safe for concurrent use, and so is the file for
// several processes.
type Vault struct {
	path   string
	master cipher.AEAD
	keyID  []byte

	mu     sync.Mutex // held while conn is in use
	db     *sql.DB
	conn   *sql.Conn
	failed error // why nothing is written any more
}

// Open opens the file, or makes it for this master key. Another master key than
// that of the file is refused.
func Open(ctx context.Context, path string, master Key) (*Vault, error) {
	v := &Vault{path: path, master: aead(master), keyID: master.id()}
	if err := v.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the vault %s: %w", path, err), v.Close())
	}
	return v, nil
}

func (v *Vault) open(ctx context.Context) error {
	// for nobody else, and so are the files beside it
	f, err := os.OpenFile(v.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	uri := "file:" + (&url.URL{Path: filepath.Clean(v.path)}).EscapedPath() + settings
	if v.db, err = sql.Open("sqlite", uri); err != nil {
		return err
	}
	if v.conn, err = v.db.Conn(ctx); err != nil {
		return err
	}
	if err := v.recognise(ctx); err != nil {
		return err
	}
	if err := v.logAhead(ctx); err != nil {
		return fmt.Errorf("switching to a write-ahead log: %w", err)
	}
	if err := v.write(ctx, v.prepare); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(v.path))
}

// recognise refuses a file that is not one of ours, before anything is written.
func (v *Vault) recognise(ctx context.Context) error {
	version, objects, err := v.contents(ctx)
	switch {
	case err != nil:
		return err
	case version != layout && (version != 0 || objects > 0):
		return fmt.Errorf("the file has layout %d, this program knows layout %d: it belongs to a "+
			"newer program or to something else", version, layout)
	}
	return nil
}

func (v *Vault) contents(ctx context.Context) (version, objects int, err error) {
	row := v.conn.QueryRowContext(ctx,
		"SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version")
	return version, objects, row.Scan(&version, &objects)
}

// logAhead is the one statement that does not wait for another process by itself.
func (v *Vault) logAhead(ctx context.Context) error {
	var mode string
	err := v.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
	for end := time.Now().Add(patience); busy(err) &&
		time.Now().Before(end); time.Sleep(time.Millisecond) {
		err = v.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
	}
	if err == nil && mode != "wal" {
		err = fmt.Errorf("the file system allows only the journal mode %q", mode)
	}
	return err
}

// busy reports whether another process was in the way.
func busy(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY
}

// prepare makes the tables of a new file, and compares the key with that of an old one.
func (v *Vault) prepare(ctx context.Context) error {
	version, _, err := v.contents(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		if err := v.exec(ctx, schema+fmt.Sprintf("PRAGMA user_version = %d;", layout)); err != nil {
			return err
		}
		if err := v.exec(ctx, "INSERT INTO vault VALUES (1, ?)", v.keyID); err != nil {
			return err
		}
	}
	if err := v.sameKey(ctx); err != nil {
		return err
	}
	return v.exec(ctx, additions)
}

// sameKey refuses to go on when the vault is sealed under another key by now.
func (v *Vault) sameKey(ctx context.Context) error {
	var id []byte
	if err := v.conn.QueryRowContext(ctx, "SELECT key_id FROM vault").Scan(&id); err != nil {
		return err
	}
	if string(id) != string(v.keyID) {
		return fault.New(fault.VaultKey,
			"the vault is sealed under master key %x, and this is master key %x", id, v.keyID)
	}
	return nil
}

func (v *Vault) exec(ctx context.Context, query string, args ...any) error {
	_, err := v.conn.ExecContext(ctx, query, args...)
	return err
}

// write runs f in a transaction that no other writer can come between. Once one
// has failed for another reason than a refusal, what is on the disk is not known, and nothing more
// is written.
func (v *Vault) write(ctx context.Context, f func(context.Context) error) error {
	if v.failed != nil {
		return v.failed
	}
	ctx = context.WithoutCancel(ctx) // a transaction is short, and ends as a whole
	err := v.exec(ctx, "BEGIN IMMEDIATE")
	if err == nil {
		if err = f(ctx); err == nil {
			err = v.exec(ctx, "COMMIT")
		}
		if err != nil {
			_ = v.exec(ctx, "ROLLBACK") // SQLite may have done so by itself
		}
	}
	switch {
	case err == nil, fault.CodeOf(err) != "", busy(err):
		return err
	}
	v.failed = fmt.Errorf(
		"writing the vault %s failed, and nothing more is written to it; make sure of disk and "+
			"space, then give the command again: %w", v.path, err)
	return v.failed
}

// Close ends the use of the file. Nothing that was acknowledged is lost.
func (v *Vault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var errs []error
	if v.conn != nil {
		errs = append(errs, v.conn.Close())
	}
	if v.db != nil {
		errs = append(errs, v.db.Close())
	}
	return errors.Join(errs...)
}

// Exists reports whether a vault was made at this path.
func Exists(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.Size() > 0, err
}

func parseApplicant(s string) (who applicantID, err error) {
	if !domain.DecodeHex(who[:], s) {
		return who, fault.New(fault.InvalidID, "an applicant id is 32 lower-case hex digits")
	}
	return who, nil
}

package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Tx is a transaction that writes. It does not end with a context: a transaction
// is short, and a context that may end costs two fifths of the speed.
type Tx struct {
	db   *DB
	conn *sql.Conn
	ctx  context.Context // without an end
}

// write runs f in a transaction that no other writer can come between.
func (db *DB) write(ctx context.Context, f func(*Tx) error) (err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if _, err := db.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning to write projections: %w", err)
	}
	tx := &Tx{db, db.conn, context.WithoutCancel(ctx)}
	done := false
	defer func() {
		if !done {
			_, failed := db.conn.ExecContext(tx.ctx, "ROLLBACK")
			err = errors.Join(err, failed)
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	if _, err := db.conn.ExecContext(tx.ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing projections: %w", err)
	}
	done = true
	return nil
}

// statement prepares a query once for the life of the connection.
func (tx *Tx) statement(query string) (*sql.Stmt, error) {
	if s, ok := tx.db.statements[query]; ok {
		return s, nil
	}
	s, err := tx.conn.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", query, err)
	}
	tx.db.statements[query] = s
	return s, nil
}

// Exec runs a statement and returns the number of rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	s, err := tx.statement(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// One runs a statement that has to change exactly one row. Otherwise the error says
// that there is no such thing, in the words of what.
func (tx *Tx) One(what, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("no such %s", what)
	}
	return err
}

// Scan runs a query for one row. The error is sql.ErrNoRows when there is none.
func (tx *Tx) Scan(query string, args []any, dest ...any) error {
	s, err := tx.statement(query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(tx.ctx, args...).Scan(dest...)
}

// rowsPerInsert is how many rows one statement inserts: more are hardly faster.
const rowsPerInsert = 50

// Insert adds whole rows to a table. The values of the rows follow each other; a row
// has as many as the table has columns.
func (tx *Tx) Insert(table string, columns int, values []any) error {
	for len(values) > 0 {
		n := min(len(values), rowsPerInsert*columns)
		if n < rowsPerInsert*columns {
			n = columns // the rest one by one, so that two statements serve every number of rows
		}
		if _, err := tx.Exec(insertion(table, columns, n/columns), values[:n]...); err != nil {
			return fmt.Errorf("inserting into %s: %w", table, err)
		}
		values = values[n:]
	}
	return nil
}

// insertion writes its parameters without numbers: SQLite looks numbered ones up one
// after the other, which takes longer than the insertion.
func insertion(table string, columns, rows int) string {
	row := "(?" + strings.Repeat(", ?", columns-1) + ")"
	return "INSERT INTO " + table + " VALUES " + row + strings.Repeat(", "+row, rows-1)
}

var (
	errMissing = errors.New("the projection has no tables")
	errOlder   = errors.New("the tables are of an older version")
)

// stored reads where a projection is.
func (tx *Tx) stored(p Projection) (Position, error) {
	var at Position
	var version int
	err := tx.Scan("SELECT version, commit_position, prepare_position, leaves FROM projections "+
		"WHERE name = $1",
		[]any{p.Name()}, &version, &at.Commit, &at.Prepare, &at.Leaves)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = errMissing
	case err == nil && version > p.Version():
		err = errors.New("it belongs to a newer program")
	case err == nil && version < p.Version():
		err = errOlder
	}
	if err != nil {
		return Position{}, fmt.Errorf("projection %s of version %d, stored with version %d: %w",
			p.Name(), p.Version(), version, err)
	}
	return at, nil
}

// save writes where a projection is.
func (tx *Tx) save(p Projection, at Position) error {
	return tx.One("projection",
		"UPDATE projections SET commit_position = $1, prepare_position = $2, leaves = $3 WHERE "+
			"name = $4",
		at.Commit, at.Prepare, at.Leaves, p.Name())
}

// renew drops the tables of a projection, whatever version made them, and makes
// them anew.
func (tx *Tx) renew(p Projection) error {
	var drop string
	err := tx.Scan("SELECT coalesce(group_concat('DROP TABLE \"' || name || '\"', ';'), '') FROM "+
		"sqlite_schema WHERE type = 'table' AND name GLOB $1",
		[]any{p.Name() + "_*"}, &drop)
	if err == nil {
		_, err = tx.conn.ExecContext(tx.ctx, drop)
	}
	if err == nil {
		_, err = tx.conn.ExecContext(tx.ctx, p.Schema())
	}
	if err == nil {
		_, err = tx.Exec("DELETE FROM projections WHERE name = $1", p.Name())
	}
	if err == nil {
		_, err = tx.Exec("INSERT INTO projections (name, version) VALUES ($1, $2)", p.Name(),
			p.Version())
	}
	if err != nil {
		return fmt.Errorf("making the tables of projection %s: %w", p.Name(), err)
	}
	return nil
}

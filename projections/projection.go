package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/eventstore"
)

// Projection fills tables from events.
type Projection interface {
	// Name is 1 or more lower-case letters. The names of all tables begin with it
	// and an underscore.
	Name() string
	// Version is at least 1 and rises whenever the same events would give other rows.
	Version() int
	// Schema is the SQL that makes the tables.
	Schema() string
	// Streams lists the prefixes of the public streams whose events it takes. It takes every
	// type of theirs, and an unknown type stops it.
	Streams() []string
	// Begin starts a run of consecutive events inside one transaction.
	Begin(tx *Tx) Batch
}

// Batch takes the events of one transaction in order. It is used once, by one
// goroutine, and must not have effects outside of the transaction.
type Batch interface {
	Apply(e Event) error
	// End writes what Apply has held back.
	End() error
}

// Event is a public event on its way into the tables.
type Event struct {
	Leaf     int64         // index in the public ledger, from 0
	ID       string        // of the stream, without its prefix
	Fact     catalog.Event // decoded
	stream   string
	prefix   string // of the stream
	revision uint64
	position eventstore.Position
	meta     []byte
}

// Revision is the number of the event in its stream.
func (e Event) Revision() uint64 { return e.revision }

// Meta says by which command, by whom and when the event was caused. It is read only
// when it is asked for.
func (e Event) Meta() (catalog.Meta, error) {
	m, err := catalog.ParseMeta(e.meta)
	if err != nil {
		err = fmt.Errorf("reading the metadata: %w", err)
	}
	return m, err
}

// Position says how far a projection has come.
type Position struct {
	eventstore.Position       // of the last event applied, or eventstore.Start
	Leaves              int64 // public events applied
}

// Position of the projection of this name.
func (db *DB) Position(ctx context.Context, name string) (Position, error) {
	tx, err := db.reader.BeginTx(ctx, nil)
	if err != nil {
		return Position{}, fmt.Errorf("reading the position of projection %s: %w", name, err)
	}
	p, err := PositionIn(ctx, tx, name)
	return p, errors.Join(err, tx.Rollback())
}

// PositionIn is the position that belongs to the rows that tx sees.
func PositionIn(ctx context.Context, tx *sql.Tx, name string) (Position, error) {
	var p Position
	err := tx.QueryRowContext(ctx,
		"SELECT commit_position, prepare_position, leaves FROM projections WHERE name = $1", name).
		Scan(&p.Commit, &p.Prepare, &p.Leaves)
	if err != nil {
		return Position{}, fmt.Errorf("reading the position of projection %s: %w", name, err)
	}
	return p, nil
}

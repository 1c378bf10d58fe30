package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lotteryledger/eventstore"
)

// CatchUp applies every public event that the store had at some moment after the
// call, to each projection from its own position on. Any number of processes may do
// so at once.
func (db *DB) CatchUp(ctx context.Context, store eventstore.Store) error {
	for {
		err := db.consume(ctx, store.ReadAll, true)
		if !errors.Is(err, errRewound) {
			return err
		}
	}
}

// Follow catches up and goes on with new events as they are stored, until the
// context ends or something fails. It never returns nil. Events are committed as
// soon as no other is at hand, and at the latest when a batch is full.
func (db *DB) Follow(ctx context.Context, store eventstore.Store) error {
	for {
		if err := db.CatchUp(ctx, store); err != nil {
			return err
		}
		err := db.consume(ctx, store.Subscribe, false)
		if err == nil {
			return errors.New("following the event store: the subscription ended")
		}
		if !errors.Is(err, errRewound) {
			return err
		}
	}
}

// errRewound: another process has begun to rebuild a projection, so that reading
// has to begin again further back.
var errRewound = errors.New("a projection was rebuilt meanwhile")

// consume applies what the source yields after the position that all projections
// have reached.
func (db *DB) consume(ctx context.Context, from source, patient bool) error {
	after, err := db.reached(ctx)
	if err != nil {
		return err
	}
	f := startFeed(ctx, after, from, db.streams(), patient)
	defer f.stop()
	for b := range f.batches {
		<-b.ready
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := db.apply(ctx, b); err != nil {
			if ctx.Err() != nil { // the transaction may say only that it is over
				return ctx.Err()
			}
			return err
		}
		if b.err != nil {
			return fmt.Errorf("catching up projections: %w", b.err)
		}
	}
	return ctx.Err()
}

// reached is the position that all projections have reached.
func (db *DB) reached(ctx context.Context) (eventstore.Position, error) {
	var least eventstore.Position
	for i, p := range db.projections {
		at, err := db.Position(ctx, p.Name())
		if err != nil {
			return least, err
		}
		if i == 0 || at.Less(least) {
			least = at.Position
		}
	}
	return least, nil
}

// streams lists the prefixes of the streams that any of the projections takes.
func (db *DB) streams() (prefixes []string) {
	for _, p := range db.projections {
		prefixes = append(prefixes, p.Streams()...)
	}
	return prefixes
}

// apply applies a batch to every projection in one transaction.
func (db *DB) apply(ctx context.Context, b *batch) error {
	if len(b.events) == 0 {
		return nil
	}
	return db.write(ctx, func(tx *Tx) error {
		for _, p := range db.projections {
			if err := tx.project(p, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// project applies the events of a batch that the projection does not have yet.
func (tx *Tx) project(p Projection, b *batch) error {
	at, err := tx.stored(p)
	if err != nil {
		return err
	}
	if at.Less(b.after) {
		return errRewound
	}
	work, streams := p.Begin(tx), p.Streams()
	for _, e := range b.events {
		if !at.Less(e.position) {
			continue
		}
		e.Leaf = at.Leaves
		if slices.Contains(streams, e.prefix) {
			if err := work.Apply(e); err != nil {
				return fmt.Errorf("applying %s at revision %d, position %s, to projection %s: %w",
					e.stream, e.revision, e.position, p.Name(), err)
			}
		}
		at.Position, at.Leaves = e.position, at.Leaves+1
	}
	if err := work.End(); err != nil {
		return fmt.Errorf("writing projection %s up to position %s: %w", p.Name(), at.Position, err)
	}
	return tx.save(p, at)
}

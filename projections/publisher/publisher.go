// Package publisher turns the events of the store into the public folder: leaves in
// the order of the store, a tree over them, a signed checkpoint, and the files that
// the leaves imply.
//
// A checkpoint is appended to the private stream "ledger" with an expected
// revision before it is published, so that of two publishers one stops, and a
// publisher that was killed goes on where it was. Everything that a signed size implies is
// durable before that size is signed. Publishers of one machine wait for each other: the
// file beside the folder whose name ends in .lock is locked while one is at work.
//
// A publisher applies each event to its own ledger, as a citizen will, before it appends the
// leaf. An event that the rules forbid is never signed: it stops the publication, what came
// before it is published, and what lies behind it waits.
package publisher

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/durable"
	"lotteryledger/audit/filelock"
	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore"
)

// Publisher keeps one public folder up to date with one store. It is for one goroutine.
type Publisher struct {
	Store    eventstore.Store
	Dir      string // the public folder
	Texts    string // the folder that has the texts of notices
	Signer   note.Signer
	Verifier note.Verifier
	VKey     string
	State    string             // the file that keeps the fold, or "" for none
	Progress func(leaves int64) // called now and then with the size so far; may be nil
	Warn     func(error)        // told why the state file is not used or not written; may be nil

	fold *Fold // nil until it is needed
	kept int64 // size of what the state file has
}

// ErrFork: folder and store tell two different histories. Nothing was signed.
var ErrFork = errors.New("public folder and event store tell different histories")

// cut is how many leaves are published at most under one checkpoint.
const cut = 50_000

// Published is what a Sync ended at.
type Published struct {
	Size     int64
	Root     tlog.Hash
	Position eventstore.Position // of the last leaf
}

// Sync publishes every event that the store had when it was called, or those before the first
// one that the rules forbid, which is an [ErrForbidden]. It returns the size that is published
// then.
func (p *Publisher) Sync(ctx context.Context) (Published, error) {
	free, err := filelock.Wait(ctx, p.Dir+".lock")
	if err != nil {
		return Published{}, fmt.Errorf("publishing the ledger: %w", err)
	}
	at, err := p.sync(ctx)
	if err = errors.Join(err, free()); err != nil {
		return at, fmt.Errorf("publishing the ledger: %w", err)
	}
	return at, nil
}

func (p *Publisher) sync(ctx context.Context) (Published, error) {
	lock, err := p.lock(ctx)
	if err != nil {
		return Published{}, err
	}
	shown, err := p.shown(lock)
	if err != nil {
		return Published{}, err
	}
	if err := p.sameStore(ctx, lock); err != nil {
		return Published{}, err
	}
	w, err := p.open(ctx, lock, shown)
	if err != nil {
		return Published{}, err
	}
	defer w.Close()
	if err := p.reach(ctx, lock); err != nil {
		return Published{}, err
	}
	if shown == nil && lock.last != eventstore.NoStream ||
		shown != nil && shown.Size < int64(lock.Size) {
		// A publisher was killed between lock and folder.
		if err := p.publish([]byte(lock.Note)); err != nil {
			return Published{}, err
		}
	}
	if lock.last != eventstore.NoStream { // also if nothing is signed: a file may have been lost
		if err := p.writeFiles(); err != nil {
			return Published{}, err
		}
	}
	lock, err = p.extend(ctx, w, lock)
	if err == nil || errors.Is(err, ErrForbidden) {
		p.keepState(lock)
	}
	return lock.published(), err
}

// extend appends what the store has behind the last checkpoint, and signs it.
func (p *Publisher) extend(ctx context.Context, w *tiles.Writer, lock locked) (locked, error) {
	var forbidden error
	position := lock.position()
	for r, err := range p.Store.ReadAll(ctx, position, catalog.PublicStreams...) {
		if err != nil {
			return lock, err
		}
		if !position.Less(r.Position) {
			return lock, fmt.Errorf("the store gave %s revision %d at %s again, behind %s",
				r.Stream, r.Revision, r.Position, position)
		}
		position = r.Position
		err := p.add(w, r)
		if errors.Is(err, ErrForbidden) {
			forbidden = err
			break
		}
		if err != nil {
			return lock, err
		}
		if w.Size()%cut == 0 && w.Size() == p.fold.Size() {
			if lock, err = p.sign(ctx, w, lock); err != nil {
				return lock, err
			}
		}
	}
	if w.Size() != p.fold.Size() {
		return lock, fmt.Errorf("%w: the store had %d events, and gives %d now", ErrFork,
			p.fold.Size(), w.Size())
	}
	if w.Size() > int64(lock.Size) || lock.last == eventstore.NoStream {
		var err error
		if lock, err = p.sign(ctx, w, lock); err != nil {
			return lock, err
		}
	}
	return lock, forbidden
}

// add applies an event, unless the fold has it already, and appends its leaf.
func (p *Publisher) add(w *tiles.Writer, r eventstore.Recorded) error {
	leaf := r.Leaf().Append(nil)
	switch size := p.fold.Size(); {
	case w.Size() == size:
		if err := p.fold.apply(r, leaf); err != nil {
			return err
		}
	case w.Size() == size-1 && !p.fold.endsWith(r):
		return fmt.Errorf("%w: leaf %d was %s, and is %s now", ErrFork, size-1, p.fold.last.ID,
			r.ID)
	}
	return w.Append(leaf)
}

// Published is the last checkpoint that was signed.
func (p *Publisher) Published(ctx context.Context) (Published, error) {
	l, err := p.lock(ctx)
	return l.published(), err
}

// Waiting returns how many events are stored behind what is published, and what stops their
// publication: an [ErrForbidden], or nil.
func (p *Publisher) Waiting(ctx context.Context, at Published) (events int64, stopped, err error) {
	for _, err := range p.Store.ReadAll(ctx, at.Position, catalog.PublicStreams...) {
		if err != nil {
			return events, nil, err
		}
		events++
	}
	if events > 0 {
		_, err = p.CatchUp(ctx)
	}
	if errors.Is(err, ErrForbidden) {
		return events, err, nil
	}
	return events, nil, err
}

// sign makes everything durable that the fold implies, signs, locks and publishes.
func (p *Publisher) sign(ctx context.Context, w *tiles.Writer, before locked) (locked, error) {
	size, root, err := w.Sync()
	if err != nil {
		return before, err
	}
	if err := p.writeFiles(); err != nil {
		return before, err
	}
	c := checkpoint.Checkpoint{Origin: p.Signer.Name(), Size: size, Root: root}
	raw, err := checkpoint.Sign(c, p.Signer)
	if err != nil {
		return before, err
	}
	last := p.fold.last
	signed := eventstore.CheckpointSigned{
		Size: uint64(size), Note: string(raw),
		Commit: last.Position.Commit, Prepare: last.Position.Prepare,
		Stream: last.Stream, Revision: last.Revision, ID: last.ID,
		Latest: p.fold.ledger.Latest(),
	}
	data, err := catalog.Encode(signed)
	if err != nil {
		return before, err
	}
	_, err = p.Store.Append(ctx, eventstore.LedgerStream, before.last, eventstore.Proposed{
		ID: uuid.NewSHA1(uuid.NameSpaceURL, raw), Type: signed.EventType(), Meta: []byte("{}"),
		Data: data,
	})
	if errors.Is(err, eventstore.ErrConflict) {
		return before, fmt.Errorf("another publisher is at work on this ledger: %w", err)
	}
	if err != nil {
		return before, err
	}
	if p.Progress != nil {
		p.Progress(size)
	}
	return locked{signed, before.last + 1, root}, p.publish(raw)
}

func (p *Publisher) publish(raw []byte) error {
	if err := replace(filepath.Join(p.Dir, audit.KeyFile), durable.Bytes(p.VKey+"\n")); err != nil {
		return err
	}
	return tiles.Publish(p.Dir, raw)
}

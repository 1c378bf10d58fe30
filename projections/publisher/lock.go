package publisher

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore"
)

// locked is the last checkpoint in the store.
type locked struct {
	eventstore.CheckpointSigned
	last eventstore.Expected // revision in the ledger stream
	root tlog.Hash
}

// event is the last event that the checkpoint has, without its bytes.
func (l locked) event() eventstore.Recorded {
	return eventstore.Recorded{
		Stream: l.Stream, Revision: l.Revision, ID: l.ID, Position: l.position(),
	}
}

func (l locked) position() eventstore.Position {
	return eventstore.Position{Commit: l.Commit, Prepare: l.Prepare}
}

func (l locked) published() Published { return Published{int64(l.Size), l.root, l.position()} }

// lock reads the last checkpoint that was signed.
func (p *Publisher) lock(ctx context.Context) (locked, error) {
	l := locked{last: eventstore.NoStream, root: tiles.EmptyRoot()}
	r, found, err := eventstore.Last(ctx, p.Store, eventstore.LedgerStream)
	if err != nil || !found {
		return l, err
	}
	return p.parseLock(r)
}

// parseLock reads a checkpoint of the store.
func (p *Publisher) parseLock(r eventstore.Recorded) (l locked, err error) {
	e, err := eventstore.Decode(r.Type, r.Data)
	if err != nil {
		return l, err
	}
	signed, ok := e.(eventstore.CheckpointSigned)
	if !ok {
		return l, fmt.Errorf("stream %s holds an event of type %s", r.Stream, r.Type)
	}
	c, err := checkpoint.Open([]byte(signed.Note), p.Verifier)
	if err != nil {
		return l, fmt.Errorf("the checkpoint in the store: %w", err)
	}
	return locked{signed, eventstore.Expected(r.Revision), c.Root}, nil
}

// shown is the checkpoint in the folder, or nil. A folder that is ahead of the lock is
// a fork.
func (p *Publisher) shown(l locked) (*checkpoint.Checkpoint, error) {
	raw, err := os.ReadFile(filepath.Join(p.Dir, tiles.CheckpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := checkpoint.Open(raw, p.Verifier)
	if err != nil {
		return nil, fmt.Errorf("the published checkpoint: %w", err)
	}
	if c.Size > int64(l.Size) || c.Size == int64(l.Size) && c.Root != l.root {
		return nil, fmt.Errorf(
			"%w: the folder has %d leaves with root %x, the store's lock %d with root %x",
			ErrFork, c.Size, c.Root[:], l.Size, l.root[:])
	}
	return &c, nil
}

// sameStore checks that the last leaf is still in the store where it was.
func (p *Publisher) sameStore(ctx context.Context, l locked) error {
	if l.Size == 0 {
		return nil
	}
	for r, err := range p.Store.Read(ctx, l.Stream, eventstore.Range{From: l.Revision, Limit: 1}) {
		if err != nil && !errors.Is(err, eventstore.ErrNotFound) {
			return err
		}
		if err == nil && r.Revision == l.Revision && r.ID == l.ID && r.Position == l.position() {
			return nil
		}
		break
	}
	return fmt.Errorf("%w: leaf %d (%s revision %d) is not in the store at its position",
		ErrFork, l.Size-1, l.Stream, l.Revision)
}

package publisher

import (
	"context"
	"fmt"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore"
)

// open goes on with the folder at the locked size. A folder that lost files, or came
// from an older backup, is first made again from the store.
func (p *Publisher) open(
	ctx context.Context, l locked, shown *checkpoint.Checkpoint,
) (*tiles.Writer, error) {
	w, err := tiles.Open(p.Dir, int64(l.Size), l.root)
	if fault.CodeOf(err) != fault.MissingTile {
		return w, err
	}
	if err := p.rebuild(ctx, l, shown); err != nil {
		return nil, fmt.Errorf("making the public folder again: %w", err)
	}
	return tiles.Open(p.Dir, int64(l.Size), l.root)
}

// rebuild writes every file that the locked size implies. Files that are there stay,
// and have to be the same; so has the tree of the checkpoint that the folder shows.
func (p *Publisher) rebuild(ctx context.Context, l locked, shown *checkpoint.Checkpoint) error {
	w, err := tiles.Create(p.Dir)
	if err != nil {
		return err
	}
	defer w.Close()
	fold := NewFold()
	fold.files = fold.later
	for r, err := range p.Store.ReadAll(ctx, eventstore.Start, catalog.PublicStreams...) {
		if err != nil {
			return err
		}
		leaf := r.Leaf().Append(nil)
		if err := fold.apply(r, leaf); err != nil {
			return err
		}
		if err := w.Append(leaf); err != nil {
			return err
		}
		if shown != nil && w.Size() == shown.Size {
			if err := sameRoot(w, shown.Size, shown.Root); err != nil {
				return err
			}
		}
		if w.Size() == int64(l.Size) {
			break
		}
	}
	if err := sameRoot(w, int64(l.Size), l.root); err != nil {
		return err
	}
	p.keep(fold)
	return p.writeFiles()
}

// sameRoot makes what was written durable, and checks that it is the tree that was signed.
func sameRoot(w *tiles.Writer, size int64, root tlog.Hash) error {
	gotSize, got, err := w.Sync()
	if err == nil && (gotSize != size || got != root) {
		err = fmt.Errorf("%w: %d leaves from the store have root %x; signed were %d with root %x",
			ErrFork, gotSize, got[:], size, root[:])
	}
	return err
}

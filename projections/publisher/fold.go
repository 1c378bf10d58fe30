package publisher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"lotteryledger/audit"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// ErrForbidden: the store holds an event that the rules forbid. The error says which one, and
// [fault.Of] gives its code and place.
var ErrForbidden = errors.New("the store holds an event that the rules forbid; " +
	"it is not published, and what lies behind it waits")

// Fold is the ledger as far as it has been folded from the public events of a store. It is for
// one goroutine.
type Fold struct {
	ledger *audit.Ledger
	last   eventstore.Recorded // that was applied, without its bytes
	files  audit.Files         // takes the files that events imply; nil ignores them

	implied []implied // files that wait for the next checkpoint
}

// implied is a file that an event implies.
type implied struct {
	path  string
	write func(io.Writer) error
}

// NewFold returns the ledger before the first event.
func NewFold() *Fold {
	f := &Fold{}
	f.ledger = audit.NewLedger(f.take)
	return f
}

// take hands over a file that an event implies.
func (f *Fold) take(path string, write func(io.Writer) error) error {
	if f.files == nil {
		return nil
	}
	return f.files(path, write)
}

// later keeps a file until the next checkpoint is signed.
func (f *Fold) later(path string, write func(io.Writer) error) error {
	f.implied = append(f.implied, implied{path, write})
	return nil
}

// Size returns the number of events that were applied.
func (f *Fold) Size() int64 { return f.ledger.Size() }

// CatchUp applies what the store has gained, and returns the ledger. An event that the rules
// forbid is an [ErrForbidden].
func (f *Fold) CatchUp(ctx context.Context, store eventstore.Store) (*audit.Ledger, error) {
	return f.ledger, f.follow(ctx, store, math.MaxInt64)
}

// follow applies events of the store until so many are applied, or no more are there.
func (f *Fold) follow(ctx context.Context, store eventstore.Store, size int64) error {
	if f.Size() >= size {
		return nil
	}
	for r, err := range store.ReadAll(ctx, f.last.Position, catalog.PublicStreams...) {
		if err != nil {
			return err
		}
		if err := f.apply(r, r.Leaf().Append(nil)); err != nil {
			return err
		}
		if f.Size() == size {
			break
		}
	}
	return nil
}

// apply applies the next event, of which this is the leaf.
func (f *Fold) apply(r eventstore.Recorded, leaf []byte) error {
	d, err := audit.Decode(f.Size(), leaf)
	if err == nil {
		err = f.ledger.Apply(d)
	}
	if _, disproven := fault.Of(err); disproven {
		return fmt.Errorf("%w: event %s: %w", ErrForbidden, r.ID, err)
	}
	if err != nil {
		return err
	}
	r.Meta, r.Data = nil, nil
	f.last = r
	return nil
}

// endsWith reports whether this is the last event that was applied.
func (f *Fold) endsWith(r eventstore.Recorded) bool {
	return r.ID == f.last.ID && r.Position == f.last.Position
}

// Ledger returns the ledger of the last Sync or CatchUp. The next one changes it.
func (p *Publisher) Ledger() *audit.Ledger { return p.fold.ledger }

// CatchUp applies what the store has gained, and returns the ledger. It publishes nothing.
func (p *Publisher) CatchUp(ctx context.Context) (*audit.Ledger, error) {
	if p.fold == nil {
		lock, err := p.lock(ctx)
		if err != nil {
			return nil, err
		}
		fold, err := p.load(ctx, lock, nil)
		if e, ok := fault.Of(err); ok && e.Site.File != "" { // the store has what the folder lost
			fold, err = NewFold(), nil
		}
		if err != nil {
			return nil, err
		}
		p.keep(fold)
	}
	return p.fold.CatchUp(ctx, p.Store)
}

// reach sees to it that the fold has what was signed.
func (p *Publisher) reach(ctx context.Context, l locked) error {
	size := int64(l.Size)
	if p.fold == nil {
		fold, err := p.load(ctx, l, p.write)
		if err != nil {
			return fmt.Errorf("the ledger does not verify, nothing was signed: %w", err)
		}
		p.keep(fold)
	}
	if p.fold.Size() >= size {
		return nil
	}
	if err := p.fold.follow(ctx, p.Store, size); err != nil { // another publisher signed it
		return err
	}
	if p.fold.Size() != size || !p.fold.endsWith(l.event()) {
		return fmt.Errorf("%w: leaf %d is not the event that was signed", ErrFork, size-1)
	}
	return nil
}

// load folds what was signed: from the state file, and what lies behind it from the public
// folder. If they do not fit together, everything comes from the folder.
func (p *Publisher) load(ctx context.Context, l locked, files audit.Files) (*Fold, error) {
	if f := p.keptFold(ctx, l); f != nil {
		err := p.requireFiles(f, files)
		if err == nil {
			err = p.replay(f, l, files)
		}
		if err == nil {
			return f, nil
		}
		p.warn(fmt.Errorf("the state of the ledger in %s is made again: %w", p.State, err))
		p.kept = 0
	}
	f := NewFold()
	return f, p.replay(f, l, files)
}

// requireFiles refuses a fold that implies a file which the public folder has lost, if files are to
// be written: they are worked out only when the leaves are applied.
func (p *Publisher) requireFiles(f *Fold, files audit.Files) error {
	if files == nil {
		return nil
	}
	for _, path := range f.ledger.Implied() {
		if _, err := os.Stat(filepath.Join(p.Dir, filepath.FromSlash(path))); err != nil {
			return fmt.Errorf("looking for a published file: %w", err)
		}
	}
	return nil
}

// replay applies what was signed and is not applied yet, from the public folder.
func (p *Publisher) replay(f *Fold, l locked, files audit.Files) error {
	f.files, f.last = files, l.event()
	return audit.Replay(os.DirFS(p.Dir), int64(l.Size), l.root, f.ledger, p.Progress)
}

// keep makes a fold that of the publisher.
func (p *Publisher) keep(f *Fold) { p.fold, f.files = f, f.later }

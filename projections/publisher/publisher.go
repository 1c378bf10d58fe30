// Package publisher turns the events of the store into the public folder: leaves in
// the order of the store, a tree over them, a signed checkpoint, and the files that
// the leaves imply.
//
// A checkpoint is appended to the private stream "ledger" with an expected
// revision before it is published, so that of two publishers one stops, and a
// publisher that was killed goes on where it was. Everything that a signed size implies is
// durable before that size is signed. Publishers of one machine wait for each other: the
// file beside the folder whose name ends in .lock is locked while one is at work.
package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/durable"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// Publisher keeps one public folder up to date with one store.
type Publisher struct {
	Store    eventstore.Store
	Dir      string // the public folder
	Texts    string // the folder that has the texts of notices
	Signer   note.Signer
	Verifier note.Verifier
	VKey     string
	Progress func(leaves int64) // called now and then with the size so far; may be nil
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

// Sync publishes every event that the store had when it was called. It returns the
// size that is published then.
func (p *Publisher) Sync(ctx context.Context) (Published, error) {
	free, err := p.occupy(ctx)
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
	if shown == nil && lock.last != eventstore.NoStream || shown != nil && shown.Size < int64(lock.Size) {
		// A publisher was killed between lock and folder.
		if err := p.publish([]byte(lock.Note)); err != nil {
			return Published{}, err
		}
	}
	var last eventstore.Recorded
	implies := false // files
	after := eventstore.Position{Commit: lock.Commit, Prepare: lock.Prepare}
	for r, err := range p.Store.ReadAll(ctx, after, catalog.PublicStreams...) {
		if err != nil {
			return Published{}, err
		}
		if !after.Less(r.Position) {
			return Published{}, fmt.Errorf("the store gave %s revision %d at %s again, behind %s", r.Stream, r.Revision, r.Position, after)
		}
		after = r.Position
		leaf, err := r.Leaf().Bytes()
		if err != nil {
			return Published{}, err
		}
		if err := w.Append(leaf); err != nil {
			return Published{}, err
		}
		last = r
		implies = implies || impliesFiles(r.Type)
		if w.Size()%cut == 0 {
			if lock, err = p.sign(ctx, w, lock, last, implies); err != nil {
				return Published{}, err
			}
			implies = false
		}
	}
	if w.Size() > int64(lock.Size) || lock.last == eventstore.NoStream {
		if lock, err = p.sign(ctx, w, lock, last, implies); err != nil {
			return Published{}, err
		}
	}
	return Published{int64(lock.Size), lock.root, eventstore.Position{Commit: lock.Commit, Prepare: lock.Prepare}}, nil
}

// Published is the last checkpoint that was signed.
func (p *Publisher) Published(ctx context.Context) (Published, error) {
	l, err := p.lock(ctx)
	return Published{int64(l.Size), l.root, eventstore.Position{Commit: l.Commit, Prepare: l.Prepare}}, err
}

func impliesFiles(eventType string) bool {
	switch eventType {
	case round.Sealed{}.EventType(), round.Announced{}.EventType(), round.AnnouncementSuperseded{}.EventType(), round.Published{}.EventType(),
		notice.Published{}.EventType(), notice.Replaced{}.EventType():
		return true
	}
	return false
}

// sign makes everything durable, signs, locks and publishes.
func (p *Publisher) sign(ctx context.Context, w *tiles.Writer, before locked, last eventstore.Recorded, implies bool) (locked, error) {
	size, root, err := w.Sync()
	if err != nil {
		return before, err
	}
	if implies {
		if err := p.writeFiles(size, root); err != nil {
			return before, err
		}
	}
	raw, err := checkpoint.Sign(checkpoint.Checkpoint{Origin: p.Signer.Name(), Size: size, Root: root}, p.Signer)
	if err != nil {
		return before, err
	}
	signed := eventstore.CheckpointSigned{
		Size: uint64(size), Note: string(raw), Commit: last.Position.Commit, Prepare: last.Position.Prepare,
		Stream: last.Stream, Revision: last.Revision, ID: last.ID,
	}
	data, err := catalog.Encode(signed)
	if err != nil {
		return before, err
	}
	id := uuid.NewSHA1(uuid.NameSpaceURL, raw)
	_, err = p.Store.Append(ctx, eventstore.LedgerStream, before.last, eventstore.Proposed{ID: id, Type: signed.EventType(), Meta: []byte("{}"), Data: data})
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

// Ledger replays the public folder at a published size: what any citizen would find.
func (p *Publisher) Ledger(at Published) (*audit.Ledger, error) {
	return p.replay(at.Size, at.Root, nil)
}

// writeFiles writes what a size implies: the files that are worked out, and the texts of notices.
func (p *Publisher) writeFiles(size int64, root tlog.Hash) error {
	l, err := p.replay(size, root, p.write)
	if err != nil {
		return err
	}
	for _, t := range l.TextsInForce() {
		if err := p.text(t); err != nil {
			return fmt.Errorf("publishing the text %s of a notice, nothing was signed: %w", t.SHA256, err)
		}
	}
	return nil
}

// text publishes the text of a notice, unless it is there already.
func (p *Publisher) text(t notice.Text) error {
	if got, err := os.ReadFile(filepath.Join(p.Dir, filepath.FromSlash(audit.NoticePath(t.SHA256)))); err == nil && sha256.Sum256(got) == t.SHA256 {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(p.Texts, filepath.Base(audit.NoticePath(t.SHA256))))
	if err != nil {
		return err
	}
	if sha256.Sum256(raw) != t.SHA256 {
		return errors.New("the file holds another text")
	}
	return p.write(audit.NoticePath(t.SHA256), durable.Bytes(raw))
}

func (p *Publisher) replay(size int64, root tlog.Hash, files audit.Files) (*audit.Ledger, error) {
	l := audit.NewLedger(files)
	if err := audit.Replay(os.DirFS(p.Dir), size, root, l, nil); err != nil {
		return nil, fmt.Errorf("the ledger does not verify, nothing was signed: %w", err)
	}
	return l, nil
}

// write puts a file that the ledger implies into the folder, unless it is there.
func (p *Publisher) write(name string, write func(io.Writer) error) error {
	full := filepath.Join(p.Dir, filepath.FromSlash(name))
	var want bytes.Buffer
	if err := write(&want); err != nil {
		return err
	}
	if got, err := os.ReadFile(full); err == nil && bytes.Equal(got, want.Bytes()) {
		return nil
	}
	return replace(full, durable.Bytes(want.Bytes()))
}

// replace writes a file of the public folder.
func replace(full string, write func(io.Writer) error) error {
	if err := durable.MakeFolder(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	return durable.Replace(full, 0o644, write)
}

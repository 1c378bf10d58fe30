package publisher

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lotteryledger/audit"
	"lotteryledger/audit/durable"
	"lotteryledger/eventstore"
)

// The state file holds the folded ledger as of a checkpoint, so that a new process applies only
// what came behind it. It is a header of lines, the state in the form of package audit, and the
// SHA-256 of all bytes before. docs/decisions/0017-the-state-file.md says why.

// stateBegins is how a state file begins, with the revision of its checkpoint in the stream of
// checkpoints.
const stateBegins = "lottery-state 1\ncheckpoint %d\n"

// stateHeader returns the header of the state as of a checkpoint.
func stateHeader(l locked) []byte {
	b := fmt.Appendf(nil, stateBegins, l.last)
	return fmt.Appendf(b, "form %x\nsize %d\nroot %x\nlast %s\n\n",
		audit.StateForm(), l.Size, l.root[:], l.ID)
}

// leastState is the least number of leaves that a state file saves from being read again.
const leastState = 1000

// worthKeeping reports whether a state of this size is to be written, when the file has one of
// the other size. To publish a leaf costs more than to write sixteen into a state.
func worthKeeping(size, kept int64) bool { return size-kept >= max(leastState, size/16) }

// keepState writes the state file as of a checkpoint that was signed, if that is worth it. A
// failure is told, and nothing more: the file can be made again.
func (p *Publisher) keepState(l locked) {
	size := int64(l.Size)
	if p.State == "" || p.fold.Size() != size || !worthKeeping(size, p.kept) {
		return
	}
	err := durable.Replace(p.State, 0o600, func(w io.Writer) error {
		h := sha256.New()
		both := io.MultiWriter(w, h)
		if _, err := both.Write(stateHeader(l)); err != nil {
			return err
		}
		if err := p.fold.ledger.WriteState(both); err != nil {
			return err
		}
		_, err := w.Write(h.Sum(nil))
		return err
	})
	if err != nil {
		p.warn(fmt.Errorf("writing the state of the ledger to %s: %w", p.State, err))
		return
	}
	p.kept = size
}

// keptFold returns the fold of the state file, or nil when the file is not what it has to be.
func (p *Publisher) keptFold(ctx context.Context, l locked) *Fold {
	p.kept = 0
	if p.State == "" {
		return nil
	}
	f, err := p.readState(ctx, l)
	if err == nil {
		p.kept = f.Size()
		return f
	}
	if !errors.Is(err, fs.ErrNotExist) || l.Size >= leastState {
		p.warn(fmt.Errorf("the state of the ledger in %s cannot be used, and is made again: %w",
			p.State, err))
	}
	return nil
}

func (p *Publisher) readState(ctx context.Context, l locked) (*Fold, error) {
	file, err := os.Open(p.State)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var revision uint64
	if _, err := fmt.Fscanf(file, stateBegins, &revision); err != nil {
		return nil, fmt.Errorf("it does not begin as a state file: %w", err)
	}
	signed, err := p.signedAt(ctx, revision, l)
	if err != nil {
		return nil, err
	}
	header := stateHeader(signed)
	size, err := requireDigest(file, header)
	if err != nil {
		return nil, err
	}
	f := &Fold{last: signed.event()}
	f.ledger, err = audit.ReadLedger(file, size, f.take)
	if err == nil && f.Size() != int64(signed.Size) {
		err = fmt.Errorf("it has %d leaves, and its checkpoint %d", f.Size(), signed.Size)
	}
	return f, err
}

// requireDigest refuses a file that does not begin with the header or does not end with the
// SHA-256 of what comes before. It leaves the file behind the header, and returns the number of
// bytes between the two.
func requireDigest(file io.ReadSeeker, header []byte) (size int64, err error) {
	end, err := file.Seek(-sha256.Size, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	want := make([]byte, sha256.Size)
	if _, err := io.ReadFull(file, want); err != nil {
		return 0, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	h, begin := sha256.New(), make([]byte, len(header))
	if _, err := io.ReadFull(io.TeeReader(file, h), begin); err != nil {
		return 0, err
	}
	if !bytes.Equal(begin, header) {
		return 0, errors.New("it is that of another ledger, or of another version of this program")
	}
	size = end - int64(len(header))
	if _, err := io.CopyN(h, file, size); err != nil {
		return 0, err
	}
	if !bytes.Equal(want, h.Sum(nil)) {
		return 0, errors.New("its bytes do not have the SHA-256 that it ends with")
	}
	_, err = file.Seek(int64(len(header)), io.SeekStart)
	return size, err
}

// signedAt returns the checkpoint with this revision, at most the last one.
func (p *Publisher) signedAt(ctx context.Context, revision uint64, l locked) (locked, error) {
	if l.last != eventstore.NoStream && revision <= uint64(l.last) {
		one := eventstore.Range{From: revision, Limit: 1}
		for r, err := range p.Store.Read(ctx, eventstore.LedgerStream, one) {
			if err != nil {
				return locked{}, err
			}
			return p.parseLock(r)
		}
	}
	return locked{}, fmt.Errorf("the store has no checkpoint with revision %d", revision)
}

// warn tells what is wrong with the state file.
func (p *Publisher) warn(err error) {
	if p.Warn != nil {
		p.Warn(err)
	}
}

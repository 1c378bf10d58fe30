package publisher

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lotteryledger/audit"
	"lotteryledger/audit/durable"
	"lotteryledger/domain/notice"
)

// writeFiles writes what the fold implies: the files that are worked out, and the texts of the
// notices that are in force.
func (p *Publisher) writeFiles() error {
	for _, f := range p.fold.implied {
		if err := p.write(f.path, f.write); err != nil {
			return err
		}
	}
	p.fold.implied = nil
	for _, t := range p.fold.ledger.TextsInForce() {
		if err := p.text(t); err != nil {
			return fmt.Errorf("publishing the text %s of a notice, nothing was signed: %w",
				t.SHA256, err)
		}
	}
	return nil
}

// text publishes the text of a notice, unless it is there already.
func (p *Publisher) text(t notice.Text) error {
	name := audit.NoticePath(t.SHA256)
	got, err := os.ReadFile(filepath.Join(p.Dir, filepath.FromSlash(name)))
	if err == nil && sha256.Sum256(got) == t.SHA256 {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(p.Texts, filepath.Base(name)))
	if err != nil {
		return err
	}
	if sha256.Sum256(raw) != t.SHA256 {
		return errors.New("the file holds another text")
	}
	return p.write(name, durable.Bytes(raw))
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

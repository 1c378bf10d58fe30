package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore"
)

const noticesDir = "notices"

// NoticePath is where the text of a notice is published: under its digest.
func NoticePath(text domain.Digest) string { return noticesDir + "/" + text.String() + ".md" }

func (l *Ledger) applyNotice(d *Decoded, e notice.Event) error {
	if !domain.ValidID(d.StreamID) {
		return d.fault("invalid_id", "notice %q", d.StreamID)
	}
	var cmd notice.Command
	switch e := e.(type) {
	case notice.Published:
		cmd = notice.Publish(e)
	case notice.Replaced:
		cmd = notice.Replace(e)
	case notice.Withdrawn:
		cmd = notice.Withdraw{}
	}
	n := at(l.notices, d.StreamID)
	if err := decide(eventstore.Notices, n, d, e, cmd); err != nil {
		return err
	}
	for _, t := range n.state.Texts {
		l.texts[t.SHA256] = t
	}
	return nil
}

// Notices lists the ids of all notices, ascending.
func (l *Ledger) Notices() []string { return slices.Sorted(maps.Keys(l.notices)) }

// Notice is the state of a notice.
func (l *Ledger) Notice(id string) notice.State {
	if n := l.notices[id]; n != nil {
		return n.state
	}
	return notice.State{}
}

// TextsInForce lists the texts that a public folder has to have, ascending by digest.
func (l *Ledger) TextsInForce() []notice.Text {
	in := map[domain.Digest]notice.Text{}
	for _, n := range l.notices {
		if n.state.Phase == notice.PhasePublished {
			for _, t := range n.state.Texts {
				in[t.SHA256] = t
			}
		}
	}
	return slices.SortedFunc(maps.Values(in), func(a, b notice.Text) int { return bytes.Compare(a.SHA256[:], b.SHA256[:]) })
}

// notices compares the texts of notices with the digests in the ledger. Those that are no longer in force
// may be missing.
func (c *comparer) notices(l *Ledger) error {
	for _, t := range l.TextsInForce() {
		if err := c.text(t, true); err != nil {
			return err
		}
	}
	for _, t := range l.texts {
		if err := c.text(t, false); err != nil {
			return err
		}
	}
	return nil
}

func (c *comparer) text(t notice.Text, needed bool) error {
	name := NoticePath(t.SHA256)
	if c.seen[name] {
		return nil
	}
	raw, err := fs.ReadFile(c.files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !needed:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return faultyFile(FileMissing, name, 0, "a notice is in force, and the folder does not have its text")
	case err != nil:
		return err
	case sha256.Sum256(raw) != t.SHA256 || uint64(len(raw)) != t.Size:
		return faultyFile(FileWrong, name, 0, "it is not the text of the notice")
	}
	c.seen[name] = true
	return nil
}

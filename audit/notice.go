package audit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/notice"
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
	if err := decide(catalog.Notices, n, d, e, cmd); err != nil {
		return err
	}
	for _, t := range n.state.Texts {
		l.texts[t] = true
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
	in := map[notice.Text]bool{}
	for _, n := range l.notices {
		if n.state.Phase == notice.PhasePublished {
			for _, t := range n.state.Texts {
				in[t] = true
			}
		}
	}
	return byDigest(in)
}

func byDigest(texts map[notice.Text]bool) []notice.Text {
	return slices.SortedFunc(maps.Keys(texts), func(a, b notice.Text) int {
		return cmp.Or(bytes.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Size, b.Size), cmp.Compare(a.Language, b.Language))
	})
}

// notices compares the texts of notices with the digests in the ledger, and counts their files. Those
// that are no longer in force may be missing.
func (c *comparer) notices(l *Ledger) (n int, err error) {
	inForce := l.TextsInForce()
	for _, t := range byDigest(l.texts) {
		known := c.seen[NoticePath(t.SHA256)]
		found, err := c.text(t)
		if err == nil && !found && slices.Contains(inForce, t) {
			err = faultyFile(FileMissing, NoticePath(t.SHA256), 0, "a notice is in force, and the folder does not have its text")
		}
		if err != nil {
			return n, err
		}
		if found && !known {
			n++
		}
	}
	return n, nil
}

// text compares a text, if it is there, and reads no more of it than it may have.
func (c *comparer) text(t notice.Text) (found bool, err error) {
	name := NoticePath(t.SHA256)
	f, err := c.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, int64(t.Size)+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	if sha256.Sum256(raw) != t.SHA256 || uint64(len(raw)) != t.Size {
		return false, faultyFile(FileWrong, name, 0, "it is not the text of the notice")
	}
	c.seen[name] = true
	return true, nil
}

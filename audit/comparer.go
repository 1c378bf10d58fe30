package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/notice"
)

// comparer compares files with what the ledger implies.
type comparer struct {
	files fs.FS
	seen  map[string]bool
}

func (c *comparer) compare(name string, write func(io.Writer) error) error {
	c.seen[name] = true
	f, err := c.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Site{File: name}.New(fault.FileMissing,
			"the ledger implies it, the folder does not have it")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	w := &comparison{name: name, file: bufio.NewReaderSize(f, 1<<16), line: 1}
	if err := write(w); err != nil {
		return err
	}
	switch _, err := w.file.ReadByte(); err {
	case io.EOF:
		return nil
	case nil:
		return w.differs("the file goes on")
	default:
		return err
	}
}

// comparison is a writer that compares what is written with a file.
type comparison struct {
	name string
	file *bufio.Reader
	line int
	buf  []byte
}

func (c *comparison) Write(want []byte) (int, error) {
	if cap(c.buf) < len(want) {
		c.buf = make([]byte, len(want))
	}
	got := c.buf[:len(want)]
	n, err := io.ReadFull(c.file, got)
	if !bytes.Equal(got[:n], want[:n]) {
		i := 0
		for got[i] == want[i] {
			i++
		}
		c.line += bytes.Count(want[:i], []byte("\n"))
		return 0, c.differs("the ledger implies another text")
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		c.line += bytes.Count(want[:n], []byte("\n"))
		return 0, c.differs("the file ends")
	}
	if err != nil {
		return 0, err
	}
	c.line += bytes.Count(want, []byte("\n"))
	return len(want), nil
}

func (c *comparison) differs(how string) error {
	return fault.Site{File: c.name, Line: c.line}.New(fault.FileWrong, "%s", how)
}

// unknown finds files among rosters, announcements, results and notices that no leaf implies.
func (c *comparer) unknown() error {
	for _, dir := range []string{"rosters", "announcements", "results", noticesDir} {
		err := fs.WalkDir(c.files, dir, func(name string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == dir:
				return fs.SkipDir
			case err != nil:
				return err
			case !e.IsDir() && !c.seen[name] && !strings.HasPrefix(path.Base(name), "."):
				return fault.Site{File: name}.New(fault.FileUnknown,
					"the ledger does not imply this file")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// notices compares the texts of notices with the digests in the ledger, and counts their files.
// Those
// that are no longer in force may be missing.
func (c *comparer) notices(s *State) (n int, err error) {
	inForce := s.TextsInForce()
	for _, t := range byDigest(s.notices.texts) {
		known := c.seen[NoticePath(t.SHA256)]
		found, err := c.text(t)
		if err == nil && !found && slices.Contains(inForce, t) {
			err = fault.Site{File: NoticePath(t.SHA256)}.New(fault.FileMissing,
				"a notice is in force, and the folder does not have its text")
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
		return false, fault.Site{File: name}.New(fault.FileWrong,
			"it is not the text of the notice")
	}
	c.seen[name] = true
	return true, nil
}

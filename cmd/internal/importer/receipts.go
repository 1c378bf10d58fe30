package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"lotteryledger/cmd/internal/csvfile"
)

// Receipts is a private file that says which application code the office's rows
// were given: row, application_no and code, separated by tabs. It belongs to one
// CSV file, whose SHA-256 is in its first line, and lets an interrupted import skip
// what is done. Losing it loses no application.
type Receipts struct {
	file  *os.File
	mu    sync.Mutex
	codes map[int]string // by row
}

// OpenReceipts opens or begins the receipts of the CSV file with this digest. A line
// that a crash cut off is removed.
func OpenReceipts(path, digest, round string) (*Receipts, error) {
	head := "# import\t" + digest + "\t" + round + "\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("opening receipts: %w", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("opening receipts: %w", err)
	}
	whole := raw[:bytes.LastIndexByte(raw, '\n')+1]
	r := &Receipts{codes: map[int]string{}}
	if len(whole) > 0 {
		if !bytes.HasPrefix(whole, []byte(head)) {
			return nil, fmt.Errorf("opening receipts: %s belongs to another file or round",
				filepath.Base(path))
		}
		for line := range strings.Lines(string(whole[len(head):])) {
			f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			row, err := strconv.Atoi(f[0])
			if err != nil || len(f) != 3 {
				return nil, fmt.Errorf(
					"opening receipts: %s holds a line that is no receipt; remove it and "+
						"import again: "+
						"it is written anew", filepath.Base(path))
			}
			r.codes[row] = f[2]
		}
	}
	if r.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("opening receipts: %w", err)
	}
	err = r.file.Truncate(int64(len(whole)))
	if err == nil {
		_, err = r.file.Seek(0, io.SeekEnd)
	}
	if err == nil && len(whole) == 0 {
		_, err = r.file.WriteString(head)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening receipts: %w", err), r.file.Close())
	}
	return r, nil
}

// Codes lists the application codes by row.
func (r *Receipts) Codes() map[int]string { return r.codes }

// Close ends the use of the file.
func (r *Receipts) Close() error { return r.file.Close() }

func (r *Receipts) code(row int) (string, bool) {
	if r == nil {
		return "", false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.codes[row]
	return c, ok
}

func (r *Receipts) add(a csvfile.Application, code string) error {
	if r == nil {
		return nil
	}
	if _, err := fmt.Fprintf(r.file, "%d\t%s\t%s\n", a.Row, a.Number, code); err != nil {
		return fmt.Errorf("writing receipts: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.codes[a.Row] = code
	return nil
}

func (r *Receipts) sync() error {
	if r == nil {
		return nil
	}
	if err := r.file.Sync(); err != nil {
		return fmt.Errorf("writing receipts: %w", err)
	}
	return nil
}

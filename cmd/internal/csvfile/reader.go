package csvfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"lotteryledger/domain/rules"
)

// ErrHeader is wrapped by the error for a file whose first line is not [Header].
var ErrHeader = errors.New("not a file of applications")

// Reader reads a file one application at a time. Its memory grows by some 40 bytes
// for each application, which is how it finds a number that comes back later.
type Reader struct {
	lines   lines
	started bool
	columns int   // of the file
	ahead   *row  // the row after the last application
	failed  error // ends the reading: io.EOF, or why
	rows    int

	seen    map[[16]byte]struct{} // hashes of the application numbers so far
	tooMany string                // number of the last application if it had too many rows
	stray   bool                  // the last row belongs nowhere: its number cannot be read
}

// NewReader returns a Reader of the file in.
func NewReader(in io.Reader) *Reader {
	return &Reader{
		lines: lines{in: bufio.NewReaderSize(in, maxLine)},
		seen:  map[[16]byte]struct{}{},
	}
}

// Rows is the number of rows read so far, the header and empty lines not counted.
// After io.EOF, each of them has been returned as a Member or has a Problem.
func (r *Reader) Rows() int { return r.rows }

// Next returns the next application, or the problems of rows that make none: then the
// Application is the zero value. A row may have several problems. It returns io.EOF at
// the end, [ErrHeader] for another kind of file, and the error of the underlying
// reader; after any of them it returns the same again.
func (r *Reader) Next() (Application, []Problem, error) {
	first, err := r.take()
	if err != nil {
		return Application{}, nil, err
	}
	afterStray := r.stray
	r.stray = first.number == ""
	if r.stray {
		return Application{}, first.problems, nil
	}
	if first.number == r.tooMany {
		first.bad(noColumn, codeTooMany)
		return Application{}, first.problems, nil
	}
	r.tooMany = ""

	rows := []row{first}
	beforeStray := false
	for {
		next, err := r.peek()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Application{}, nil, err // these rows may not be all of the application
		}
		if next.number != first.number {
			beforeStray = next.number == ""
			break
		}
		if len(rows) == rules.MaxMembers {
			r.tooMany = first.number
			break
		}
		rows = append(rows, *next)
		r.ahead = nil
	}

	r.checkNumber(rows)
	if r.tooMany != "" {
		for i := range rows {
			rows[i].bad(noColumn, codeTooMany)
		}
	}
	app, problems := compose(rows, afterStray || beforeStray)
	return app, problems, nil
}

// checkNumber reports rows whose application number stood farther above already.
func (r *Reader) checkNumber(rows []row) {
	sum := sha256.Sum256([]byte(rows[0].number))
	key := [16]byte(sum[:16])
	if _, again := r.seen[key]; again {
		for i := range rows {
			rows[i].bad(ColApplicationNo, codeSameNumber)
		}
	}
	r.seen[key] = struct{}{}
}

// take returns the next row and moves behind it.
func (r *Reader) take() (row, error) {
	w, err := r.peek()
	if err != nil {
		return row{}, err
	}
	r.ahead = nil
	return *w, nil
}

// peek returns the next row.
func (r *Reader) peek() (*row, error) {
	if r.ahead != nil {
		return r.ahead, nil
	}
	if r.failed != nil {
		return nil, r.failed
	}
	if !r.started {
		r.started = true
		if r.failed = r.readHeader(); r.failed != nil {
			return nil, r.failed
		}
	}
	for {
		line, tooLong, err := r.lines.next()
		if errors.Is(err, io.EOF) {
			r.failed = io.EOF
			return nil, r.failed
		}
		if err != nil {
			r.failed = fmt.Errorf("reading row %d: %w", r.lines.n+1, err)
			return nil, r.failed
		}
		if len(line) > 0 {
			w := parseRow(r.lines.n, line, tooLong, r.columns)
			r.ahead = &w
			r.rows++
			return r.ahead, nil
		}
	}
}

func (r *Reader) readHeader() error {
	line, tooLong, err := r.lines.next()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it is empty", ErrHeader)
	}
	if err != nil {
		return fmt.Errorf("reading the header: %w", err)
	}
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	values, ok := split(string(line), nil)
	if tooLong || !ok {
		return fmt.Errorf("%w: row 1 is not a header", ErrHeader)
	}
	// What stands there instead is not repeated: it may be somebody's data.
	r.columns = int(columnCount)
	if len(values) > r.columns && values[columnCount] == ColScale.String() {
		r.columns = int(allColumns)
	}
	for i, want := range columnNames[:r.columns] {
		if i >= len(values) || values[i] != want {
			return fmt.Errorf("%w: column %d of row 1 is not %q", ErrHeader, i+1, want)
		}
	}
	if len(values) > r.columns {
		return fmt.Errorf("%w: row 1 has %d columns instead of %d", ErrHeader, len(values),
			r.columns)
	}
	return nil
}

package draw

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// RosterScanner reads a roster file of one or several pools line by line, in
// constant memory, and refuses every byte that [Roster.WriteTo] would not have
// written.
//
//	s := draw.NewRosterScanner(file, draw.PLD1)
//	for s.Scan() {
//		… s.Pool(), s.Entry() …
//	}
//	if err := s.Err(); err != nil { … }
type RosterScanner struct {
	r     *bufio.Reader
	check checker
	least int // fields of a line
	line  int
	pool  string
	entry Entry
	err   error
}

// NewRosterScanner returns a scanner of the lines of a method.
func NewRosterScanner(r io.Reader, m Method) *RosterScanner {
	s := &RosterScanner{r: bufio.NewReaderSize(r, 1<<16), check: checker{method: m.find()}}
	s.least = len(s.check.method.fields())
	if err := s.check.method.check(); err != nil {
		s.err = err
	}
	return s
}

// Scan advances to the next entry. It returns false at the end of the file and
// at the first error.
func (s *RosterScanner) Scan() bool {
	if s.err != nil {
		return false
	}
	s.line++
	line, err := s.r.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		s.err = io.EOF
	case errors.Is(err, io.EOF):
		s.err = fault.Site{Line: s.line}.New(fault.RosterLine, "the last line is not ended by LF")
	case errors.Is(err, bufio.ErrBufferFull):
		s.err = fault.Site{Line: s.line}.New(fault.RosterLine, "the line is too long")
	case err != nil:
		s.err = fmt.Errorf("reading roster line %d: %w", s.line, err)
	default:
		s.err = fault.At(fault.Site{Line: s.line}, s.parse(line[:len(line)-1]))
	}
	return s.err == nil
}

// Pool is the pool of the current line.
func (s *RosterScanner) Pool() string { return s.pool }

// Entry is the entry of the current line.
func (s *RosterScanner) Entry() Entry { return s.entry }

// Line is the number of the current line, counted from 1.
func (s *RosterScanner) Line() int { return s.line }

// Err is what ended the scan before the end of the file: an error about
// the content, or the failure of the reader.
func (s *RosterScanner) Err() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// parse reads a line without its LF.
func (s *RosterScanner) parse(line []byte) error {
	m := s.check.method
	var room [7][]byte
	fields := cut(line, room[:0])
	if len(fields) < s.least || len(fields) > s.least+2 {
		return errFields(m)
	}
	pool, code := fields[0], fields[1]
	e := Entry{Weight: 1}
	wishes, err := m.parse(&e, fields[2:])
	if err != nil {
		return err
	}
	if err := e.parseWishes(wishes); err != nil {
		return err
	}
	if string(pool) != s.pool {
		s.pool = string(pool)
	}
	e.Code = string(code)
	s.entry = e
	return s.check.next(s.pool, e)
}

// parseWishes reads the fields for size and choice, which are left out where they
// say nothing.
func (e *Entry) parseWishes(values [][]byte) error {
	if len(values) == 0 {
		return nil
	}
	var ok bool
	if e.Size, ok = parseDecimal(values[0]); !ok || e.Size == 0 || e.Size == 1 && len(values) == 1 {
		return errSize()
	}
	if e.Size == 1 {
		e.Size = 0
	}
	if len(values) == 2 {
		if e.Choice, ok = parseDecimal(values[1]); !ok || e.Choice == 0 {
			return errChoice()
		}
	}
	return nil
}

// cut appends the fields of a line to an empty list with room for one too many.
func cut(line []byte, fields [][]byte) [][]byte {
	for len(fields)+1 < cap(fields) {
		at := bytes.IndexByte(line, '\t')
		if at < 0 {
			break
		}
		fields, line = append(fields, line[:at]), line[at+1:]
	}
	return append(fields, line)
}

func errFields(m *method) error {
	return fault.New(fault.RosterLine,
		"a line is %s, and where they matter size and choice, parted by TAB",
		strings.Join(m.fields(), ", "))
}

// parseDecimal reads a 32-bit number in its only form: digits, no leading zero.
func parseDecimal(b []byte) (uint32, bool) {
	if len(b) == 0 || len(b) > 10 || b[0] == '0' && len(b) > 1 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return uint32(n), n < 1<<32
}

// parseTime reads a time in its only form: YYYY-MM-DDThh:mm:ssZ.
func parseTime(b []byte) (domain.Time, bool) {
	t, err := domain.ParseTime(string(b))
	return t, err == nil
}

// ReadRosters reads a roster file of one or several pools whole. An empty file
// holds no roster.
func ReadRosters(r io.Reader, m Method) ([]Roster, error) {
	s := NewRosterScanner(r, m)
	var rosters []Roster
	for s.Scan() {
		if n := len(rosters); n == 0 || rosters[n-1].Pool != s.Pool() {
			rosters = append(rosters, Roster{Pool: s.Pool(), Method: m})
		}
		last := &rosters[len(rosters)-1]
		last.Entries = append(last.Entries, s.Entry())
	}
	return rosters, s.Err()
}

// ReadRoster reads a roster file that holds the one pool named, or nothing if
// that pool is empty.
func ReadRoster(r io.Reader, pool string, m Method) (Roster, error) {
	roster := Roster{Pool: pool, Method: m}
	s := NewRosterScanner(r, m)
	for s.Scan() {
		if s.Pool() != pool {
			return Roster{}, fault.Site{Line: s.Line()}.New(fault.RosterPool,
				"the line is of another pool than %s", strconv.Quote(pool))
		}
		roster.Entries = append(roster.Entries, s.Entry())
	}
	if err := s.Err(); err != nil {
		return Roster{}, err
	}
	return roster, roster.checkHead()
}

package draw

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/merkle"
)

// Entry is one application in a roster.
type Entry struct {
	Code   string      // 1 to 19 bytes of 0-9 A-Z a-z . _ -
	Weight uint32      // tickets, points, priority, or 1: see [Method.Weight]
	Since  domain.Time // a time, or 0: see [Method.Since]
	Size   uint32      // seats it takes, all or none, where that is 2 to 100; 0 for one seat
	// place of this pool among its wishes, where that is 2 to 100; 0 for the first
	Choice uint32
}

// seats is how many seats the entry takes.
func (e Entry) seats() uint64 { return uint64(max(1, e.Size)) }

// Roster is the frozen list of a pool, its entries strictly ascending by code.
type Roster struct {
	Pool    string // 1 to 32 bytes of 0-9 A-Z a-z . _ -
	Method  Method // one of Methods
	Entries []Entry
}

// Sealed is what a seal says of a roster.
type Sealed struct {
	Count      uint64   // entries
	Weight     uint64   // sum of the entries' weights
	Root       [32]byte // RFC 6962 tree over the lines without their LF
	FileSHA256 [32]byte // SHA-256 of the lines with their LF
}

// Check returns an error naming the first line that the format forbids.
func (r Roster) Check() error {
	c := checker{method: r.Method.find()}
	for i, e := range r.Entries {
		if err := c.next(r.Pool, e); err != nil {
			return fault.At(fault.Site{Line: i + 1}, err)
		}
	}
	return r.checkHead()
}

// checkHead checks what a roster without entries also has.
func (r Roster) checkHead() error {
	if err := r.Method.find().check(); err != nil {
		return err
	}
	if !ValidPool(r.Pool) {
		return errPool(0)
	}
	return nil
}

// ValidPool reports whether s may name a pool.
func ValidPool(s string) bool { return domain.IsName(s, MaxPool) }

// WriteTo checks the roster and writes its lines.
func (r Roster) WriteTo(w io.Writer) (int64, error) {
	if err := r.Check(); err != nil {
		return 0, err
	}
	b, m := bufio.NewWriter(w), r.Method.find()
	var line []byte
	var n int64
	for _, e := range r.Entries {
		line = append(appendLine(line[:0], r.Pool, m, e), '\n')
		k, err := b.Write(line)
		n += int64(k)
		if err != nil {
			return n, fmt.Errorf("writing roster: %w", err)
		}
	}
	if err := b.Flush(); err != nil {
		return n - int64(b.Buffered()), fmt.Errorf("writing roster: %w", err)
	}
	return n, nil
}

// Seal checks the roster and commits to it.
func (r Roster) Seal() (Sealed, error) {
	if err := r.Check(); err != nil {
		return Sealed{}, err
	}
	s := NewSealer(r.Pool, r.Method)
	for _, e := range r.Entries {
		s.Add(e)
	}
	return s.Sealed(), nil
}

// Sealer seals a roster entry by entry, in constant memory. It trusts its
// caller to have checked the entries, as [RosterScanner] does.
type Sealer struct {
	pool   string
	method *method
	weight uint64
	tree   merkle.Edge
	file   hash.Hash
	line   []byte
}

// NewSealer returns a sealer for the roster of a pool.
func NewSealer(pool string, m Method) *Sealer {
	return &Sealer{pool: pool, method: m.find(), file: sha256.New()}
}

// Add appends the next entry.
func (s *Sealer) Add(e Entry) {
	s.line = append(appendLine(s.line[:0], s.pool, s.method, e), '\n')
	s.file.Write(s.line)
	s.tree.Add(s.line[:len(s.line)-1])
	s.weight += uint64(e.Weight)
}

// Sealed is the seal of the entries added so far.
func (s *Sealer) Sealed() Sealed {
	return Sealed{
		Count:      s.tree.Size(),
		Weight:     s.weight,
		Root:       s.tree.Root(),
		FileSHA256: [32]byte(s.file.Sum(nil)),
	}
}

// appendLine appends the line of e without its LF.
func appendLine(b []byte, pool string, m *method, e Entry) []byte {
	b = append(append(b, pool...), '\t')
	b = append(b, e.Code...)
	b = m.append(b, e.Weight, e.Since)
	if e.Size == 0 && e.Choice == 0 {
		return b
	}
	b = strconv.AppendUint(append(b, '\t'), e.seats(), 10)
	if e.Choice != 0 {
		b = strconv.AppendUint(append(b, '\t'), uint64(e.Choice), 10)
	}
	return b
}

// minTime is the first second of the year 0000, the least that a time can write.
const minTime = -62167219200

// checker walks over entries in the order of their file.
type checker struct {
	method     *method
	pool, code string
	total      uint64
}

// next checks one entry against the format and against the one before it. The
// error has no line: the caller knows it.
func (c *checker) next(pool string, e Entry) error {
	if err := c.method.check(); err != nil {
		return err
	}
	if pool != c.pool || c.code == "" {
		if !ValidPool(pool) {
			return errPool(0)
		}
		if pool < c.pool {
			return errOrder()
		}
		c.pool, c.code, c.total = pool, "", 0
	}
	if !domain.IsName(e.Code, MaxCode) {
		return fault.New(fault.RosterCode, "a code is 1 to %d of 0-9 A-Z a-z . _ -", MaxCode)
	}
	switch order := strings.Compare(c.code, e.Code); {
	case order == 0:
		return fault.New(fault.DuplicateCode, "the code of the line before again")
	case order > 0:
		return errOrder()
	}
	c.code = e.Code
	return c.values(e)
}

// values checks the numbers of an entry.
func (c *checker) values(e Entry) error {
	if err := c.method.values(e); err != nil {
		return err
	}
	switch {
	case e.Since < minTime || e.Since > domain.MaxTime:
		return errSince()
	case e.Size == 1 || e.Size > MaxSize:
		return errSize()
	case e.Choice == 1 || e.Choice > MaxSize:
		return errChoice()
	}
	c.total += uint64(e.Weight)
	if w := c.method.weight; w != nil && w.total > 0 && c.total > w.total {
		return fault.New(fault.RosterTotal, "the pool holds more than %d tickets", w.total)
	}
	return nil
}

func errPool(line int) error {
	return fault.Site{Line: line}.New(fault.RosterPool,
		"a pool is 1 to %d of 0-9 A-Z a-z . _ -", MaxPool)
}

func errOrder() error {
	return fault.New(fault.RosterOrder, "lines must ascend by pool and code")
}

func errSince() error {
	return fault.New(fault.RosterSince, "a time is YYYY-MM-DDThh:mm:ssZ")
}

func errSize() error {
	return fault.New(fault.RosterSize,
		"a size is 1 to %d; it is written where it is more than 1, or a choice follows", MaxSize)
}

func errChoice() error {
	return fault.New(fault.RosterChoice, "a choice is 2 to %d; the first is not written", MaxSize)
}

// Package simulate writes a file of applications such as an office would export, to
// try the ledger with. Its people are invented: names and numbers are drawn from
// tables by a seeded generator, and if a number should be somebody's, that is chance.
//
// The same options give the same bytes on every machine. All arithmetic is on
// integers, and chance comes from one PCG alone.
package simulate

import (
	"bufio"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"strings"
	"time"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
)

// Options of a file.
type Options struct {
	Applications int       // how many, at least 1
	Seed         uint64    // another seed, other people
	From, To     time.Time // they are submitted in [From, To), within the years 2016 to 2099
	BadShare     int       // of 1000 applications so many have a defect

	// OrganisationShare is how many of 1000 good applications are those of organisations.
	// With any, the file has all columns.
	OrganisationShare int
}

// Defect is what may be wrong with an application on purpose.
type Defect string

// The defects. They come in turns, so that a small file shows all of them.
const (
	ChecksumTypo   Defect = "checksum_typo"   // one digit of an identity number is wrong
	SwappedDigits  Defect = "swapped_digits"  // two digits of an identity number are swapped
	ImpossibleDate Defect = "impossible_date" // an identity number says 31 February, or alike
	SamePerson     Defect = "same_person"     // a person of an earlier application of the same kind
	UnknownKind    Defect = "unknown_kind"    // neither an applicant nor an indicator that is known
	EmptyField     Defect = "empty_field"     // a value is missing
	AfterWindow    Defect = "after_window"    // submitted up to three days after To
	DamagedRow     Defect = "damaged_row"     // a stray quote, a missing column, the end cut off
	DrawsTooMany   Defect = "draws_too_many"  // more draws than were held
	NoMain         Defect = "no_main"         // a family without a main applicant
)

var defects = [...]Defect{
	ChecksumTypo, SwappedDigits, ImpossibleDate, SamePerson, UnknownKind,
	EmptyField, AfterWindow, DamagedRow, DrawsTooMany, NoMain,
}

// Summary says what was written.
type Summary struct {
	Applications, Rows    int // the header is no row
	Individuals, Families int
	Organisations         int
	Ordinary, NewEnergy   int
	Bad                   int            // applications with a defect, counted above too
	Defects               map[Defect]int // how many of each
}

// Write writes a file of applications.
func Write(w io.Writer, o Options) (Summary, error) {
	if err := o.Check(); err != nil {
		return Summary{}, err
	}
	g := newGenerator(o)
	out := bufio.NewWriterSize(w, 1<<16)
	s := Summary{Applications: o.Applications, Defects: map[Defect]int{}}
	header := csvfile.Header()
	if o.OrganisationShare > 0 {
		header = csvfile.ExtendedHeader()
	}
	_, _ = fmt.Fprintln(out, header) // a bufio.Writer keeps its error for Flush
	for i := range o.Applications {
		a := g.application(i)
		for _, line := range a.lines() {
			_, _ = out.WriteString(line)
			_ = out.WriteByte('\n')
		}
		s.count(a)
	}
	if err := out.Flush(); err != nil {
		return Summary{}, fmt.Errorf("writing simulated applications: %w", err)
	}
	return s, nil
}

// Check refuses options that no file follows from.
func (o Options) Check() error {
	switch {
	case o.Applications < 1 || o.Applications > 9_999_999:
		return fmt.Errorf("simulating %d applications: 1 to 9999999 are possible", o.Applications)
	case o.BadShare < 0 || o.BadShare > 1000:
		return fmt.Errorf("simulating with %d bad applications in 1000", o.BadShare)
	case o.OrganisationShare < 0 || o.OrganisationShare > 1000:
		return fmt.Errorf("simulating with %d organisations in 1000", o.OrganisationShare)
	case o.To.Sub(o.From) < time.Second:
		return fmt.Errorf("simulating a window from %s to %s: it is empty", o.From, o.To)
	case o.From.UTC().Year() < 2016 || o.To.UTC().Year() > 2099:
		return fmt.Errorf("simulating a window from %s to %s: it must lie in 2016 to 2099", o.From,
			o.To)
	}
	return nil
}

func (s *Summary) count(a application) {
	s.Rows += len(a.members)
	switch a.kind {
	case domain.Family:
		s.Families++
	case domain.Organisation:
		s.Organisations++
	default:
		s.Individuals++
	}
	if a.indicator == domain.NewEnergy {
		s.NewEnergy++
	} else {
		s.Ordinary++
	}
	if a.defect != "" {
		s.Bad++
		s.Defects[a.defect]++
	}
}

// generator holds the chance and what must not repeat.
type generator struct {
	o      Options
	pcg    *rand.PCG
	used   map[uint64]struct{}             // identity numbers given out, without check character
	turn   int                             // of the defects
	before map[domain.IndicatorKind]person // the last good individual of a kind
}

func newGenerator(o Options) *generator {
	o.From, o.To = o.From.UTC().Truncate(time.Second), o.To.UTC().Truncate(time.Second)
	return &generator{
		o:      o,
		pcg:    rand.NewPCG(o.Seed, 0x6c6f7474657279), // "lottery"
		used:   map[uint64]struct{}{},
		before: map[domain.IndicatorKind]person{},
	}
}

// below is a number from 0 to n-1.
func (g *generator) below(n int) int {
	high, _ := bits.Mul64(g.pcg.Uint64(), uint64(n))
	return int(high)
}

// between is a number from least to most, or least if most is less.
func (g *generator) between(least, most int) int {
	if most <= least {
		return least
	}
	return least + g.below(most-least+1)
}

// chance is true in so many cases of 1000.
func (g *generator) chance(perMille int) bool { return g.below(1000) < perMille }

// weighted is an index of weights, the greater its weight the likelier.
func (g *generator) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := g.below(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	return len(weights) - 1
}

// character is one of the characters of s.
func (g *generator) character(s []rune) string { return string(s[g.below(len(s))]) }

// lines are the rows of the application as they stand in the file.
func (a application) lines() []string {
	lines := make([]string, len(a.members))
	for i := range a.members {
		lines[i] = strings.Join(a.values(i), ",")
	}
	if a.spoilLine != nil {
		lines[a.spoiled] = a.spoilLine(lines[a.spoiled])
	}
	return lines
}

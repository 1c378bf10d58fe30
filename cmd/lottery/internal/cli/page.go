package cli

import (
	"fmt"
	"strings"
	"time"

	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// Result is what a command found or did. Its JSON form is what --json prints; Text writes it
// for people.
type Result interface{ Text(p *Page) }

// Page is what a command says to people, line by line.
type Page struct {
	*words.Words
	Zone  *time.Location
	lines []string
}

// Line adds a line: the text with this key, filled in.
func (p *Page) Line(key string, args ...any) { p.Print(p.Say(key, args...)) }

// Print adds text as it is.
func (p *Page) Print(text string) { p.lines = append(p.lines, text) }

// Join adds parts as one line. Empty ones are left out.
func (p *Page) Join(parts ...string) {
	p.Print(strings.Join(parts, ""))
}

// Say returns the text with this key, filled in. Times are in the zone of the page.
func (p *Page) Say(key string, args ...any) string {
	for i, a := range args {
		if t, ok := a.(domain.Time); ok {
			args[i] = p.Time(t)
		}
	}
	return p.Format(key, args...)
}

// Time writes a time for people: as it is stored if the zone is UTC.
func (p *Page) Time(t domain.Time) string {
	if p.Zone == time.UTC {
		return t.String()
	}
	return time.Unix(int64(t), 0).In(p.Zone).Format("2006-01-02 15:04:05 -07:00")
}

// String is the page as text.
func (p *Page) String() string { return strings.Join(p.lines, "\n") }

// Rows adds lines of cells in columns. Cells are parted by two spaces; the last one of a row
// is not filled up.
func (p *Page) Rows(rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-width(cell)+2))
			}
		}
		p.Print(strings.TrimRight(line.String(), " "))
	}
}

// width is how many columns of a terminal a text takes. Chinese characters take two.
func width(s string) (n int) {
	for _, r := range s {
		if n++; r >= 0x2e80 {
			n++
		}
	}
	return n
}

// Digits writes a number.
func Digits[T ~int | ~int64 | ~uint64](n T) string { return fmt.Sprint(n) }

// More says how to get the page of a list that follows.
func (p *Page) More(next string) {
	if next != "" {
		p.Line("more", next)
	}
}

// Right says what became of an indicator. vacancy is how it ended unused, or "".
func (p *Page) Right(phase indicator.Phase, vacancy rules.Vacancy) string {
	if phase == indicator.PhaseForfeited && vacancy != "" {
		return words.Name(p.Words, "forfeited", vacancy)
	}
	return words.Name(p.Words, "indicator_phase", phase)
}

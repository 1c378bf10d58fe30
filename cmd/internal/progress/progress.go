// Package progress shows that long work goes on: a bar on a terminal, a line every
// five seconds elsewhere.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// Times between two pictures: on a terminal, and elsewhere.
const (
	redraw = 100 * time.Millisecond
	line   = 5 * time.Second
)

// width is that of the bar, in characters.
const width = 30

// Bar is one piece of work. It may be used by several goroutines.
type Bar struct {
	out      io.Writer
	label    string
	terminal bool

	mu    sync.Mutex
	next  time.Time
	drawn bool
}

// New begins a piece of work.
func New(out io.Writer, label string) *Bar {
	f, ok := out.(*os.File)
	b := &Bar{out: out, label: label, terminal: ok && term.IsTerminal(int(f.Fd()))}
	b.next = time.Now().Add(b.every())
	return b
}

func (b *Bar) every() time.Duration {
	if b.terminal {
		return redraw
	}
	return line
}

// Set says that so many steps are done; all is 0 where nobody knows how many there are.
func (b *Bar) Set(done, all int64) { b.set(time.Now(), done, all) }

func (b *Bar) set(now time.Time, done, all int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.next) {
		return
	}
	b.next = now.Add(b.every())
	if b.terminal {
		b.drawn = true
		fmt.Fprintf(b.out, "\r\x1b[K%s %s", b.label, picture(done, all))
	} else {
		fmt.Fprintf(b.out, "%s %s\n", b.label, picture(done, all))
	}
}

// picture is "12 of 40 [#########---------------------] 30 %", or "12".
func picture(done, all int64) string {
	if all <= 0 {
		return fmt.Sprint(done)
	}
	done = min(max(done, 0), all)
	filled := int(float64(done) / float64(all) * width)
	return fmt.Sprintf("%d of %d [%s%s] %d %%", done, all, strings.Repeat("#", filled),
		strings.Repeat("-", width-filled), int(float64(done)/float64(all)*100))
}

// Done ends the piece of work and clears the bar.
func (b *Bar) Done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

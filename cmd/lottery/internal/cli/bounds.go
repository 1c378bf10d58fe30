package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/pflag"
)

// Bounds are the least and the most that a number may be. A most of 0 is no bound.
type Bounds struct{ Least, Most int }

func (b Bounds) check(n int) error {
	switch {
	case b.Most != 0 && (n < b.Least || n > b.Most):
		return fmt.Errorf("a whole number from %d to %d is needed", b.Least, b.Most)
	case n < b.Least:
		return fmt.Errorf("at least %d is needed", b.Least)
	}
	return nil
}

// number is the value of a flag that has bounds. A value beyond them is wrong use.
type number struct {
	to *int
	Bounds
}

func (n number) String() string {
	if n.to == nil {
		return "0"
	}
	return strconv.Itoa(*n.to)
}

func (n number) Set(text string) error {
	v, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("it is not a whole number")
	}
	if err := n.check(v); err != nil {
		return err
	}
	*n.to = v
	return nil
}

func (number) Type() string { return "int" }

// Number adds a flag that takes a whole number within bounds. The default is not held to them.
func Number(f *pflag.FlagSet, to *int, name string, value int, b Bounds, usage string) {
	*to = value
	f.Var(number{to, b}, name, usage)
}

// period is the value of a flag that takes a duration.
type period struct {
	to    *time.Duration
	least time.Duration
}

func (p period) String() string {
	if p.to == nil {
		return "0s"
	}
	return p.to.String()
}

func (p period) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("it is not a duration like 30s")
	}
	if d < p.least {
		return fmt.Errorf("at least %s is needed", p.least)
	}
	*p.to = d
	return nil
}

func (period) Type() string { return "duration" }

// Period adds a flag that takes a duration of at least so much.
func Period(f *pflag.FlagSet, to *time.Duration, name string, value, least time.Duration,
	usage string,
) {
	*to = value
	f.Var(period{to, least}, name, usage)
}

// LeastPause is the least time between two rounds of work that repeats itself.
const LeastPause = 10 * time.Millisecond

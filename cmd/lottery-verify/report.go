package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain/draw"
)

// Exit statuses.
const (
	statusProven    = 0
	statusDisproven = 1
	statusUsage     = 2
	statusFailed    = 3
)

// misuse is an error in how the program was called.
type misuse string

func (m misuse) Error() string { return string(m) }

// report is what a command found out: text for people, or one JSON object.
type report interface {
	writeText(w io.Writer) error
}

// conclude prints a report, or the error in its place, and returns the exit
// status.
func conclude(stdout, stderr io.Writer, asJSON bool, r report, err error) int {
	if err == nil {
		err = show(stdout, asJSON, r)
	}
	if err == nil {
		return statusProven
	}
	code, line, status := classify(err)
	fmt.Fprintf(stderr, "lottery-verify: %v\n", err)
	if asJSON && status != statusUsage {
		// A failure to print this object leaves the status as it is: not 0.
		_ = json.NewEncoder(stdout).Encode(failure{errorReport{Code: code, Line: line, Message: err.Error()}})
	}
	return status
}

// failure is the JSON object of a command that proved nothing.
type failure struct {
	Error errorReport `json:"error"`
}

type errorReport struct {
	Code    string `json:"code"`
	Line    int    `json:"line,omitzero"`
	Message string `json:"message"`
}

// classify gives an error its code, its line and its exit status.
func classify(err error) (code string, line, status int) {
	var (
		d *draw.Error
		b *beacon.Error
		p disproof
		m misuse
	)
	switch {
	case errors.As(err, &p):
		return p.Code, 0, statusDisproven
	case errors.As(err, &d):
		return d.Code, d.Line, statusDisproven
	case errors.As(err, &b):
		return b.Code, 0, statusDisproven
	case errors.As(err, &m):
		return "usage", 0, statusUsage
	}
	return "io", 0, statusFailed
}

func show(stdout io.Writer, asJSON bool, r report) error {
	w := bufio.NewWriter(stdout)
	var err error
	if asJSON {
		err = json.NewEncoder(w).Encode(r)
	} else {
		err = r.writeText(w)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// parse parses flags that leave no argument over. Where done is true the
// command ends with the status.
func parse(fs *flag.FlagSet, args []string, stderr io.Writer) (status int, done bool) {
	fs.SetOutput(stderr)
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return statusProven, true
	case err != nil:
		return statusUsage, true
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(stderr, "lottery-verify: %s takes no argument besides its flags\n", fs.Name())
		return statusUsage, true
	}
	return 0, false
}

// required returns a misuse naming the first of the flags that was not given.
func required(fs *flag.FlagSet, names ...string) error {
	set := given(fs)
	for _, name := range names {
		if !set[name] {
			return misuse(fmt.Sprintf("%s needs --%s", fs.Name(), name))
		}
	}
	return nil
}

// given is the names of the flags that were given, if only as nothing.
func given(fs *flag.FlagSet) map[string]bool {
	names := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { names[f.Name] = true })
	return names
}

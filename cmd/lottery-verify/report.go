package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
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
	failed, status := classify(err)
	fmt.Fprintf(stderr, "lottery-verify: %v\n", err)
	if asJSON && status != statusUsage {
		// A failure to print this object leaves the status as it is: not 0.
		_ = json.NewEncoder(stdout).Encode(failure{failed})
	}
	return status
}

// failure is the JSON object of a command that proved nothing.
type failure struct {
	Error errorReport `json:"error"`
}

// errorReport is an error in parts; a part that is not known is left out.
type errorReport struct {
	Code    string `json:"code"`
	Leaf    *int64 `json:"leaf,omitempty"` // index of the leaf at fault
	File    string `json:"file,omitempty"` // path in the folder
	Line    int    `json:"line,omitzero"`  // of the file, from 1
	Place   string `json:"place,omitempty"`
	Message string `json:"message"`
}

// classify takes an error apart and gives it its exit status.
func classify(err error) (errorReport, int) {
	var (
		d *draw.Error
		b *beacon.Error
		p disproof
		m misuse
	)
	switch {
	case errors.As(err, &p):
		return p.report(), statusDisproven
	case errors.As(err, &d):
		return errorReport{Code: d.Code, Line: d.Line, Message: err.Error()}, statusDisproven
	case errors.As(err, &b):
		return errorReport{Code: b.Code, Message: err.Error()}, statusDisproven
	case errors.As(err, &m):
		return errorReport{}, statusUsage // never printed as an object
	case domain.CodeOf(err) != "":
		return errorReport{Code: domain.CodeOf(err), Message: err.Error()}, statusDisproven
	}
	return errorReport{Code: "io", Message: err.Error()}, statusFailed
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

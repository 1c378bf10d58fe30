package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"lotteryledger/domain/fault"
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
	Error fault.Report `json:"error"`
}

// classify gives an error its JSON form and its exit status.
func classify(err error) (fault.Report, int) {
	if _, ok := errors.AsType[misuse](err); ok {
		return fault.Report{}, statusUsage // never printed as an object
	}
	if d, ok := errors.AsType[disproof](err); ok {
		e := d.fault
		return fault.Report{Code: e.Code, Site: e.Site, Place: d.place(), Message: e.Err.Error()},
			statusDisproven
	}
	if e, ok := fault.Of(err); ok {
		return fault.Report{Code: e.Code, Site: e.Site, Message: err.Error()}, statusDisproven
	}
	return fault.Report{Code: fault.IO, Message: err.Error()}, statusFailed
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

// prepare lets a wrong flag, or --help, print the flags with two dashes, as the usage does.
func prepare(fs *flag.FlagSet, stderr io.Writer) {
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprintf(stderr, "flags of lottery-verify %s:\n", fs.Name())
		fs.VisitAll(func(f *flag.Flag) {
			name, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(stderr, "  --%s %s\n        %s\n", f.Name, name, usage)
		})
	}
}

// parse parses flags that leave no argument over. Where done is true the
// command ends with the status.
func parse(fs *flag.FlagSet, args []string, stderr io.Writer) (status int, done bool) {
	prepare(fs, stderr)
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

package main

import (
	"bufio"
	"encoding/json"
	"errors"
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
	writeText(w io.Writer, t words) error
}

// conclude prints a report, or the error in its place, and returns the exit
// status.
func (o output) conclude(r report, err error) int {
	if err == nil {
		err = o.show(r)
	}
	if err == nil {
		return statusProven
	}
	failed, status := classify(err)
	fmt.Fprintf(o.stderr, "lottery-verify: %v\n", err)
	if o.json && status != statusUsage {
		// A failure to print this object leaves the status as it is: not 0.
		_ = json.NewEncoder(o.stdout).Encode(failure{failed})
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

func (o output) show(r report) error {
	w := bufio.NewWriter(o.stdout)
	var err error
	if o.json {
		err = json.NewEncoder(w).Encode(r)
	} else {
		err = r.writeText(w, o.words)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

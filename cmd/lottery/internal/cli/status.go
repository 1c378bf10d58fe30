package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/projections/publisher"
)

// Exit status of both programs.
const (
	Succeeded = 0 // done or proven
	Refused   = 1 // refused by a rule, or disproven
	Misused   = 2
	Failed    = 3 // input or output failed
)

// ranError marks an error that came from the work and not from the words of the command line.
type ranError struct{ error }

func (e ranError) Unwrap() error { return e.error }

// shownError marks an error whose result is printed already.
type shownError struct{ error }

func (e shownError) Unwrap() error { return e.error }

// Failure is the object that --json prints for an error.
type Failure struct {
	Error fault.Report `json:"error"`
}

// reportOf is the report of an error with this code, with the place where it is known.
func reportOf(code, message string, err error) fault.Report {
	r := fault.Report{Code: code, Message: message}
	if e, ok := fault.Of(err); ok && e.Code == code {
		r.Site, r.Place = e.Site, e.Site.String()
	}
	return r
}

// Status tells what went wrong in a command and what to do, and returns the exit status.
func Status(ctx context.Context, a *app.App, command string, err error) int {
	if err == nil {
		return Succeeded
	}
	message := redact(err.Error(), a.Args)
	code, status := fault.Usage, Misused
	var ran ranError
	var wrong app.UsageError
	if !errors.As(err, &wrong) && errors.As(err, &ran) {
		code, status = Classify(err)
	}
	if status == Failed && ctx.Err() != nil {
		code, message = fault.Interrupted, fault.Interrupted
	}
	fmt.Fprintf(a.Err, "lottery: %s\n", message)
	var told advice
	if errors.As(err, &told) {
		for _, line := range told.lines {
			fmt.Fprintf(a.Err, "lottery: %s\n", line)
		}
	}
	w, ok := words.In(a.Language)
	if !ok {
		w, _ = words.In(words.English)
	}
	switch {
	case errors.Is(err, publisher.ErrForbidden): // it is about the event, not about this command
		fmt.Fprintf(a.Err, "lottery: %s\n", w.Text("see_waiting"))
	case status == Misused:
		fmt.Fprintf(a.Err, "lottery: %s\n", w.Format("see_help", command))
	case w.Has("hint." + code):
		fmt.Fprintf(a.Err, "lottery: %s\n", w.Text("hint."+code))
	}
	var shown shownError
	if !errors.As(err, &shown) && (a.JSON || slices.Contains(a.Args, "--json")) {
		// A failure to print this object leaves the status as it is: not 0.
		_ = json.NewEncoder(a.Out).Encode(Failure{reportOf(code, message, err)})
	}
	return status
}

// Classify gives an error of the work its code and its exit status.
func Classify(err error) (code string, status int) {
	if code := fault.CodeOf(err); code != "" {
		return code, Refused
	}
	for _, f := range failures {
		if errors.Is(err, f.cause) {
			return f.code, f.status
		}
	}
	return fault.IO, Failed
}

// failures are the codes of errors that carry none.
var failures = []struct {
	cause  error
	code   string
	status int
}{
	{cause: publisher.ErrFork, code: fault.LedgerFork, status: Refused},
	{cause: embedded.ErrDamaged, code: fault.StoreDamaged, status: Refused},
	{cause: embedded.ErrBadBackup, code: fault.BackupUnusable, status: Refused},
	{cause: embedded.ErrExists, code: fault.ExistsAlready, status: Refused},
	{cause: csvfile.ErrHeader, code: fault.FileHeader, status: Refused},
	{cause: context.Canceled, code: fault.Interrupted, status: Failed},
}

// redact takes the passwords of connection strings in the arguments of the program out of a
// message.
func redact(message string, args []string) string {
	for _, a := range args {
		if shown := esdb.Redact(a); shown != a && strings.Contains(a, "esdb") {
			message = strings.ReplaceAll(message, a, shown)
		}
	}
	return message
}

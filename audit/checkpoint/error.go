package checkpoint

import "fmt"

// Code names the kind of a refusal. The texts are part of the public format of
// verification reports.
type Code string

// The codes.
const (
	Malformed Code = "checkpoint_malformed" // not a note, or not a strict body
	Signature Code = "checkpoint_signature" // the ledger's key did not sign, or its signature is bad
	Origin    Code = "checkpoint_origin"    // the origin is not well formed, or not the one expected
	Key       Code = "checkpoint_key"       // a written key cannot be used
)

// Error is a refusal of a checkpoint or of a key.
type Error struct {
	Code Code
	Err  error // what is wrong
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

func fail(code Code, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

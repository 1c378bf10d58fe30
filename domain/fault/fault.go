// Package fault has the one error with a code: the refusal of a command by a rule, and what is
// wrong with a ledger, a file, a number or a signature.
//
// A code is stable and listed in docs/rules.md. The text beside it is for people, and never
// holds personal data.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Error is an error with a code, and a place where it has one.
type Error struct {
	Code string // one of the constants of this package
	Site Site
	Err  error // what is wrong
}

func (e *Error) Error() string {
	if at := e.Site.String(); at != "" {
		return e.Code + ": " + at + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// New returns an error with a code and without a place.
func New(code, format string, args ...any) error { return Site{}.New(code, format, args...) }

// Of returns the error with a code that err is or wraps.
func Of(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// CodeOf returns the code of the error that err is or wraps, or "".
func CodeOf(err error) string {
	if e, ok := Of(err); ok {
		return e.Code
	}
	return ""
}

// Site is where something is wrong, as far as that is known. Its JSON form is that of reports.
type Site struct {
	Leaf     *int64 `json:"leaf,omitempty"` // index of a leaf of the ledger
	Stream   string `json:"-"`              // of the leaf
	Revision uint64 `json:"-"`              // in the stream
	File     string `json:"file,omitempty"` // path in the folder
	Line     int    `json:"line,omitzero"`  // of the file, or of what was read, from 1
}

// New returns an error with a code at this place.
func (s Site) New(code, format string, args ...any) error {
	return &Error{Code: code, Site: s, Err: fmt.Errorf(format, args...)}
}

// At returns err with this place. It leaves an error without a code as it is.
func At(s Site, err error) error {
	e, ok := Of(err)
	if !ok {
		return err
	}
	return &Error{Code: e.Code, Site: s, Err: e.Err}
}

// Words say where something is wrong in one language: formats of a leaf's index, of stream and
// revision, of a path and of a line, and what parts them.
type Words struct{ Leaf, Revision, File, Line, Comma string }

// English is the language of errors.
var English = Words{"leaf %d", "%s revision %d", "%s", "line %d", ", "}

func (s Site) String() string { return s.In(English) }

// In returns the place in the words of a language, or "".
func (s Site) In(w Words) string {
	var parts []string
	if s.Leaf != nil {
		parts = append(parts, fmt.Sprintf(w.Leaf, *s.Leaf))
	}
	if s.Stream != "" {
		parts = append(parts, fmt.Sprintf(w.Revision, s.Stream, s.Revision))
	}
	var file []string
	if s.File != "" {
		file = append(file, fmt.Sprintf(w.File, s.File))
	}
	if s.Line > 0 {
		file = append(file, fmt.Sprintf(w.Line, s.Line))
	}
	if len(file) > 0 {
		parts = append(parts, strings.Join(file, " "))
	}
	return strings.Join(parts, w.Comma)
}

// Report is the JSON form of an error. What is not known is left out.
type Report struct {
	Code string `json:"code"`
	Site
	Place   string `json:"place,omitempty"` // in the reader's language
	Message string `json:"message"`
}

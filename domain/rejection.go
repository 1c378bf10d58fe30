package domain

import (
	"errors"
	"fmt"
)

// Rejection is the refusal of a command by a rule. Its code is stable and listed in
// docs/rules.md; its detail is for people and never holds personal data.
type Rejection struct {
	Code   string
	Detail string
}

func (r *Rejection) Error() string { return r.Code + ": " + r.Detail }

// Reject makes a Rejection.
func Reject(code, format string, args ...any) error {
	return &Rejection{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the Rejection that err is or wraps, or "".
func CodeOf(err error) string {
	var r *Rejection
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

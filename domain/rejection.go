package domain

import "lotteryledger/domain/fault"

// Reject makes a refusal of a command by a rule.
func Reject(code, format string, args ...any) error { return fault.New(code, format, args...) }

// CodeOf returns the code of the refusal that err is or wraps, or "".
func CodeOf(err error) string { return fault.CodeOf(err) }

package domain

import "lotteryledger/domain/fault"

// CodeOf returns the code of the refusal that err is or wraps, or "".
func CodeOf(err error) string { return fault.CodeOf(err) }

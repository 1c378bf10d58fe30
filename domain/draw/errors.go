package draw

import "fmt"

// Error says that an input of a draw is not what its format or its method
// allows. Code is stable and meant for programs; Line counts from 1 in the
// file (or the list) the input stands for, and is 0 where no line is to blame.
// The text never repeats the content of a line.
type Error struct {
	Code   string
	Line   int
	Detail string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Code + ": " + e.Detail
	}
	return fmt.Sprintf("%s: line %d: %s", e.Code, e.Line, e.Detail)
}

func refuse(code string, line int, format string, args ...any) *Error {
	return &Error{Code: code, Line: line, Detail: fmt.Sprintf(format, args...)}
}

package draw

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"lotteryledger/domain/fault"
)

// readLines reads the files of historical draws, which were made on many kinds
// of machine: a line may end with CR LF, and the last one with nothing. It
// calls each with the text of every line; a line past 64 KiB is refused under
// code.
func readLines(r io.Reader, code string, each func(n int, line string) error) error {
	s := bufio.NewScanner(r)
	n := 0
	for s.Scan() {
		n++
		if err := each(n, strings.TrimSuffix(s.Text(), "\r")); err != nil {
			return err
		}
	}
	switch err := s.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fault.Site{Line: n + 1}.New(code, "the line is too long")
	case err != nil:
		return fmt.Errorf("reading line %d: %w", n+1, err)
	}
	return nil
}

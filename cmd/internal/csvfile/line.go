package csvfile

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// maxLine is the number of bytes that a line may have with its end.
const maxLine = 1 << 16

// lines hands out a file line by line.
type lines struct {
	in *bufio.Reader
	n  int // number of the last line
}

// next returns the next line without its end, valid until the next call. Of a line
// that is too long it returns the beginning, and reads over the rest. io.EOF means
// that there is no further line.
func (l *lines) next() (line []byte, tooLong bool, err error) {
	line, err = l.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, tooLong = append([]byte(nil), line[:128]...), true
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	if err != nil && len(line) == 0 {
		return nil, false, io.EOF
	}
	l.n++
	if !tooLong {
		line = trimEnd(line)
	}
	return line, tooLong, nil
}

func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
	}
	return line
}

// split appends the values of a line to into. It reports false when the line is not
// comma-separated values; the values are those before the damage then.
func split(line string, into []string) ([]string, bool) {
	for {
		if !strings.HasPrefix(line, `"`) {
			value, rest, more := strings.Cut(line, ",")
			if strings.Contains(value, `"`) {
				return into, false
			}
			into = append(into, value)
			if !more {
				return into, true
			}
			line = rest
			continue
		}
		end := closingQuote(line)
		if end < 0 {
			return into, false
		}
		into = append(into, strings.ReplaceAll(line[1:end], `""`, `"`))
		line = line[end+1:]
		if line == "" {
			return into, true
		}
		if line[0] != ',' {
			return into, false
		}
		line = line[1:]
	}
}

// closingQuote is the place of the quote that ends the value which line begins with,
// or -1.
func closingQuote(line string) int {
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 == len(line) || line[i+1] != '"' {
			return i
		}
		i++
	}
	return -1
}

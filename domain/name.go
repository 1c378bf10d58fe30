package domain

import "strings"

// IsName reports whether s is 1 to most of the characters 0-9 A-Z a-z "-" "." and "_".
func IsName[T string | []byte](s T, most int) bool {
	return len(s) > 0 && len(s) <= most && NameLength(s) == len(s)
}

// NameLength returns how many characters of a name s begins with.
func NameLength[T string | []byte](s T) int {
	for i := range len(s) {
		if !nameBytes[s[i]] {
			return i
		}
	}
	return len(s)
}

// nameBytes has the characters of names.
var nameBytes = func() (is [256]bool) {
	for i := range is {
		switch c := byte(i); {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
			is[i] = true
		case c == '-', c == '.', c == '_':
			is[i] = true
		}
	}
	return is
}()

// ValidID reports whether s may name a round, a rules version or an officer: 1 to 32 of the
// characters 0-9 A-Z a-z and "-", beginning and ending with none of the last.
func ValidID(s string) bool {
	return IsName(s, 32) && strings.IndexByte(s, '.') < 0 && strings.IndexByte(s, '_') < 0 &&
		s[0] != '-' && s[len(s)-1] != '-'
}

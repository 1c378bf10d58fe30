package domain

import "strings"

// IsName reports whether s is 1 to most of the characters 0-9 A-Z a-z "-" "." and "_".
func IsName[T string | []byte](s T, most int) bool {
	if len(s) == 0 || len(s) > most {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		case c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return true
}

// ValidID reports whether s may name a round, a rules version or an officer: 1 to 32 of the
// characters 0-9 A-Z a-z and "-", beginning and ending with none of the last.
func ValidID(s string) bool {
	return IsName(s, 32) && !strings.ContainsAny(s, "._") && s[0] != '-' && s[len(s)-1] != '-'
}

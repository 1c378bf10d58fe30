package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName is the most characters of a name.
const MaxName = 64

// ValidName reports whether s can be a person's name: 1 to [MaxName] characters of
// UTF-8, no control characters, no blanks around it.
func ValidName(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxName &&
		strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}

// ValidMobile reports whether s can be a mobile number: 5 to 15 digits, with or
// without + before them.
func ValidMobile(s string) bool {
	s = strings.TrimPrefix(s, "+")
	return len(s) >= 5 && len(s) <= 15 && strings.Trim(s, "0123456789") == ""
}

// MaskName shows the first character of a name: 王小明 becomes 王**. A name of one
// character is hidden whole.
func MaskName(s string) string {
	n := utf8.RuneCountInString(s)
	if n < 2 {
		return strings.Repeat("*", n)
	}
	_, size := utf8.DecodeRuneInString(s)
	return s[:size] + strings.Repeat("*", n-1)
}

// MaskMobile shows the first three and the last four digits of a number of at least
// eleven characters, 138****0001, and only the last two of a shorter one.
func MaskMobile(s string) string {
	switch {
	case len(s) >= 11:
		return s[:3] + strings.Repeat("*", len(s)-7) + s[len(s)-4:]
	case len(s) > 2:
		return strings.Repeat("*", len(s)-2) + s[len(s)-2:]
	}
	return strings.Repeat("*", len(s))
}

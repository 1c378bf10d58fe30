package domain

// DecodeHex fills dst with the bytes that s says. It returns false unless s is two
// lower-case hex digits for each byte.
func DecodeHex[T string | []byte](dst []byte, s T) bool {
	if len(s) != 2*len(dst) {
		return false
	}
	for i := range dst {
		high, low := hexDigit(s[2*i]), hexDigit(s[2*i+1])
		if high|low > 15 {
			return false
		}
		dst[i] = high<<4 | low
	}
	return true
}

// ParseHex returns the bytes that s says in lower-case hex digits.
func ParseHex(s string) ([]byte, bool) {
	b := make([]byte, len(s)/2)
	return b, DecodeHex(b, s)
}

// IsHex reports whether s says this many bytes in lower-case hex digits.
func IsHex(s string, bytes int) bool {
	if len(s) != 2*bytes {
		return false
	}
	for i := range len(s) {
		if hexDigit(s[i]) > 15 {
			return false
		}
	}
	return true
}

// ValidApplicant reports whether s has the form of an applicant's id: 16 bytes in hex.
func ValidApplicant(s string) bool { return IsHex(s, 16) }

// hexDigit returns the value of a lower-case hex digit, or 255.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

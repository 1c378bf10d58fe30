package domain

// DecodeHex fills dst with the bytes that s says. It returns false unless s is two
// lower-case hex digits for each byte.
func DecodeHex[T string | []byte](dst []byte, s T) bool {
	if len(s) != 2*len(dst) {
		return false
	}
	for i := range dst {
		high, low := hexDigits[s[2*i]], hexDigits[s[2*i+1]]
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
		if hexDigits[s[i]] > 15 {
			return false
		}
	}
	return true
}

// ValidApplicant reports whether s has the form of an applicant's id: 16 bytes in hex.
func ValidApplicant(s string) bool { return IsHex(s, 16) }

// hexDigits holds the value of each lower-case hex digit, and 255 for any other byte.
var hexDigits = func() (digits [256]byte) {
	for i := range digits {
		digits[i] = 255
	}
	for i := range byte(10) {
		digits['0'+i] = i
	}
	for i := range byte(6) {
		digits['a'+i] = 10 + i
	}
	return digits
}()

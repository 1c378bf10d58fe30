package identity

import "fmt"

const (
	codeLength = 13
	codeLimit  = 1_000_000_000_000 // so many numbers have twelve digits
)

// Code is the public name of an application (申请编码): 13 digits, the last of them
// the check digit of ISO 7064 MOD 11,10. Codes sort as strings in the order of their
// numbers.
//
// The checksum is a state P, 10 at first; a digit d turns it into 2·s mod 11, where s
// is (P+d) mod 10, or 10 if that is 0. The check digit c is the one with
// (P+c) mod 10 = 1. It finds every single wrong digit. It finds every swap of two
// different neighbours but one pair for each state P before them: the digits
// (5-P) mod 10 and (6-P) mod 10. That is 1 pair of 45; in the first two places it is
// 5 and 6.
type Code string

// NewCode is the code of a number below 10^12. The error is [ErrCodeRange].
func NewCode(n uint64) (Code, error) {
	if n >= codeLimit {
		return "", ErrCodeRange
	}
	digits := fmt.Appendf(make([]byte, 0, codeLength), "%012d", n)
	return Code(append(digits, checkDigit(digits))), nil
}

// ParseCode reads a code: 13 plain digits and nothing else. The error is an [Error].
func ParseCode(s string) (Code, error) {
	if len(s) != codeLength {
		return "", ErrCodeLength
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return "", ErrCodeCharacter
		}
	}
	if s[codeLength-1] != checkDigit([]byte(s[:codeLength-1])) {
		return "", ErrCodeChecksum
	}
	return Code(s), nil
}

// checkDigit is the digit that belongs behind the others.
func checkDigit(digits []byte) byte {
	p := 10
	for _, c := range digits {
		s := (p + int(c-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = 2 * s % 11
	}
	return byte('0' + (11-p)%10)
}

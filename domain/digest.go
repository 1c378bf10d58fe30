package domain

import (
	"encoding/hex"
	"fmt"
)

// Digest is a SHA-256 value. Its one text form is 64 lower-case hex digits.
type Digest [32]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the one text form.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the one text form.
func (d *Digest) UnmarshalText(b []byte) error {
	p, err := ParseDigest(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}

// ParseDigest reads the one text form.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if !DecodeHex(d[:], s) {
		return Digest{}, fmt.Errorf("%q is not 64 lower-case hex digits", s)
	}
	return d, nil
}

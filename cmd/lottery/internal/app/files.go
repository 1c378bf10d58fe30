package app

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"lotteryledger/domain"
)

// DigestOf returns the SHA-256 of a file with evidence.
func DigestOf(name string) (domain.Digest, error) {
	f, err := os.Open(name)
	if err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	defer f.Close() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	return domain.Digest(h.Sum(nil)), nil
}

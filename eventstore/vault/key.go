package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"lotteryledger/domain/fault"
)

// Key is a master key. It prints as its id.
type Key [32]byte

// NewKey makes a random key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // never fails: it would end the program
	return k
}

// ParseKey reads a key of 64 hex digits, with or without blanks around it.
func ParseKey(text string) (Key, error) {
	b, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != len(Key{}) { // not wrapped: it may repeat the key
		return Key{}, fault.New(fault.VaultKey, "a master key is %d bytes in hex", len(Key{}))
	}
	return Key(b), nil
}

// Reveal is the text that [ParseKey] reads.
func (k Key) Reveal() string { return hex.EncodeToString(k[:]) }

// ID names the key without giving it away: 16 hex digits.
func (k Key) ID() string { return hex.EncodeToString(k.id()) }

func (k Key) id() []byte {
	sum := sha256.Sum256(append([]byte("lotteryledger vault key v1\n"), k[:]...))
	return sum[:8]
}

// Format prints the id whatever the verb is.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.ID()) }

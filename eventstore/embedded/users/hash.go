package users

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// hash is a password as the user file keeps it.
type hash struct {
	memory    uint32 // KiB
	passes    uint32
	threads   uint8
	salt, sum []byte
}

// The cost of new hashes.
const (
	newMemory  = 64 << 10
	newPasses  = 3
	newThreads = 1
	newSalt    = 16
	newSum     = 32
)

// Bounds of what is read: a line of the file must not make the server useless.
const (
	mostMemory  = 256 << 10
	mostPasses  = 16
	mostThreads = 16
	leastSalt   = 8
	leastSum    = 16
	mostBytes   = 64
)

func newHash(password string) hash {
	h := hash{
		memory: newMemory, passes: newPasses, threads: newThreads,
		salt: make([]byte, newSalt),
	}
	rand.Read(h.salt) // never fails
	h.sum = h.compute(password, newSum)
	return h
}

func (h hash) compute(password string, size int) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(size))
}

// matches computes the hash of a password and compares.
func (h hash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.compute(password, len(h.sum)), h.sum) == 1
}

// cost is the work that computing the hash takes.
func (h hash) cost() uint64 { return uint64(h.memory) * uint64(h.passes) }

// decoy is a hash of the same cost that no password has.
func (h hash) decoy() hash {
	h.salt, h.sum = make([]byte, len(h.salt)), make([]byte, len(h.sum))
	rand.Read(h.salt)
	rand.Read(h.sum)
	return h
}

// String is the form in which the file keeps the hash.
func (h hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes,
		h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.sum))
}

var errHashForm = errors.New("the hash is not of the form $argon2id$v=19$m=…,t=…,p=…$salt$sum")

func parseHash(s string) (hash, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 {
		return hash{}, errHashForm
	}
	var h hash
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes,
		&h.threads); err != nil {
		return hash{}, errHashForm
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return hash{}, errHashForm
	}
	if h.sum, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return hash{}, errHashForm
	}
	if h.String() != s {
		return hash{}, errHashForm
	}
	return h, h.check()
}

func (h hash) check() error {
	switch {
	case h.threads < 1 || h.threads > mostThreads:
		return fmt.Errorf("the hash has p=%d; 1 to %d is allowed", h.threads, mostThreads)
	case h.passes < 1 || h.passes > mostPasses:
		return fmt.Errorf("the hash has t=%d; 1 to %d is allowed", h.passes, mostPasses)
	case h.memory < 8*uint32(h.threads) || h.memory > mostMemory:
		return fmt.Errorf("the hash has m=%d; 8 for each thread to %d is allowed", h.memory,
			mostMemory)
	case len(h.salt) < leastSalt || len(h.salt) > mostBytes:
		return fmt.Errorf("the salt has %d bytes; %d to %d are allowed", len(h.salt), leastSalt,
			mostBytes)
	case len(h.sum) < leastSum || len(h.sum) > mostBytes:
		return fmt.Errorf("the sum has %d bytes; %d to %d are allowed", len(h.sum), leastSum,
			mostBytes)
	}
	return nil
}

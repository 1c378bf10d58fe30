package checkpoint

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"lotteryledger/domain/fault"
)

// GenerateKey makes an Ed25519 key pair for the ledger named origin, from 32 bytes of
// random, and returns both halves as text:
//
//	skey: PRIVATE+KEY+<origin>+<key id, 8 hex digits>+<base64(0x01 || seed, 32 bytes)>
//	vkey: <origin>+<key id, 8 hex digits>+<base64(0x01 || public key, 32 bytes)>
//
// The skey is a secret. The vkey is what auditors are given.
func GenerateKey(origin string, random io.Reader) (skey, vkey string, err error) {
	if err := CheckOrigin(origin); err != nil {
		return "", "", err
	}
	skey, vkey, err = note.GenerateKey(random, origin)
	if err != nil {
		return "", "", fmt.Errorf("generating key of %q: %w", origin, err)
	}
	return skey, vkey, nil
}

// NewSigner reads an skey. Its errors hold nothing of the key.
func NewSigner(skey string) (note.Signer, error) {
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, fault.New(fault.CheckpointKey, "reading private key: %w", err)
	}
	if err := CheckOrigin(s.Name()); err != nil {
		return nil, err
	}
	return s, nil
}

// keyLength is the length of base64(0x01 || public key).
const keyLength = 44

// NewVerifier reads a vkey, in the one form that GenerateKey writes: people compare keys as
// texts.
func NewVerifier(vkey string) (note.Verifier, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fault.New(fault.CheckpointKey, "reading verifier key: %w", err)
	}
	if head := fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash()); !strings.HasPrefix(vkey, head) ||
		len(vkey) != len(head)+keyLength {
		return nil, fault.New(fault.CheckpointKey,
			"reading verifier key: it is not in its one form")
	}
	if err := CheckOrigin(v.Name()); err != nil {
		return nil, err
	}
	return v, nil
}

// CheckOrigin refuses what cannot be the name of a ledger; see the package comment.
func CheckOrigin(origin string) error {
	if len(origin) < 1 || len(origin) > 255 {
		return fault.New(fault.CheckpointOrigin, "origin has %d bytes, want 1 to 255", len(origin))
	}
	for i := range len(origin) {
		if b := origin[i]; b <= ' ' || b > '~' || b == '+' {
			return fault.New(fault.CheckpointOrigin,
				"origin %q: byte %#02x at %d is not allowed", origin, b, i)
		}
	}
	if strings.Contains(origin, "://") || strings.HasSuffix(origin, "/") {
		return fault.New(fault.CheckpointOrigin,
			"origin %q has a scheme or ends in a slash", origin)
	}
	return nil
}

// Package checkpoint reads and writes the signed size and root of a ledger.
//
// A checkpoint is a signed note (C2SP signed-note v1) whose text is a C2SP
// tlog-checkpoint v1 body of exactly three lines, each ended by a newline:
//
//	<origin>
//	<size: number of leaves, decimal, no sign, no leading zero>
//	<root: 32 bytes in standard padded base64>
//
// The note is the body, an empty line, and one line per signature:
//
//	— <key name> <base64(key id, 4 bytes || signature, 64 bytes)>
//
// with U+2014 and a space at the beginning. The signature is Ed25519 over the body,
// final newline included. The key id is the first four bytes of
// SHA-256(key name || 0x0a || 0x01 || public key).
//
// The specification allows further lines in the body. This package refuses them:
// what they say is not covered by the tree, so no auditor could check it. Thus a
// body has one byte form only, and an accepted body always formats to itself.
//
// The origin is the name of the ledger and of its key: 1 to 255 bytes of printable
// ASCII without space or '+', no scheme and no slash at the end; by convention the
// address of the published folder without "https://".
//
// Signatures by keys that the caller did not name, such as those of witnesses, are
// carried along and ignored; a signature by a named key that does not verify
// makes the whole note invalid.
package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// Checkpoint says that the ledger named Origin has Size leaves and that the hash
// of their Merkle tree is Root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// maxRaw bounds a note: a body, and room for far more cosignatures than the 100
// signature lines that are ever parsed.
const maxRaw = 1 << 20

// Body returns the text that is signed.
func (c Checkpoint) Body() ([]byte, error) {
	if err := CheckOrigin(c.Origin); err != nil {
		return nil, err
	}
	if c.Size < 0 {
		return nil, fault.New(fault.CheckpointMalformed, "size %d is negative", c.Size)
	}
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Origin, c.Size, c.Root), nil
}

// Parse reads a body. It says nothing about who signed it.
func Parse(body []byte) (Checkpoint, error) {
	lines := strings.SplitN(string(body), "\n", 5)
	if len(lines) != 4 || lines[3] != "" {
		return Checkpoint{}, fault.New(fault.CheckpointMalformed,
			"body is not three lines that end in a newline")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, fault.New(fault.CheckpointMalformed,
			"size is not a decimal number from 0 to 2^63-1")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, fault.New(fault.CheckpointMalformed,
			"root is not the base64 of 32 bytes")
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root}
	canonical, err := c.Body()
	if err != nil {
		return Checkpoint{}, err
	}
	if !bytes.Equal(canonical, body) {
		return Checkpoint{}, fault.New(fault.CheckpointMalformed,
			"size or root is not in its one written form")
	}
	return c, nil
}

// Sign returns the note of c with the signature of the ledger's own key, whose
// name must be the origin.
func Sign(c Checkpoint, signer note.Signer) ([]byte, error) {
	if signer.Name() != c.Origin {
		return nil, fault.New(fault.CheckpointOrigin,
			"key %q cannot sign for origin %q", signer.Name(), c.Origin)
	}
	body, err := c.Body()
	if err != nil {
		return nil, err
	}
	raw, err := note.Sign(&note.Note{Text: string(body)}, signer)
	if err != nil {
		return nil, fmt.Errorf("signing checkpoint of size %d: %w", c.Size, err)
	}
	return raw, nil
}

// Open checks that raw is a note that carries a good signature of the ledger's key, and
// returns the checkpoint in it. The origin must be the name of that key.
func Open(raw []byte, ledger note.Verifier) (Checkpoint, error) {
	if len(raw) > maxRaw {
		return Checkpoint{}, fault.New(fault.CheckpointMalformed,
			"%d bytes, more than %d", len(raw), maxRaw)
	}
	n, err := note.Open(raw, note.VerifierList(ledger))
	if err != nil {
		return Checkpoint{}, openFailure(err, ledger)
	}
	c, err := Parse([]byte(n.Text))
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != ledger.Name() {
		return Checkpoint{}, fault.New(fault.CheckpointOrigin,
			"checkpoint is of %q, key is of %q", c.Origin, ledger.Name())
	}
	return c, nil
}

func openFailure(err error, ledger note.Verifier) error {
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &unverified):
		return fault.New(fault.CheckpointSignature,
			"no signature by key %s+%08x", ledger.Name(), ledger.KeyHash())
	case errors.As(err, &invalid):
		return fault.New(fault.CheckpointSignature, "%w", err)
	}
	return fault.New(fault.CheckpointMalformed, "%w", err)
}

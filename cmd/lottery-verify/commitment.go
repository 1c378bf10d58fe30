package main

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"

	"lotteryledger/domain"
	"lotteryledger/domain/personal"
)

func bindCommitment(fs *flag.FlagSet) action {
	record := fs.String("record", "", "`file` with the personal record, as the office gave it")
	salt := fs.String("salt", "", "the record's 32-byte salt in `hex`")
	commitment := fs.String("commitment", "", "the commitment in the ledger, 64 `hex` digits")
	return func(_ output, fs *flag.FlagSet, _ string) (report, error) {
		return checkCommitment(fs, *record, *salt, *commitment)
	}
}

func checkCommitment(fs *flag.FlagSet, file, salt, commitment string) (report, error) {
	if err := required(fs, "record", "salt", "commitment"); err != nil {
		return nil, err
	}
	s, err := hex.DecodeString(salt)
	if err != nil || len(s) != len(personal.Salt{}) {
		return nil, misuse(fmt.Sprintf("the salt is %d bytes in hex", len(personal.Salt{})))
	}
	c, err := domain.ParseDigest(commitment)
	if err != nil {
		return nil, misuse("the commitment is 64 lower-case hex digits")
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	// An editor or a shell may have ended the line.
	r, err := personal.Verify(c, personal.Salt(s),
		bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r")))
	if err != nil {
		return nil, err
	}
	return commitmentReport{Valid: true, Commitment: c, Members: len(r.Members())}, nil
}

// commitmentReport tells nothing of the record but its size.
type commitmentReport struct {
	Valid      bool          `json:"valid"`
	Commitment domain.Digest `json:"commitment"`
	Members    int           `json:"members"`
}

func (r commitmentReport) writeText(w io.Writer, t words) error {
	_, err := fmt.Fprintf(w, t.committed+"\n", r.Members, r.Commitment)
	return err
}

// Package personal is the record of the people behind an applicant, and the
// commitment to it that the public ledger holds. The record itself never enters the
// ledger.
//
// A record has one byte form, a JSON object in UTF-8 without white space:
//
//	{"members":[{"role":"main","name":"…","identity_number":"…","mobile":"…"}, …]}
//
// Members stand in the order main, spouse, others, and the others in the order of their identity
// numbers, which all differ. There are 1 to 20; the first one is main, and at most one is spouse.
// An identity number is 18 plain digits, the last one perhaps a capital X. mobile is left out
// when it is not known. In a name the characters " and \ are written as \" and \\, every other
// one as itself; there are no other escapes.
//
// The commitment is
//
//	SHA-256("lotteryledger personal record v1\n" || salt || record)
//
// where the first part is these 33 bytes of ASCII (0x0a is the last), the salt is 32 secret
// uniformly random bytes, and the record is its bytes as above. Salt and record together prove
// what was recorded. The commitment alone reveals nothing.
package personal

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// Tag begins what is hashed into a commitment.
const Tag = "lotteryledger personal record v1\n"

// Salt hides a record in its commitment. With the salt, records can be guessed and tried.
type Salt [32]byte

// Record names the people of an applicant. Every way of printing it shows its size only.
// [Record.Bytes] and [Record.Members] return its content. The zero Record names nobody.
type Record struct{ members []Member }

// Member is one person. It prints as its masks.
type Member struct {
	Role     rules.Role
	Name     string
	Identity identity.Number
	Mobile   string // "" when not known
}

func (m Member) String() string {
	name, mobile := identity.MaskName(m.Name), identity.MaskMobile(m.Mobile)
	return fmt.Sprintf("%s %s %s %s", m.Role, name, m.Identity.Mask(), mobile)
}

// Format prints the masks whatever the verb is.
func (m Member) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, m.String()) }

func (r Record) String() string { return fmt.Sprintf("personal record of %d", len(r.members)) }

// Format prints the size whatever the verb is.
func (r Record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// New makes the record of these people, in whatever order they come. What it
// refuses, it refuses without repeating it.
func New(members []Member) (Record, error) {
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, func(x, y Member) int {
		if c := place(x.Role) - place(y.Role); c != 0 {
			return c
		}
		return strings.Compare(x.Identity.Reveal(), y.Identity.Reveal())
	})
	if len(sorted) < 1 || len(sorted) > rules.MaxMembers {
		return Record{}, malformed("it has 1 to %d members", rules.MaxMembers)
	}
	seen := map[identity.Number]bool{}
	for i, m := range sorted {
		switch {
		case place(m.Role) == unknownRole, (i == 0) != (m.Role == rules.Main),
			i > 1 && m.Role == rules.Spouse:
			return Record{}, malformed("it has one main member, at most one spouse, and others")
		case !identity.ValidName(m.Name):
			return Record{}, malformed("name of member %d", i+1)
		case m.Identity == identity.Number{}, seen[m.Identity]:
			return Record{}, malformed("identity number of member %d is missing or repeated", i+1)
		case m.Mobile != "" && !identity.ValidMobile(m.Mobile):
			return Record{}, malformed("mobile number of member %d", i+1)
		}
		seen[m.Identity] = true
	}
	return Record{sorted}, nil
}

// unknownRole is the place of a role that there is not.
const unknownRole = 3

func place(r rules.Role) int {
	if i := slices.Index([]rules.Role{rules.Main, rules.Spouse, rules.Other}, r); i >= 0 {
		return i
	}
	return unknownRole
}

func malformed(format string, args ...any) error {
	return fault.New(fault.RecordMalformed, "personal record: "+format, args...)
}

// IsZero reports whether the record names nobody.
func (r Record) IsZero() bool { return len(r.members) == 0 }

// Members lists the people in the order of the byte form.
func (r Record) Members() []Member { return slices.Clone(r.members) }

// Bytes is the one byte form. It holds personal data in the clear.
func (r Record) Bytes() []byte {
	b := []byte(`{"members":[`)
	for i, m := range r.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, `{"role":"`...), m.Role...)
		b = quoted(append(b, `","name":"`...), m.Name)
		b = append(append(b, `","identity_number":"`...), m.Identity.Reveal()...)
		if m.Mobile != "" {
			b = append(append(b, `","mobile":"`...), m.Mobile...)
		}
		b = append(b, `"}`...)
	}
	return append(b, `]}`...)
}

func quoted(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return b
}

// Read reads a record in any JSON with the fields of the byte form, such as one that
// was written by hand.
func Read(raw []byte) (Record, error) {
	var in struct {
		Members []struct {
			Role     rules.Role `json:"role"`
			Name     string     `json:"name"`
			Identity string     `json:"identity_number"`
			Mobile   string     `json:"mobile"`
		} `json:"members"`
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil { // not wrapped: it may repeat what it read
		return Record{}, malformed(
			"it is not a JSON object with members, " +
				"each with role, name, identity_number and mobile")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Record{}, malformed("something follows behind it")
	}
	members := make([]Member, len(in.Members))
	for i, m := range in.Members {
		n, err := identity.Parse(m.Identity)
		if err != nil {
			return Record{}, malformed("identity number of member %d: %v", i+1, err)
		}
		members[i] = Member{Role: m.Role, Name: m.Name, Identity: n, Mobile: m.Mobile}
	}
	return New(members)
}

// Parse reads the one byte form and nothing else.
func Parse(raw []byte) (Record, error) {
	r, err := Read(raw)
	if err != nil {
		return Record{}, err
	}
	if string(r.Bytes()) != string(raw) {
		return Record{}, malformed("it is not in its one byte form")
	}
	return r, nil
}

// Commit is the commitment to a record.
func (r Record) Commit(salt Salt) domain.Digest { return commit(salt, r.Bytes()) }

func commit(salt Salt, record []byte) domain.Digest {
	b := make([]byte, 0, len(Tag)+len(salt)+len(record))
	b = append(append(append(b, Tag...), salt[:]...), record...)
	return sha256.Sum256(b)
}

// Verify proves that the bytes are the record behind a commitment. A record in another form than
// its own is refused, committed to or not.
func Verify(commitment domain.Digest, salt Salt, record []byte) (Record, error) {
	r, err := Parse(record)
	if err != nil {
		return Record{}, err
	}
	if commit(salt, record) != commitment {
		return Record{}, fault.New(fault.CommitmentMismatch,
			"record and salt do not give the commitment %s", commitment)
	}
	return r, nil
}

// Package csvfile reads the file of applications that an office exports.
//
// The file is UTF-8 (a byte order mark is allowed), one line per person, columns
// separated by commas, and begins with the line that [Header] returns. A value may
// stand in double quotes, with "" for a quote inside; it never holds a line break, so
// that a broken row is the matter of one line and the number of a row is the number
// of its line: the header is row 1. Empty lines count but say nothing.
//
// The rows of one application stand next to each other and carry the same
// application_no. An application is good when all its rows are; otherwise none of them
// is used, every one of them is reported, and reading goes on behind them. A report
// names row, column and code, never what the cell holds: cells hold personal data.
//
// docs/import.md gives every column and code in words.
package csvfile

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// Application is one good application: all its rows, in the order main, spouse,
// others as in the file.
type Application struct {
	Row           int    // of its first row
	Number        string // the office's own file number
	ApplicantKind domain.ApplicantKind
	IndicatorKind domain.IndicatorKind
	Members       []Member
	Generations   int         // 1 to 3 for a family, else 0
	FamilySince   domain.Time // midnight UTC; 0: not given
	SubmittedAt   domain.Time
	Scale         int      // of an organisation
	Choices       []string // names of pools, the most wanted first
}

// Member is one person of an application. Dates are midnights in UTC.
type Member struct {
	Row            int
	Role           rules.Role
	Name           string
	Identity       identity.Number           // zero for an organisation
	Organisation   identity.OrganisationCode // zero for a person
	Mobile         string                    // may be empty unless main
	DrawsUntil2020 int
	DrawsSince2021 int
	WaitingSince   domain.Time // 0: not given
	RegisteredOn   domain.Time
	Grounds        []rules.Ground // ascending
}

// reveal is the number of the person, or the code of the organisation.
func (m Member) reveal() string { return m.Identity.Reveal() + m.Organisation.Reveal() }

// Problem is why a row was not used. Column is empty when the whole row is meant.
type Problem struct {
	Row    int
	Column string
	Code   string
}

// NoMembers is the problem of an application without rows.
func NoMembers() Problem { return Problem{2, ColRole.String(), codeMainMissing} }

// String is the line of a report: row, column and code, separated by tabs.
func (p Problem) String() string {
	return strconv.Itoa(p.Row) + "\t" + p.Column + "\t" + p.Code
}

// Canonical is one byte form of everything the application says, whatever the rows it
// stands in, the order of its other members, and the spelling of its numbers. Two
// applications are equal in this sense exactly if their bytes are. Each field is its
// length as a uvarint and its text; the first field is the name of the form.
//
// The bytes hold personal data in the clear: derive ids from them under a secret key.
func (a Application) Canonical() []byte {
	var b []byte
	field := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	number := func(n int64) { field(strconv.FormatInt(n, 10)) }

	field("application-row.v1")
	field(a.Number)
	field(string(a.ApplicantKind))
	field(string(a.IndicatorKind))
	number(int64(a.Generations))
	number(int64(a.FamilySince))
	number(int64(a.SubmittedAt))
	members := slices.Clone(a.Members)
	slices.SortFunc(members, func(x, y Member) int {
		if c := place(x.Role) - place(y.Role); c != 0 {
			return c
		}
		return strings.Compare(x.reveal(), y.reveal())
	})
	number(int64(len(members)))
	for _, m := range members {
		field(string(m.Role))
		field(m.Name)
		field(m.reveal())
		field(m.Mobile)
		number(int64(m.DrawsUntil2020))
		number(int64(m.DrawsSince2021))
		number(int64(m.WaitingSince))
		number(int64(m.RegisteredOn))
	}
	if a.Scale != 0 {
		field("scale")
		number(int64(a.Scale))
	}
	for _, c := range a.Choices {
		field("choice")
		field(c)
	}
	for i, m := range members {
		for _, g := range m.Grounds {
			field("ground")
			number(int64(i))
			field(string(g))
		}
	}
	return b
}

// place orders the members of an application by their role.
func place(r rules.Role) int {
	switch r {
	case rules.Main:
		return 0
	case rules.Spouse:
		return 1
	}
	return 2
}

package csvfile

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// row is one line of the file: what it says, and what is wrong with it.
type row struct {
	n             int
	number        string // "" when it cannot be read
	applicantKind domain.ApplicantKind
	indicatorKind domain.IndicatorKind
	member        Member
	generations   int         // 0: not given
	familySince   domain.Time // 0: not given
	submittedAt   domain.Time // 0: not given
	scale         int
	choices       []string
	problems      []Problem
}

func (w *row) bad(c Column, code string) {
	w.problems = append(w.problems, Problem{w.n, c.String(), code})
}

// parseRow reads one line. The number of its application is read from damaged lines
// too, as far as possible, to know whom the damage concerns.
func parseRow(n int, line []byte, tooLong bool, columns int) row {
	w := row{n: n}
	s := string(line)
	values, ok := split(s, make([]string, 0, allColumns))
	switch {
	case tooLong:
		w.bad(noColumn, codeRowTooLong)
	case !utf8.Valid(line):
		w.bad(noColumn, codeRowEncoding)
	case !ok:
		w.bad(noColumn, codeRowDamaged)
	case len(values) != columns:
		w.bad(noColumn, codeRowColumns)
	default:
		w.parse(values[:allColumns]) // those that the file does not have are empty
		return w
	}
	first, _, _ := strings.Cut(s, ",")
	if len(values) > 0 {
		first = values[0]
	}
	if fileNumber(first) {
		w.number = first
	}
	return w
}

func (w *row) parse(values []string) {
	get := func(c Column) string { return values[c] }
	// need is get for a column that every row fills.
	need := func(c Column) (string, bool) {
		if values[c] == "" {
			w.bad(c, codeEmptyField)
			return "", false
		}
		return values[c], true
	}

	if s, ok := need(ColApplicationNo); ok {
		if fileNumber(s) {
			w.number = s
		} else {
			w.bad(ColApplicationNo, codeFileNumber)
		}
	}
	if s, ok := need(ColApplicantKind); ok {
		if w.applicantKind = domain.ApplicantKind(s); !w.applicantKind.Valid() {
			w.bad(ColApplicantKind, codeUnknownKind)
		}
	}
	if s, ok := need(ColIndicatorKind); ok {
		if w.indicatorKind = domain.IndicatorKind(s); !w.indicatorKind.Valid() {
			w.bad(ColIndicatorKind, codeUnknownKind)
		}
	}

	m := &w.member
	m.Row = w.n
	if s, ok := need(ColRole); ok {
		m.Role = rules.Role(s)
		if m.Role != rules.Main && m.Role != rules.Spouse && m.Role != rules.Other {
			w.bad(ColRole, codeUnknownRole)
		}
	}
	if s, ok := need(ColName); ok {
		if m.Name = s; !identity.ValidName(s) {
			w.bad(ColName, codeNameForm)
		}
	}
	if s, ok := need(ColIdentityNumber); ok {
		var err error
		if w.applicantKind == domain.Organisation {
			m.Organisation, err = identity.ParseOrganisation(s)
		} else {
			m.Identity, err = identity.Parse(s)
		}
		if err != nil {
			w.bad(ColIdentityNumber, fault.CodeOf(err))
		}
	}
	m.Mobile = get(ColMobile)
	switch {
	case m.Mobile == "" && m.Role == rules.Main:
		w.bad(ColMobile, codeEmptyField)
	case m.Mobile != "" && !identity.ValidMobile(m.Mobile):
		w.bad(ColMobile, codeMobileForm)
	}
	if s, ok := need(ColDrawsUntil2020); ok {
		m.DrawsUntil2020 = w.integer(ColDrawsUntil2020, s, 0, rules.MaxDrawsUntil2020)
	}
	if s, ok := need(ColDrawsSince2021); ok {
		m.DrawsSince2021 = w.integer(ColDrawsSince2021, s, 0, rules.MaxDrawsSince2021)
	}
	m.WaitingSince = w.date(ColWaitingSince, get(ColWaitingSince))
	if s, ok := need(ColRegisteredOn); ok {
		m.RegisteredOn = w.date(ColRegisteredOn, s)
	}
	w.parseMainColumns(get)
	w.parseMore(get)
}

// parseMainColumns reads what the main applicant's row says for the whole
// application, and other rows may repeat.
func (w *row) parseMainColumns(get func(Column) string) {
	main, family := w.member.Role == rules.Main, w.applicantKind == domain.Family
	since, gens, submitted := get(ColFamilySince), get(ColGenerations), get(ColSubmittedAt)
	switch {
	case family:
		w.familySince = w.date(ColFamilySince, since)
		switch {
		case gens != "":
			w.generations = w.integer(ColGenerations, gens, 1, maxGenerations)
		case main:
			w.bad(ColGenerations, codeEmptyField)
		}
	case w.applicantKind == domain.Individual, w.applicantKind == domain.Organisation:
		if since != "" {
			w.bad(ColFamilySince, codeFamilyOnly)
		}
		if gens != "" && gens != "1" {
			w.bad(ColGenerations, codeFamilyOnly)
		}
	}
	switch {
	case submitted != "":
		w.submittedAt = w.time(submitted)
	case main:
		w.bad(ColSubmittedAt, codeEmptyField)
	}
}

const maxGenerations = 3

// fileNumber reports whether s is 1 to 32 of the characters 0-9 A-Z a-z and "-".
func fileNumber(s string) bool { return domain.IsName(s, 32) && !strings.ContainsAny(s, "._") }

func (w *row) integer(c Column, s string, least, most int) int {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || strconv.Itoa(n) != s:
		w.bad(c, codeNumberForm)
	case n < least || n > most:
		w.bad(c, codeNumberRange)
	default:
		return n
	}
	return 0
}

// The years that a date or time of the file may lie in.
var (
	firstMoment = domain.Time(time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
	endMoment   = domain.Time(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix())
)

// date reads a day, or "" as not given.
func (w *row) date(c Column, s string) domain.Time {
	if s == "" {
		return 0
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		w.bad(c, codeDateForm)
		return 0
	}
	return w.within(c, domain.Time(t.Unix()), codeDateRange)
}

func (w *row) time(s string) domain.Time {
	t, err := domain.ParseTime(s)
	if err != nil {
		w.bad(ColSubmittedAt, codeTimeForm)
		return 0
	}
	return w.within(ColSubmittedAt, t, codeTimeRange)
}

func (w *row) within(c Column, t domain.Time, code string) domain.Time {
	if t < firstMoment || t >= endMoment {
		w.bad(c, code)
		return 0
	}
	return t
}

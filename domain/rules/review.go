package rules

import (
	"slices"
	"time"

	"lotteryledger/domain"
)

// RequiredCheck is one item that a department has to find in order before an
// application may be approved.
type RequiredCheck struct {
	Department string                 `json:"department"`
	Item       string                 `json:"item"`
	Indicators []domain.IndicatorKind `json:"indicators,omitempty"` // all kinds when left out
	Applicants []domain.ApplicantKind `json:"applicants,omitempty"` // likewise
}

// For reports whether an application of these kinds needs the check.
func (c RequiredCheck) For(i domain.IndicatorKind, a domain.ApplicantKind) bool {
	return (len(c.Indicators) == 0 || slices.Contains(c.Indicators, i)) &&
		(len(c.Applicants) == 0 || slices.Contains(c.Applicants, a))
}

// Validity says how long an application of this kind of applicant takes part from its
// approval, or from its renewal: so many seconds, or until the end of a day (Month,
// Day) of the calendar year that is Years after that of the approval. The calendar is
// that of a place UTCOffset seconds ahead of UTC.
type Validity struct {
	Applicant domain.ApplicantKind `json:"applicant"`
	Seconds   int64                `json:"seconds,omitzero"`
	Years     int                  `json:"years,omitzero"`
	Month     int                  `json:"month,omitzero"`
	Day       int                  `json:"day,omitzero"`
	UTCOffset int64                `json:"utc_offset,omitzero"` // seconds
}

// until is the first moment at which what was approved at the given one is over.
func (v Validity) until(at domain.Time) domain.Time {
	end := at + domain.Time(v.Seconds)
	if v.Seconds == 0 {
		year := (at + domain.Time(v.UTCOffset)).Year() + v.Years
		midnight := time.Date(year, time.Month(v.Month), v.Day+1, 0, 0, 0, 0, time.UTC)
		end = domain.Time(midnight.Unix() - v.UTCOffset)
	}
	return min(end, domain.MaxTime)
}

// ValidUntil is the first moment at which an application that is approved or renewed
// at the given one is no longer valid, or 0 when its kind of applicant has no end.
func (v Version) ValidUntil(a domain.ApplicantKind, at domain.Time) domain.Time {
	for _, k := range v.Validity {
		if k.Applicant == a {
			return k.until(at)
		}
	}
	return 0
}

// Checks lists what applications of these kinds have to pass, in the order of the rules.
func (v Version) Checks(i domain.IndicatorKind, a domain.ApplicantKind) []RequiredCheck {
	var due []RequiredCheck
	for _, c := range v.RequiredChecks {
		if c.For(i, a) {
			due = append(due, c)
		}
	}
	return due
}

// maxChecks bounds the checks of a version, and with them what an application carries.
const maxChecks = 100

// checkReview refuses what the rules say of reviews when no application could be
// reviewed by it. A list with nothing in it has to be left out: it would be stored so.
func (v Version) checkReview() error {
	bad := func(format string, args ...any) error { return domain.Reject("invalid_rules", format, args...) }
	switch {
	case v.RequiredChecks != nil && len(v.RequiredChecks) == 0, len(v.RequiredChecks) > maxChecks:
		return bad("required_checks are 1 to %d, or left out", maxChecks)
	case v.RecheckSeconds < 0 || v.RecheckSeconds > maxPeriod:
		return bad("recheck_seconds must be 1 to %d, or left out", int64(maxPeriod))
	case v.RecheckAnswerSeconds < 0 || v.RecheckAnswerSeconds > maxPeriod:
		return bad("recheck_answer_seconds must be 1 to %d, or left out", int64(maxPeriod))
	case (v.RecheckSeconds == 0) != (v.RecheckAnswerSeconds == 0):
		return bad("recheck_seconds and recheck_answer_seconds go together")
	case v.Validity != nil && len(v.Validity) == 0:
		return bad("validity has an entry, or is left out")
	}
	for i, c := range v.RequiredChecks {
		if !domain.ValidID(c.Department) || !domain.ValidID(c.Item) {
			return bad("required check %d: department %q or item %q is not well formed", i+1, c.Department, c.Item)
		}
		for _, other := range v.RequiredChecks[:i] {
			if other.Department == c.Department && other.Item == c.Item {
				return bad("required check %s of %s twice", c.Item, c.Department)
			}
		}
		if c.Indicators != nil && !each(c.Indicators, domain.IndicatorKind.Valid) || c.Applicants != nil && !each(c.Applicants, domain.ApplicantKind.Valid) {
			return bad("required check %s of %s: a kind is unknown or named twice, or there is none", c.Item, c.Department)
		}
	}
	for i, k := range v.Validity {
		if !k.Applicant.Valid() || slices.ContainsFunc(v.Validity[:i], func(o Validity) bool { return o.Applicant == k.Applicant }) {
			return bad("validity of %q applicants, who are unknown or named twice", k.Applicant)
		}
		if !k.wellFormed() {
			return bad("validity of %q applicants: either seconds, 1 to %d, or years, 1 to 10, with a month and a day of every year", k.Applicant, int64(maxPeriod))
		}
	}
	return nil
}

func (v Validity) wellFormed() bool {
	const day = 86400
	if v.Seconds != 0 {
		return v.Seconds > 0 && v.Seconds <= maxPeriod && v == Validity{Applicant: v.Applicant, Seconds: v.Seconds}
	}
	date := time.Date(2001, time.Month(v.Month), v.Day, 0, 0, 0, 0, time.UTC) // not a leap year
	return v.Years >= 1 && v.Years <= 10 && int(date.Month()) == v.Month && date.Day() == v.Day &&
		v.UTCOffset > -day && v.UTCOffset < day
}

// each reports whether all of at least one are valid and no two alike.
func each[K comparable](kinds []K, valid func(K) bool) bool {
	for i, k := range kinds {
		if !valid(k) || slices.Contains(kinds[:i], k) {
			return false
		}
	}
	return len(kinds) > 0
}

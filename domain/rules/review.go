package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
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
	bad := func(format string, args ...any) error {
		return fault.New(fault.InvalidRules, format, args...)
	}
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
			return bad("required check %d: department %q or item %q is not well formed",
				i+1, c.Department, c.Item)
		}
		for _, other := range v.RequiredChecks[:i] {
			if other.Department == c.Department && other.Item == c.Item {
				return bad("required check %s of %s twice", c.Item, c.Department)
			}
		}
		if !distinct(c.Indicators, domain.IndicatorKind.Valid) ||
			!distinct(c.Applicants, domain.ApplicantKind.Valid) {
			return bad("required check %s of %s: "+
				"a kind is unknown or named twice, or there is none",
				c.Item, c.Department)
		}
	}
	for i, k := range v.Validity {
		same := func(o Validity) bool { return o.Applicant == k.Applicant }
		if !k.Applicant.Valid() || slices.ContainsFunc(v.Validity[:i], same) {
			return bad("validity of %q applicants, who are unknown or named twice", k.Applicant)
		}
		if !k.wellFormed() {
			return bad("validity of %q applicants: either seconds, 1 to %d, or years, 1 to 10, "+
				"with a month and a day of every year", k.Applicant, int64(maxPeriod))
		}
	}
	return nil
}

// distinct reports whether a list that may be left out, but not empty, holds valid
// values, each once.
func distinct[T comparable](list []T, valid func(T) bool) bool {
	for i, v := range list {
		if !valid(v) || slices.Contains(list[:i], v) {
			return false
		}
	}
	return list == nil || len(list) > 0
}

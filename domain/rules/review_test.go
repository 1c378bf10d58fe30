package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// TestFamilyValidity: an application of a family is valid until 8 March of the next year,
// 24:00 in Beijing, and a renewal counts from its own year (lottery practice 1.3).
func TestFamilyValidity(t *testing.T) {
	v := beijing()
	for approved, until := range map[string]string{
		"2026-04-20T01:00:00Z": "2027-03-08T16:00:00Z",
		"2026-11-08T01:00:00Z": "2027-03-08T16:00:00Z",
		"2026-12-31T15:59:59Z": "2027-03-08T16:00:00Z", // the last second of 2026 in Beijing
		"2026-12-31T16:00:00Z": "2028-03-08T16:00:00Z",
		"2027-02-01T01:00:00Z": "2028-03-08T16:00:00Z",
	} {
		require.Equal(t, until, v.ValidUntil(domain.Family, at(t, approved)).String(), approved)
	}
	require.Zero(t, v.ValidUntil(domain.Individual, at(t, "2026-04-20T01:00:00Z")),
		"the practice of today is not known")
}

func TestValidity(t *testing.T) {
	v := beijing()
	v.Validity = []rules.Validity{
		{Applicant: domain.Individual, Seconds: 90 * 86400},
		{Applicant: domain.Family, Years: 2, Month: 12, Day: 31},
	}
	require.NoError(t, v.Check())
	require.Equal(t, "2026-07-19T01:00:00Z",
		v.ValidUntil(domain.Individual, at(t, "2026-04-20T01:00:00Z")).String())
	require.Equal(t, "2029-01-01T00:00:00Z",
		v.ValidUntil(domain.Family, at(t, "2026-04-20T01:00:00Z")).String())
	require.Equal(t, domain.MaxTime, v.ValidUntil(domain.Individual, domain.MaxTime-1),
		"time has an end")
	require.Equal(t, domain.MaxTime, v.ValidUntil(domain.Family, domain.MaxTime-1))
}

func TestChecksByKind(t *testing.T) {
	v := beijing()
	require.Empty(t, v.Checks(domain.Ordinary, domain.Individual),
		"which department checks what is not known")
	all := rules.RequiredCheck{Department: "police", Item: "residence"}
	families := rules.RequiredCheck{
		Department: "civil", Item: "kinship",
		Applicants: []domain.ApplicantKind{domain.Family},
	}
	green := rules.RequiredCheck{
		Department: "energy", Item: "charger",
		Indicators: []domain.IndicatorKind{domain.NewEnergy},
	}
	v.RequiredChecks = []rules.RequiredCheck{all, families, green}
	require.NoError(t, v.Check())
	require.Equal(t, []rules.RequiredCheck{all}, v.Checks(domain.Ordinary, domain.Individual))
	require.Equal(t, []rules.RequiredCheck{all, families}, v.Checks(domain.Ordinary, domain.Family))
	require.Equal(t, []rules.RequiredCheck{all, green},
		v.Checks(domain.NewEnergy, domain.Individual))
	require.Equal(t, []rules.RequiredCheck{all, families, green},
		v.Checks(domain.NewEnergy, domain.Family))
}

func TestReviewRulesAreRefused(t *testing.T) {
	check := func(c ...rules.RequiredCheck) func(*rules.Version) {
		return func(v *rules.Version) { v.RequiredChecks = c }
	}
	validity := func(k ...rules.Validity) func(*rules.Version) {
		return func(v *rules.Version) { v.Validity = k }
	}
	const family = domain.Family
	for name, change := range map[string]func(*rules.Version){
		"empty list of checks": func(
			v *rules.Version,
		) {
			v.RequiredChecks = []rules.RequiredCheck{}
		},
		"101 checks":            check(make([]rules.RequiredCheck, 101)...),
		"check of nobody":       check(rules.RequiredCheck{Item: "a"}),
		"check of nothing":      check(rules.RequiredCheck{Department: "a"}),
		"check with a sentence": check(rules.RequiredCheck{Department: "a", Item: "no car"}),
		"check twice": check(rules.RequiredCheck{Department: "a", Item: "b"},
			rules.RequiredCheck{Department: "a", Item: "b"}),
		"check of no applicants": check(rules.RequiredCheck{
			Department: "a", Item: "b",
			Applicants: []domain.ApplicantKind{},
		}),
		"check of the same twice": check(rules.RequiredCheck{
			Department: "a", Item: "b",
			Applicants: []domain.ApplicantKind{family, family},
		}),
		"check of a boat": check(rules.RequiredCheck{
			Department: "a", Item: "b",
			Indicators: []domain.IndicatorKind{"boat"},
		}),
		"recheck below zero": func(v *rules.Version) { v.RecheckSeconds = -1 },
		"recheck for ever":   func(v *rules.Version) { v.RecheckSeconds = 11 * 366 * 86400 },
		"answer below zero":  func(v *rules.Version) { v.RecheckAnswerSeconds = -1 },
		"answer for ever": func(
			v *rules.Version,
		) {
			v.RecheckAnswerSeconds = 11 * 366 * 86400
		},
		"recheck without answer": func(v *rules.Version) { v.RecheckAnswerSeconds = 0 },
		"answer without recheck": func(v *rules.Version) { v.RecheckSeconds = 0 },
		"empty list of validity": func(v *rules.Version) { v.Validity = []rules.Validity{} },
		"validity of a club":     validity(rules.Validity{Applicant: "club", Seconds: 1}),
		"validity twice": validity(rules.Validity{Applicant: family, Seconds: 1},
			rules.Validity{Applicant: family, Seconds: 2}),
		"validity of nothing": validity(rules.Validity{Applicant: family}),
		"validity below zero": validity(rules.Validity{Applicant: family, Seconds: -1}),
		"validity for ever": validity(rules.Validity{
			Applicant: family,
			Seconds:   11 * 366 * 86400,
		}),
		"seconds and a day": validity(rules.Validity{
			Applicant: family, Seconds: 1, Years: 1,
			Month: 3, Day: 8,
		}),
		"day of no year": validity(rules.Validity{Applicant: family, Month: 3, Day: 8}),
		"eleven years": validity(rules.Validity{
			Applicant: family, Years: 11, Month: 3,
			Day: 8,
		}),
		"month 13": validity(rules.Validity{
			Applicant: family, Years: 1, Month: 13,
			Day: 8,
		}),
		"30 February": validity(rules.Validity{
			Applicant: family, Years: 1, Month: 2,
			Day: 30,
		}),
		"29 February": validity(rules.Validity{
			Applicant: family, Years: 1, Month: 2,
			Day: 29,
		}),
		"a day ahead of UTC": validity(rules.Validity{
			Applicant: family, Years: 1, Month: 3,
			Day: 8, UTCOffset: 86400,
		}),
	} {
		v := beijing()
		change(&v)
		require.Equal(t, "invalid_rules", fault.CodeOf(v.Check()), name)
	}
}

package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Schools2026 is a lottery of places in schools. Each child names schools, the most wanted
// first. Children with a ground come before the others, and among equals one lot decides for
// all schools. Each in turn gets a place in the first school of their list that has one
// left. Applicants without a place are on the reserve lists of the schools that they named.
//
// New York's schools give one random number to each child for all choices, and use it only
// inside priority groups. There each school has groups of its own; here they are the same
// for all schools.
func Schools2026() Version {
	const day = 86400
	school := func(name string) Pool {
		return Pool{
			Name: name, Indicator: domain.Ordinary,
			Applicants: []domain.ApplicantKind{domain.Individual},
			Method:     draw.Priority, Entrance: ByChoice,
		}
	}
	return Version{
		Name:          "schools-2026",
		ValidFrom:     domain.Time(1767225600), // 2026-01-01T00:00:00Z
		Pools:         []Pool{school("hillside"), school("lakeside"), school("old-town")},
		NoticeSeconds: 7 * day,
		UseSeconds:    60 * day,
		Mode:          draw.Preference,
		Extras: []Extra{
			{
				Ground: Locality, Applicant: domain.Individual, Role: Main, Method: draw.Priority,
				Steps: 1,
			},
		},
		TwoOfficers: true,
		PromoteFor:  Vacancies, // no place stays empty while a child waits for it
	}
}

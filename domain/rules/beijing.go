package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Beijing2021 is the passenger-car lottery of Beijing under the rules in force from
// 1 January 2021: individuals and families in one draw, organisations in one of
// their own, families by points and individuals by waiting time for new energy. The
// office adopts it under this name or, changed, under one of its own.
//
// Two things are not known from any source and are the plainest that could be: the
// table of organisation weights (one ticket each), and how new energy is allotted
// among organisations (by lot, as in the city's program of 2014). The indicators of
// operating companies are not allotted by lot and have no pool.
func Beijing2021() Version {
	const day = 86400
	pool := func(name string, i domain.IndicatorKind, m draw.Method,
		a ...domain.ApplicantKind,
	) Pool {
		return Pool{Name: name, Indicator: i, Applicants: a, Method: m}
	}
	return Version{
		Name:      "beijing-2021",
		ValidFrom: domain.Time(1609459200), // 2021-01-01T00:00:00Z
		Ladder:    Ladder{DrawsPerStepUntil2020: 6, DrawsPerStepSince2021: 2},
		FamilyPoints: FamilyPoints{
			Main: 2, Other: 1, Step: 1, WaitingYear: 1, FamilyYear: 1, CoupleFactor: 2,
			MaxGenerations: 3,
		},
		Pools: []Pool{
			pool("ordinary", domain.Ordinary, draw.PLD1, domain.Individual, domain.Family),
			pool("new-energy-family", domain.NewEnergy, draw.Points, domain.Family),
			pool("new-energy-individual", domain.NewEnergy, draw.Queue, domain.Individual),
			pool("ordinary-organisation", domain.Ordinary, draw.PLD1, domain.Organisation),
			pool("new-energy-organisation", domain.NewEnergy, draw.PLD1, domain.Organisation),
		},
		NoticeSeconds:       day,
		UseSeconds:          365 * day,
		OrganisationWeights: []Threshold{{From: 0, Weight: 1}},
		Extras: []Extra{
			{Ground: C5Licence, Applicant: domain.Family, Role: Main, Method: draw.PLD1, Steps: 1},
		},

		RecheckSeconds:       15 * day,
		RecheckAnswerSeconds: 31 * day,
		Validity: []Validity{
			{Applicant: domain.Family, Years: 1, Month: 3, Day: 8, UTCOffset: 8 * 3600},
		},

		TwoOfficers: true,
		PromoteFor:  []Vacancy{VacantRevoked, VacantRefused, VacantDeclined},
		Lapse:       Lapse{BarSeconds: 730 * day, ResetLadder: true, Returns: true},
	}
}

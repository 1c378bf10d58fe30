package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Beijing2021 is the passenger-car lottery of Beijing under the rules in force from
// 1 January 2021. The office adopts it under this name
// or, changed, under one of its own.
func Beijing2021() Version {
	const day = 86400
	return Version{
		Name:         "beijing-2021",
		ValidFrom:    domain.Time(1609459200), // 2021-01-01T00:00:00Z
		Ladder:       Ladder{DrawsPerStepUntil2020: 6, DrawsPerStepSince2021: 2},
		FamilyPoints: FamilyPoints{Main: 2, Other: 1, Step: 1, WaitingYear: 1, FamilyYear: 1, CoupleFactor: 2, MaxGenerations: 3},
		Pools: []Pool{
			{"ordinary", domain.Ordinary, []domain.ApplicantKind{domain.Individual, domain.Family}, draw.PLD1},
			{"new-energy-family", domain.NewEnergy, []domain.ApplicantKind{domain.Family}, draw.Points},
			{"new-energy-individual", domain.NewEnergy, []domain.ApplicantKind{domain.Individual}, draw.Queue},
		},
		NoticeSeconds: day,
		UseSeconds:    365 * day,
		PromoteFor:    []Vacancy{VacantRevoked, VacantRefused, VacantDeclined},
		Lapse:         Lapse{BarSeconds: 730 * day, ResetLadder: true, Returns: true},
	}
}

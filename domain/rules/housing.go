package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Housing2026 is a lottery of flats, as different from cars as the rules allow. One
// random order ranks everybody; it is read for three lists in the order of the law:
// neighbours, people of the town, everybody. Flats that a list leaves over go on to the
// next. Places in shared houses are drawn between them, for parties that stay
// together: all of a party get a place, or none. Who is not served stands on the reserve
// lists.
func Housing2026() Version {
	const day = 86400
	anybody := []domain.ApplicantKind{domain.Individual, domain.Family}
	list := func(name string, entrance Entrance, spillTo string) Pool {
		return Pool{
			Name: name, Indicator: domain.Dwelling, Applicants: anybody, Method: draw.PLD1,
			Entrance: entrance, Tickets: OneTicket, Order: "ranking", SpillTo: spillTo,
		}
	}
	return Version{
		Name:         "housing-2026",
		ValidFrom:    domain.Time(1767225600), // 2026-01-01T00:00:00Z
		Ladder:       Ladder{DrawsPerStepUntil2020: 1, DrawsPerStepSince2021: 2},
		FamilyPoints: FamilyPoints{Main: 1, Other: 0, Step: 1, WaitingYear: 0, FamilyYear: 0, CoupleFactor: 1, MaxGenerations: 1},
		Pools: []Pool{
			list("neighbours", ByChoice, "town"),
			list("town", ByChoice, "everybody"),
			{Name: "shared-houses", Indicator: domain.Dwelling, Applicants: anybody, Method: draw.PLD1, Entrance: ByChoice, Group: AllOrNone},
			list("everybody", "", ""),
		},
		NoticeSeconds: 7 * day,
		UseSeconds:    90 * day,
		Mode:          draw.Serial,
		TwoOfficers:   true,
		PromoteFor:    Vacancies, // a flat is never left empty while somebody waits for it
	}
}

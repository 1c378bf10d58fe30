package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Housing2026 is a lottery of flats, as different from cars as the rules allow. One
// random order ranks everybody. It is read for three lists in the order of the law:
// neighbours, people of the town, everybody. The flats that a list leaves over go to the
// next. Rooms in shared houses are drawn for parties that stay together: all of a party
// get one, or none. Every application has one ticket, whatever it lost before. Those
// who are not selected are on the reserve lists.
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
		Name:      "housing-2026",
		ValidFrom: domain.Time(1767225600), // 2026-01-01T00:00:00Z
		Pools: []Pool{
			list("neighbours", ByChoice, "town"),
			list("town", ByChoice, "everybody"),
			{
				Name: "shared-houses", Indicator: domain.Dwelling, Applicants: anybody,
				Method:   draw.PLD1,
				Entrance: ByChoice, Tickets: OneTicket, Group: AllOrNone,
			},
			list("everybody", "", ""),
		},
		NoticeSeconds: 7 * day,
		UseSeconds:    90 * day,
		Mode:          draw.Serial,
		TwoOfficers:   true,
		PromoteFor:    Vacancies, // no flat stays empty while an application waits for it
	}
}

package histories

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
)

// versions are what a history is held under: a city, a city that asks for little, flats
// on lists, and flats by preference. The figures are those of the seed.
func (w *world) versions() []rules.Version {
	v := []rules.Version{w.city(), w.plain(), w.flats(), w.preference()}
	for i := range v {
		v[i].ValidFrom = w.now - 100*day
		v[i].NoticeSeconds = int64(pick(w, 3600, day, 3*day))
		v[i].UseSeconds = int64(w.between(1, 20)) * day
		v[i].Ladder = rules.Ladder{
			DrawsPerStepUntil2020: w.between(1, 6),
			DrawsPerStepSince2021: w.between(1, 3),
		}
		v[i].FamilyPoints = rules.FamilyPoints{
			Main: w.between(1, 2), Other: 1, Step: w.between(0, 1), WaitingYear: w.between(0, 1),
			FamilyYear:   w.between(0, 1),
			CoupleFactor: w.between(1, 2), MaxGenerations: w.between(1, 3),
		}
		w.after(&v[i])
	}
	return v
}

// after sets what follows a draw, and the margins before it.
func (w *world) after(v *rules.Version) {
	if w.chance(2) {
		v.ConfirmSeconds = int64(w.between(1, 5)) * day
	}
	for _, c := range rules.Vacancies {
		if !w.chance(4) {
			v.PromoteFor = append(v.PromoteFor, c)
		}
	}
	if !w.chance(4) {
		v.Lapse = rules.Lapse{
			BarSeconds: int64(w.between(1, 40)) * day, ResetLadder: w.chance(2),
			Returns: w.chance(2),
		}
	}
	if w.chance(2) {
		v.SupersedeMarginSeconds, v.CeremonyMarginSeconds,
			v.AbortSeconds = int64(w.between(1, 7200)), int64(w.between(1, 1200)),
			int64(w.between(1, 10)*day)
	}
}

func (w *world) city() rules.Version {
	people := []domain.ApplicantKind{domain.Individual, domain.Family}
	v := rules.Version{
		Name: "city",
		Pools: []rules.Pool{
			{Name: "ordinary", Indicator: domain.Ordinary, Applicants: people, Method: draw.PLD1},
			{
				Name: "green-family", Indicator: domain.NewEnergy,
				Applicants: []domain.ApplicantKind{domain.Family}, Method: draw.Points,
			},
			{
				Name: "green-one", Indicator: domain.NewEnergy,
				Applicants: []domain.ApplicantKind{domain.Individual}, Method: draw.Queue,
			},
			{
				Name: "firms", Indicator: domain.Ordinary,
				Applicants: []domain.ApplicantKind{domain.Organisation}, Method: draw.PLD1,
			},
		},
		OrganisationWeights: []rules.Threshold{
			{From: 0, Weight: 1},
			{From: 10, Weight: 3},
			{From: 500, Weight: 7},
		},
		Extras: []rules.Extra{
			{
				Ground: rules.C5Licence, Applicant: domain.Family, Role: rules.Main,
				Method: draw.PLD1,
				Steps:  1,
			},
			{
				Ground: rules.Veteran, Applicant: domain.Individual, Role: rules.Main,
				Method: draw.PLD1, Steps: 2,
			},
		},
		RequiredChecks: []rules.RequiredCheck{
			{Department: "police", Item: "licence"},
			{
				Department: "civil", Item: "kinship",
				Applicants: []domain.ApplicantKind{domain.Family},
			},
			{
				Department: "grid", Item: "charger",
				Indicators: []domain.IndicatorKind{domain.NewEnergy},
			},
		},
		RecheckSeconds:       int64(w.between(1, 4)) * day,
		RecheckAnswerSeconds: int64(w.between(1, 4)) * day,
		Validity: []rules.Validity{{
			Applicant: domain.Family, Years: 1, Month: w.between(1, 12),
			Day: w.between(1, 28), UTCOffset: 8 * 3600,
		}},
	}
	if w.chance(2) {
		v.Validity = append(v.Validity,
			rules.Validity{Applicant: domain.Individual, Seconds: int64(w.between(5, 40)) * day})
	}
	return v
}

func (w *world) plain() rules.Version {
	everybody := []domain.ApplicantKind{domain.Individual, domain.Family, domain.Organisation}
	return rules.Version{
		Name: "plain",
		Pools: []rules.Pool{
			{
				Name: "all", Indicator: domain.Ordinary, Applicants: everybody,
				Method: pick(w, draw.PLD1, draw.Points, draw.Queue),
			},
			{
				Name: "green", Indicator: domain.NewEnergy, Applicants: everybody,
				Method: draw.PLD1,
				Group:  pick(w, "", rules.AllOrNone),
			},
		},
	}
}

func (w *world) flats() rules.Version {
	anybody := []domain.ApplicantKind{domain.Individual, domain.Family}
	list := func(name string, entrance rules.Entrance, spill string) rules.Pool {
		return rules.Pool{
			Name: name, Indicator: domain.Dwelling, Applicants: anybody,
			Method: draw.PLD1, Entrance: entrance, Tickets: rules.OneTicket, Order: "ranking",
			SpillTo: spill,
		}
	}
	return rules.Version{
		Name: "flats", Mode: draw.Serial,
		Pools: []rules.Pool{
			list("near", rules.ByChoice, "town"),
			list("town", rules.ByChoice, pick(w, "", "rest")),
			{
				Name: "shared", Indicator: domain.Dwelling, Applicants: anybody,
				Method: pick(w, draw.PLD1, draw.Points), Entrance: rules.ByChoice,
				Group: rules.AllOrNone,
			},
			list("rest", "", ""),
		},
		Validity: []rules.Validity{{
			Applicant: domain.Individual,
			Seconds:   int64(w.between(10, 60)) * day,
		}},
	}
}

func (w *world) preference() rules.Version {
	anybody := []domain.ApplicantKind{domain.Individual, domain.Family}
	method := pick(w, draw.PLD1, draw.Points, draw.Priority)
	pool := func(name string, e rules.Entrance, g rules.Group) rules.Pool {
		return rules.Pool{
			Name: name, Indicator: domain.Dwelling, Applicants: anybody,
			Method: method, Entrance: e, Group: g,
		}
	}
	return rules.Version{
		Name: "wishes", Mode: draw.Preference,
		Pools: []rules.Pool{
			pool("east", rules.ByChoice, ""),
			pool("west", rules.ByChoice, rules.AllOrNone), pool("any", "", ""),
		},
		RecheckSeconds: 2 * day, RecheckAnswerSeconds: day,
		Extras: []rules.Extra{
			{
				Ground: rules.Veteran, Applicant: domain.Individual, Role: rules.Main,
				Method: draw.Priority, Steps: 1,
			},
			{
				Ground: rules.C5Licence, Applicant: domain.Family, Role: rules.Other,
				Method: draw.Priority, Steps: 2,
			},
		},
	}
}

package histories

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
)

// The numbers of people and firms who do not exist; all histories are about the same.
var numbers = sync.OnceValue(func() (list []identity.Number) {
	for n := 0; len(list) < 16; n++ {
		for _, check := range "0123456789X" {
			if number, err := identity.Parse(fmt.Sprintf("1101011980%02d%02d%03d%c", n%12+1, n%28+1,
				n, check)); err == nil {
				list = append(list, number)
			}
		}
	}
	return list
})

var firmCodes = sync.OnceValue(func() (list []identity.OrganisationCode) {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for n := 0; len(list) < 2; n++ {
		for _, body := range signs {
			for _, check := range signs {
				if code, err := identity.ParseOrganisation(fmt.Sprintf("91110000%08d%c%c", n, body,
					check)); err == nil {
					list = append(list, code)
				}
			}
		}
	}
	return list
})

// population gives everybody a tag under the key of this history's office.
func (w *world) population() {
	key := sha256.Sum256(fmt.Append(nil, "office ", w.seed))
	w.open(key[:])
	for _, n := range numbers() {
		w.people = append(w.people, human{n, w.office.Tag(n)})
	}
	for _, c := range firmCodes() {
		w.firms = append(w.firms, firm{c, w.office.OrganisationTag(c)})
	}
}

type staffer struct {
	id    string
	roles []officer.Role
}

// staffing is who works in the office, and as what.
var staffing = []staffer{
	{"chief", []officer.Role{officer.Administrator}},
	{"rita", []officer.Role{officer.Registrar}},
	{"rex", []officer.Role{officer.Reviewer}},
	{"dora", []officer.Role{officer.Reviewer}},
	{"cora", []officer.Role{officer.Conductor}},
	{"vic", []officer.Role{
		officer.Administrator, officer.Registrar, officer.Reviewer,
		officer.Conductor,
	}},
}

// by is an officer who may do what the role is for, and now and then somebody who may not.
func (w *world) by(role officer.Role) string {
	if w.chance(16) {
		return pick(w, actorOf("nobody"), actorOf(staffing[w.rng.IntN(len(staffing))].id),
			catalog.ActorApplicant+fmt.Sprintf("%032x", w.rng.Uint32()))
	}
	var able []string
	for _, id := range sorted(w.m.officers) {
		if slices.Contains(w.m.officers[id].roles, role) {
			able = append(able, actorOf(id))
		}
	}
	if len(able) == 0 {
		return actorOf("chief")
	}
	return pick(w, able...)
}

// facts about a person; more draws than there were are refused.
func (w *world) facts(role rules.Role) rules.Member {
	f := rules.Member{Role: role, RegisteredOn: domain.Time(1_500_000_000 + w.rng.IntN(4)*day)}
	if w.chance(2) {
		f.DrawsUntil2020, f.DrawsSince2021 = w.between(0, 9), w.between(0, 5)
	}
	if w.chance(3) {
		f.WaitingSince = domain.Time(1_600_000_000 + w.rng.IntN(60)*10*day)
	}
	if w.chance(4) {
		f.Grounds = pick(w, []rules.Ground{rules.C5Licence}, []rules.Ground{rules.Veteran},
			[]rules.Ground{rules.C5Licence, rules.Veteran})
	}
	return f
}

// standing is that of an applicant of a kind, and the code with which it is refused, if so.
func (w *world) standing(kind domain.ApplicantKind, members int) (rules.Standing, string) {
	s := rules.Standing{Applicant: kind}
	for i := range members {
		role := rules.Other
		if i == 0 {
			role = rules.Main
		} else if i == 1 && w.chance(2) {
			role = rules.Spouse
		}
		s.Members = append(s.Members, w.facts(role))
	}
	if kind == domain.Family {
		s.Generations = w.between(1, 3)
		if w.chance(2) {
			s.FamilySince = domain.Time(1_600_000_000 + w.rng.IntN(60)*10*day)
		}
	}
	if kind == domain.Organisation {
		s.Scale = pick(w, 0, 9, 10, 499, 500, 9999)
	}
	if !w.chance(25) {
		return s, ""
	}
	switch w.rng.IntN(3) {
	case 0:
		s.Members[0].DrawsUntil2020 = rules.MaxDrawsUntil2020 + 1
	case 1:
		s.Generations = 4
	case 2:
		s.Members[members-1].Role = "aunt"
	}
	return s, "invalid_standing"
}

// choices are pools that are entered by choice.
func (w *world) choices(v rules.Version) (names []string) {
	for _, p := range v.Pools {
		if p.Entrance != "" && w.chance(2) {
			names = append(names, p.Name)
		}
	}
	if w.chance(2) {
		slices.Reverse(names)
	}
	return names
}

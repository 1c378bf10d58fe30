package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// Role is what a person is in an application.
type Role string

// The roles. The application of an individual or an organisation has one main member
// and no other.
const (
	Main   Role = "main"
	Spouse Role = "spouse"
	Other  Role = "other"
)

// Member holds the facts about one person that the rules count with. It names
// nobody.
type Member struct {
	Role           Role        `json:"role"`
	DrawsUntil2020 int         `json:"draws_until_2020"`
	DrawsSince2021 int         `json:"draws_since_2021"`
	WaitingSince   domain.Time `json:"waiting_since,omitzero"` // start of waiting for new energy
	RegisteredOn   domain.Time `json:"registered_on"`          // earliest registration
	Grounds        []Ground    `json:"grounds,omitzero"`       // ascending
}

// Standing is everything about an application that its weight, points or place in a
// queue follow from.
type Standing struct {
	Applicant   domain.ApplicantKind `json:"applicant"`
	Members     []Member             `json:"members"`
	Generations int                  `json:"generations,omitzero"`  // family only, 1 to 3
	FamilySince domain.Time          `json:"family_since,omitzero"` // first application as a family
	Scale       int                  `json:"scale,omitzero"`        // organisation only
	// Choices: pools asked for by name, the most wanted first
	Choices []string `json:"choices,omitzero"`
}

// Bounds of a standing.
const (
	MaxMembers        = 20
	MaxDrawsUntil2020 = 78 // so many draws were held
	MaxDrawsSince2021 = 1000
	MaxChoices        = 20
)

// Check refuses a standing that is not one.
func (s Standing) Check() error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.InvalidStanding, format, args...)
	}
	switch s.Applicant {
	case domain.Individual, domain.Organisation:
		if len(s.Members) != 1 || s.Generations != 0 || s.FamilySince != 0 {
			return bad("an individual or organisation is one member, without generations")
		}
	case domain.Family:
		if len(s.Members) < 2 || len(s.Members) > MaxMembers || s.Generations < 1 ||
			s.Generations > 3 {
			return bad("a family has 2 to %d members of 1 to 3 generations", MaxMembers)
		}
	default:
		return fault.New(fault.UnknownKind, "applicant kind %q", s.Applicant)
	}
	for i, m := range s.Members {
		switch {
		case i == 0 && m.Role != Main:
			return bad("the first member is the main applicant")
		case i > 0 && m.Role != Other && (m.Role != Spouse || i != 1):
			return bad("member %d: role %q out of place (main, then spouse if any, then others)",
				i+1, m.Role)
		case m.DrawsUntil2020 < 0 || m.DrawsUntil2020 > MaxDrawsUntil2020:
			return bad("member %d: draws until 2020 must be 0 to %d", i+1, MaxDrawsUntil2020)
		case m.DrawsSince2021 < 0 || m.DrawsSince2021 > MaxDrawsSince2021:
			return bad("member %d: draws since 2021 must be 0 to %d", i+1, MaxDrawsSince2021)
		case m.RegisteredOn <= 0 || m.RegisteredOn > domain.MaxTime,
			m.WaitingSince < 0 || m.WaitingSince > domain.MaxTime:
			return bad("member %d: a time is missing or out of range", i+1)
		case !distinct(m.Grounds, Ground.valid) || !slices.IsSorted(m.Grounds):
			return bad("member %d: grounds are unknown, twice or out of order", i+1)
		}
	}
	if s.Scale < 0 || s.Scale > MaxScale || s.Scale != 0 && s.Applicant != domain.Organisation {
		return bad("only an organisation has a scale, of 0 to %d", MaxScale)
	}
	if len(s.Choices) > MaxChoices || !distinct(s.Choices, draw.ValidPool) {
		return bad("choices are up to %d names of pools, each once", MaxChoices)
	}
	if s.FamilySince < 0 || s.FamilySince > domain.MaxTime {
		return bad("family_since is out of range")
	}
	return nil
}

// AfterLosses is the standing after so many more draws without a win: every
// member took part in each of them.
func (s Standing) AfterLosses(n int) Standing {
	if n == 0 {
		return s
	}
	members := make([]Member, len(s.Members))
	for i, m := range s.Members {
		m.DrawsSince2021 += n
		members[i] = m
	}
	s.Members = members
	return s
}

package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

func housing() rules.Version { return rules.Housing2026() }

func TestBuiltInVersionsAreComplete(t *testing.T) {
	for _, v := range rules.BuiltIn() {
		rule.Given().When(rules.Adopt{Version: v}).Then(t, rules.Adopted{Version: v})
	}
	require.True(t, beijing().Plain(), "Beijing says nothing that needs a mode")
	require.False(t, housing().Plain())
}

// TestOptionsAreRefused: what cannot be drawn together is no version of the rules.
func TestOptionsAreRefused(t *testing.T) {
	type change = func(*rules.Version)
	preference := func(c change) change {
		return func(v *rules.Version) {
			v.Mode = draw.Preference
			v.Ladder, v.FamilyPoints = rules.Beijing2021().Ladder, rules.Beijing2021().FamilyPoints
			for i := range v.Pools {
				v.Pools[i].Order, v.Pools[i].SpillTo, v.Pools[i].Tickets = "", "", ""
			}
			c(v)
		}
	}
	v := housing()
	preference(func(*rules.Version) {})(&v)
	require.NoError(t, v.Check())
	for name, c := range map[string]change{
		"unknown mode":                func(v *rules.Version) { v.Mode = "random" },
		"two pools, drawn separately": func(v *rules.Version) { v.Mode = draw.Separate },
		"two pools, no mode":          func(v *rules.Version) { v.Mode = "" },
		"unknown entrance":            func(v *rules.Version) { v.Pools[0].Entrance = "door" },
		"two tickets":                 func(v *rules.Version) { v.Pools[0].Tickets = "two" },
		"one ticket, by points": func(v *rules.Version) {
			v.Pools[2].Method,
				v.Pools[2].Tickets = draw.Points, rules.OneTicket
		},
		"unknown group":          func(v *rules.Version) { v.Pools[2].Group = "some" },
		"an order with a blank":  func(v *rules.Version) { v.Pools[2].Order = "a b" },
		"an order of everything": func(v *rules.Version) { v.Pools[2].Order = "*" },
		"one order, two methods": func(v *rules.Version) {
			v.Pools[3].Method,
				v.Pools[3].Tickets = draw.Queue, ""
		},
		"one order, other tickets": func(v *rules.Version) { v.Pools[3].Tickets = "" },
		"spills to nowhere":        func(v *rules.Version) { v.Pools[0].SpillTo = "country" },
		"spills to itself": func(
			v *rules.Version,
		) {
			v.Pools[0].SpillTo = "neighbours"
		},
		"spills backwards": func(v *rules.Version) { v.Pools[3].SpillTo = "town" },
		"spills to another indicator": func(v *rules.Version) {
			v.Pools[1].SpillTo,
				v.Pools[3].Indicator = "everybody", domain.Ordinary
		},
		"the same applicants twice": func(
			v *rules.Version,
		) {
			v.Pools[0].Applicants = []domain.ApplicantKind{domain.Family, domain.Family}
		},
		"preference with an order": preference(
			func(v *rules.Version) { v.Pools[1].Order = "o" }),
		"preference with a spill": preference(
			func(v *rules.Version) { v.Pools[1].SpillTo = "everybody" }),
		"preference with two methods": preference(
			func(v *rules.Version) { v.Pools[1].Method = draw.Queue }),
		"preference with other tickets": preference(
			func(v *rules.Version) { v.Pools[1].Tickets = rules.OneTicket }),
		"no organisation weights": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{}
		},
		"weights from 1": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{1, 1}}
		},
		"weight 0": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{0, 0}}
		},
		"weights that fall": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{0, 2}, {1, 1}}
		},
		"the same scale twice": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{0, 2}, {0, 3}}
		},
		"a scale too large": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{0, 2}, {rules.MaxScale + 1, 3}}
		},
		"a weight too large": func(
			v *rules.Version,
		) {
			v.OrganisationWeights = []rules.Threshold{{0, draw.MaxWeight + 1}}
		},
		"no extra steps": func(v *rules.Version) { v.Extras = []rules.Extra{} },
		"unknown ground": func(
			v *rules.Version,
		) {
			v.Extras = []rules.Extra{{"luck", domain.Family, rules.Main, draw.PLD1, 1}}
		},
		"extra for nobody": func(
			v *rules.Version,
		) {
			v.Extras = []rules.Extra{{rules.Veteran, "", rules.Main, draw.PLD1, 1}}
		},
		"extra for no role": func(
			v *rules.Version,
		) {
			v.Extras = []rules.Extra{{rules.Veteran, domain.Family, "", draw.PLD1, 1}}
		},
		"extra for no method": func(v *rules.Version) {
			v.Extras = []rules.Extra{{rules.Veteran, domain.Family, rules.Main, draw.RFC3797, 1}}
		},
		"no steps extra": func(v *rules.Version) {
			v.Extras = []rules.Extra{{rules.Veteran, domain.Family, rules.Main, draw.PLD1, 0}}
		},
		"too many steps extra": func(v *rules.Version) {
			v.Extras = []rules.Extra{{rules.Veteran, domain.Family, rules.Main, draw.PLD1, 101}}
		},
	} {
		v := housing()
		c(&v)
		require.Equal(t, "invalid_rules", fault.CodeOf(v.Check()), name)
	}
}

func organisation(scale int) rules.Standing {
	s := individual()
	s.Applicant, s.Scale = domain.Organisation, scale
	return s
}

// TestOrganisationWeights: the last threshold not above the scale gives the weight.
func TestOrganisationWeights(t *testing.T) {
	v := beijing()
	asOf := at(t, "2026-06-01T00:00:00Z")
	require.EqualValues(t, 1, v.Entry("c", organisation(rules.MaxScale), draw.PLD1, asOf).Weight,
		"one ticket each, as long as nothing else is known")
	v.OrganisationWeights = []rules.Threshold{{0, 1}, {50, 2}, {500, 12}}
	require.NoError(t, v.Check())
	for scale, weight := range map[int]int{
		0: 1, 49: 1, 50: 2, 499: 2, 500: 12,
		rules.MaxScale: 12,
	} {
		require.Equal(t, draw.Entry{Code: "c", Weight: uint32(weight)},
			v.Entry("c", organisation(scale), draw.PLD1, asOf))
		require.Equal(t, draw.Entry{Code: "c", Weight: uint32(weight), Since: registered},
			v.Entry("c", organisation(scale), draw.Points, asOf))
	}
	lost := organisation(50).AfterLosses(40)
	require.EqualValues(t, 2, v.Entry("c", lost, draw.PLD1, asOf).Weight,
		"an organisation climbs no ladder")
	v.OrganisationWeights = nil
	require.Equal(t, 1, v.OrganisationWeight(7))
}

// TestC5Licence: one step more for the main applicant of a family, in the draw by lot.
func TestC5Licence(t *testing.T) {
	v, asOf := beijing(), at(t, "2026-06-01T00:00:00Z")
	couple := func(main, spouse []rules.Ground) rules.Standing {
		s := family(1, person(rules.Main, 0), person(rules.Spouse, 0))
		s.Members[0].Grounds, s.Members[1].Grounds = main, spouse
		return s
	}
	c5 := []rules.Ground{rules.C5Licence}
	for _, c := range []struct {
		standing rules.Standing
		method   draw.Method
		weight   uint32
	}{
		{couple(nil, nil), draw.PLD1, 6},
		{couple(c5, nil), draw.PLD1, 8},
		{couple(nil, c5), draw.PLD1, 6},
		{couple(c5, nil), draw.Points, 6},
		{couple([]rules.Ground{rules.Veteran}, nil), draw.PLD1, 6},
	} {
		require.NoError(t, c.standing.Check())
		require.Equal(t, c.weight, v.Entry("c", c.standing, c.method, asOf).Weight, "%v", c)
	}
	alone := individual()
	alone.Members[0].Grounds = c5
	require.EqualValues(t, 1, v.Entry("c", alone, draw.PLD1, asOf).Weight)
	v.Extras = append(v.Extras,
		rules.Extra{
			Ground: rules.C5Licence, Applicant: domain.Individual, Role: rules.Main,
			Method: draw.PLD1, Steps: 4,
		})
	require.EqualValues(t, 4, v.Entry("c", alone, draw.PLD1, asOf).Weight,
		"other rules, other people")
}

// TestQuotaOfTwo is the worked example of families for new energy: more points first,
// then the earlier registration; the third goes out.
func TestQuotaOfTwo(t *testing.T) {
	roster := draw.Roster{Pool: "new-energy-family", Method: draw.Points}
	for _, f := range []struct {
		code, on string
		points   uint32
	}{{"a", "2015-03-01", 44}, {"b", "2014-11-02", 44}, {"c", "2019-01-01", 60}} {
		roster.Entries = append(roster.Entries,
			draw.Entry{Code: f.code, Weight: f.points, Since: at(t, f.on+"T00:00:00Z")})
	}
	out, err := draw.Draw(draw.Separate, []draw.Lot{{Roster: roster, Seats: 2, Reserve: 5}},
		draw.Seed{})
	require.NoError(t, err)
	var order string
	for _, r := range out[0].Ranks {
		order += r.Code
	}
	require.Equal(t, "cba", order)
	require.Equal(t, 2, out[0].Selected)
}

// TestRequireChoices: a choice is a pool that such an application may choose.
func TestRequireChoices(t *testing.T) {
	v := rules.Housing2026()
	for code, s := range map[string]rules.Standing{
		"": {
			Applicant: domain.Individual,
			Choices:   []string{"town", "shared-houses"},
		},
		"unknown_choice": {Applicant: domain.Organisation, Choices: []string{"town"}},
	} {
		require.Equal(t, code, fault.CodeOf(v.RequireChoices(domain.Dwelling, s)))
		require.Equal(t, "unknown_choice", fault.CodeOf(v.RequireChoices(domain.Ordinary, s)))
	}
	for _, name := range []string{"everybody", "garden", ""} {
		require.Equal(t, "unknown_choice",
			fault.CodeOf(v.RequireChoices(domain.Dwelling,
				rules.Standing{Applicant: domain.Individual, Choices: []string{name}})))
	}
	require.NoError(t, v.RequireChoices(domain.Dwelling,
		rules.Standing{Applicant: domain.Individual}))
}

func TestWishes(t *testing.T) {
	v := housing()
	wants := func(choices ...string) []int {
		s := individual()
		s.Choices = choices
		return v.Wishes(domain.Dwelling, s)
	}
	require.Equal(t, []int{3}, wants())
	require.Equal(t, []int{1, 0, 3}, wants("town", "neighbours"),
		"what is chosen comes first, in the order of the choice")
	require.Equal(t, []int{3}, wants("everybody"), "is in it anyhow")
	require.Equal(t, []int{2, 3}, wants("castle", "shared-houses"), "these rules know no castle")
	require.Empty(t, v.Wishes(domain.Ordinary, individual()))
	require.Empty(t, v.Wishes(domain.Dwelling, organisation(1)))
}

func TestEntryIn(t *testing.T) {
	v, asOf := housing(), at(t, "2026-06-01T00:00:00Z")
	v.Pools[2].Tickets = ""
	v.Ladder = rules.Ladder{DrawsPerStepUntil2020: 1, DrawsPerStepSince2021: 2}
	v.FamilyPoints = rules.FamilyPoints{Main: 1, Step: 1, CoupleFactor: 1, MaxGenerations: 1}
	s := family(1, person(rules.Main, 3), person(rules.Other, 0), person(rules.Other, 0))
	require.Equal(t, draw.Entry{Code: "c", Weight: 1}, v.EntryIn(v.Pools[0], 0, "c", s, asOf),
		"one ticket for all")
	require.Equal(t, draw.Entry{Code: "c", Weight: 4, Size: 3},
		v.EntryIn(v.Pools[2], 1, "c", s, asOf), "a place for each of the party")
	require.Equal(t, draw.Entry{Code: "c", Weight: 1},
		v.EntryIn(v.Pools[2], 1, "c", individual(), asOf))
	v.Mode = draw.Preference
	require.Equal(t, draw.Entry{Code: "c", Weight: 1, Choice: 2},
		v.EntryIn(v.Pools[0], 1, "c", s, asOf))
}

func TestStandingOptions(t *testing.T) {
	with := func(change func(*rules.Standing)) rules.Standing {
		s := individual()
		change(&s)
		return s
	}
	many := []string{}
	for i := range rules.MaxChoices + 1 {
		many = append(many, string(rune('a'+i)))
	}
	require.NoError(t, organisation(0).Check())
	require.NoError(t, with(func(s *rules.Standing) { s.Choices = many[1:] }).Check())
	require.NoError(t, with(
		func(s *rules.Standing) { s.Members[0].Grounds = rules.Grounds }).Check())
	two := organisation(1)
	two.Members = append(two.Members, person(rules.Other, 0))
	for name, bad := range map[string]rules.Standing{
		"an organisation of two":     two,
		"a scale below zero":         organisation(-1),
		"a scale too large":          organisation(rules.MaxScale + 1),
		"an individual with a scale": with(func(s *rules.Standing) { s.Scale = 1 }),
		"choices that are none": with(
			func(s *rules.Standing) { s.Choices = []string{} }),
		"too many choices": with(func(s *rules.Standing) { s.Choices = many }),
		"the same choice twice": with(
			func(s *rules.Standing) { s.Choices = []string{"a", "a"} }),
		"a choice that is no pool's name": with(
			func(s *rules.Standing) { s.Choices = []string{"a b"} }),
		"grounds that are none": with(
			func(s *rules.Standing) { s.Members[0].Grounds = []rules.Ground{} }),
		"an unknown ground": with(
			func(s *rules.Standing) { s.Members[0].Grounds = []rules.Ground{"luck"} }),
		"a ground twice": with(
			func(s *rules.Standing) {
				s.Members[0].Grounds = []rules.Ground{
					rules.Veteran,
					rules.Veteran,
				}
			}),
		"grounds out of order": with(
			func(s *rules.Standing) {
				s.Members[0].Grounds = []rules.Ground{
					rules.Veteran,
					rules.C5Licence,
				}
			}),
		"an organisation with generations": {
			Applicant: domain.Organisation,
			Members:   individual().Members, Generations: 1,
		},
		"an organisation that was a family": {
			Applicant: domain.Organisation,
			Members:   individual().Members, FamilySince: 1,
		},
	} {
		require.Equal(t, "invalid_standing", fault.CodeOf(bad.Check()), name)
	}
}

// TestEveryRosterOfAVersionCanBeDrawn: whatever applies, under either version and in every
// mode that the options allow, the rosters are ones that a draw takes.
func TestEveryRosterOfAVersionCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(rules.BuiltIn()).Draw(t, "version")
		if v.Mode == draw.Serial && rapid.Bool().Draw(t, "by preference") {
			v.Mode = draw.Preference
			v.Ladder, v.FamilyPoints = rules.Beijing2021().Ladder, rules.Beijing2021().FamilyPoints
			for i := range v.Pools {
				v.Pools[i].Order, v.Pools[i].SpillTo, v.Pools[i].Tickets = "", "", ""
			}
		}
		require.NoError(t, v.Check())
		lots := make([]draw.Lot, len(v.Pools))
		for i, p := range v.Pools {
			lots[i] = draw.Lot{
				Roster: draw.Roster{Pool: p.Name, Method: p.Method}, Order: p.Order,
				SpillTo: p.SpillTo, Seats: 3, Reserve: 3,
			}
		}
		for n := range rapid.IntRange(0, 12).Draw(t, "applications") {
			s := individual()
			if n := rapid.IntRange(1, 5).Draw(t, "members"); n > 1 {
				s = family(1, person(rules.Main, 1))
				for len(s.Members) < n {
					s.Members = append(s.Members, person(rules.Other, 0))
				}
			}
			if c := rapid.SliceOfNDistinct(
				rapid.SampledFrom([]string{"neighbours", "town", "shared-houses", "moon"}), 0, 4,
				rapid.ID[string]).Draw(t, "choices"); len(c) > 0 {
				s.Choices = c
			}
			require.NoError(t, s.Check())
			kind := rapid.SampledFrom([]domain.IndicatorKind{
				domain.Dwelling, domain.Ordinary,
				domain.NewEnergy,
			}).Draw(t, "kind")
			for wish, i := range v.Wishes(kind, s) {
				e := v.EntryIn(v.Pools[i], wish, string(rune('a'+n)), s, 1780000000)
				lots[i].Roster.Entries = append(lots[i].Roster.Entries, e)
			}
		}
		_, err := draw.Draw(v.DrawMode(), lots, draw.Seed{1})
		require.NoError(t, err)
	})
}

// TestSchools: grounds give the priority, the wishes its places; draws and points count
// nothing.
func TestSchools(t *testing.T) {
	v, asOf := rules.Schools2026(), at(t, "2026-06-01T00:00:00Z")
	child := individual()
	child.Members[0].DrawsSince2021 = 50
	child.Choices = []string{"old-town", "hillside"}
	require.NoError(t, v.RequireChoices(domain.Ordinary, child))
	require.Equal(t, []int{2, 0}, v.Wishes(domain.Ordinary, child))
	require.Equal(t, draw.Entry{Code: "c"}, v.EntryIn(v.Pools[2], 0, "c", child, asOf))
	require.Equal(t, draw.Entry{Code: "c", Choice: 2}, v.EntryIn(v.Pools[0], 1, "c", child, asOf))

	child.Members[0].Grounds = []rules.Ground{rules.Locality, rules.Veteran}
	require.EqualValues(t, 1, v.EntryIn(v.Pools[0], 1, "c", child, asOf).Weight,
		"one of the grounds counts")
	v.Extras = append(v.Extras, rules.Extra{
		Ground: rules.Veteran, Applicant: domain.Individual, Role: rules.Main,
		Method: draw.Priority, Steps: 7,
	})
	require.EqualValues(t, 8, v.EntryIn(v.Pools[0], 1, "c", child, asOf).Weight)
	for range 99 {
		v.Extras = append(v.Extras, rules.Extra{
			Ground: rules.Veteran, Applicant: domain.Individual, Role: rules.Main,
			Method: draw.Priority, Steps: 100,
		})
	}
	require.EqualValues(t, 9_908, v.EntryIn(v.Pools[0], 1, "c", child, asOf).Weight)
	v.Extras = append(v.Extras, v.Extras[100])
	require.EqualValues(t, draw.MaxWeight, v.EntryIn(v.Pools[0], 1, "c", child, asOf).Weight)
}

package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

var rule = domaintest.For(rules.Decide, rules.Evolve)

func TestAdopt(t *testing.T) {
	rule.Given().When(rules.Adopt{Version: beijing()}).Then(t, rules.Adopted{Version: beijing()})
	rule.Given(rules.Adopted{Version: beijing()}).When(rules.Adopt{Version: beijing()}).Nothing(t)
}

func TestAdoptedRulesNeverChange(t *testing.T) {
	for name, change := range changes {
		v := beijing()
		change(&v)
		require.NotEqual(t, beijing(), v, name)
		require.NoError(t, v.Check(), name)
		rule.Given(rules.Adopted{Version: beijing()}).When(rules.Adopt{Version: v}).Refused(t,
			"rules_exist")
	}
}

// changes of a version that leave it complete.
var changes = map[string]func(*rules.Version){
	"valid from": func(v *rules.Version) { v.ValidFrom++ },
	"ladder": func(
		v *rules.Version,
	) {
		v.Ladder.DrawsPerStepSince2021 = rules.MaxDrawsSince2021
	},
	"points":     func(v *rules.Version) { v.FamilyPoints.Step = 0 },
	"notice":     func(v *rules.Version) { v.NoticeSeconds-- },
	"use":        func(v *rules.Version) { v.UseSeconds++ },
	"recheck":    func(v *rules.Version) { v.RecheckSeconds++ },
	"no recheck": func(v *rules.Version) { v.RecheckSeconds, v.RecheckAnswerSeconds = 0, 0 },
	"validity":   func(v *rules.Version) { v.Validity = nil },
	"checks": func(
		v *rules.Version,
	) {
		v.RequiredChecks = []rules.RequiredCheck{{Department: "tax", Item: "paid"}}
	},
	"fewer pools": func(v *rules.Version) { v.Pools = v.Pools[:2] },
	"method":      func(v *rules.Version) { v.Pools[0].Method = draw.Points },
	"order":       func(v *rules.Version) { v.Pools[0], v.Pools[1] = v.Pools[1], v.Pools[0] },
	"pool name":   func(v *rules.Version) { v.Pools[0].Name = "Ordinary" },
}

func TestIncompleteRulesAreRefused(t *testing.T) {
	type change = func(*rules.Version)
	for name, c := range map[string]change{
		"no start":               func(v *rules.Version) { v.ValidFrom = 0 },
		"from before 1970":       func(v *rules.Version) { v.ValidFrom = -1 },
		"from year 10000":        func(v *rules.Version) { v.ValidFrom = domain.MaxTime + 1 },
		"no draws per step, old": func(v *rules.Version) { v.Ladder.DrawsPerStepUntil2020 = 0 },
		"no draws per step, new": func(v *rules.Version) { v.Ladder.DrawsPerStepSince2021 = 0 },
		"too many draws, old": func(
			v *rules.Version,
		) {
			v.Ladder.DrawsPerStepUntil2020 = 1 << 62
		},
		"too many draws, new": func(
			v *rules.Version,
		) {
			v.Ladder.DrawsPerStepSince2021 = rules.MaxDrawsSince2021 + 1
		},
		"family points needed": func(v *rules.Version) { v.FamilyPoints = rules.FamilyPoints{} },
		"a reset without ladder": func(v *rules.Version) {
			v.Ladder, v.Lapse.BarSeconds,
				v.Lapse.ResetLadder = rules.Ladder{}, 1, true
		},
		"main without a point":    func(v *rules.Version) { v.FamilyPoints.Main = 0 },
		"main with 101":           func(v *rules.Version) { v.FamilyPoints.Main = 101 },
		"other below zero":        func(v *rules.Version) { v.FamilyPoints.Other = -1 },
		"step below zero":         func(v *rules.Version) { v.FamilyPoints.Step = -1 },
		"waiting year below zero": func(v *rules.Version) { v.FamilyPoints.WaitingYear = -1 },
		"family year over 100":    func(v *rules.Version) { v.FamilyPoints.FamilyYear = 101 },
		"couple counts nothing":   func(v *rules.Version) { v.FamilyPoints.CoupleFactor = 0 },
		"no generations":          func(v *rules.Version) { v.FamilyPoints.MaxGenerations = 0 },
		"eleven generations":      func(v *rules.Version) { v.FamilyPoints.MaxGenerations = 11 },
		"no notice":               func(v *rules.Version) { v.NoticeSeconds = 0 },
		"notice of eleven years":  func(v *rules.Version) { v.NoticeSeconds = 11 * 366 * 86400 },
		"no time to use":          func(v *rules.Version) { v.UseSeconds = 0 },
		"eleven years to use":     func(v *rules.Version) { v.UseSeconds = 11 * 366 * 86400 },
		"no pools":                func(v *rules.Version) { v.Pools = nil },
		"pool without a name":     func(v *rules.Version) { v.Pools[0].Name = "" },
		"pool name too long": func(v *rules.Version) {
			v.Pools[0].Name = strings.Repeat("p",
				33)
		},
		"pool name with a slash": func(v *rules.Version) { v.Pools[0].Name = "a/b" },
		"pool twice":             func(v *rules.Version) { v.Pools[1].Name = v.Pools[0].Name },
		"unknown method":         func(v *rules.Version) { v.Pools[0].Method = "dice" },
		"method of history":      func(v *rules.Version) { v.Pools[0].Method = draw.Beijing2011 },
		"pool for no applicants": func(v *rules.Version) { v.Pools[0].Applicants = nil },
		"pool of no indicator":   func(v *rules.Version) { v.Pools[0].Indicator = "" },
		"unknown applicants":     func(v *rules.Version) { v.Pools[0].Applicants[0] = "club" },
		"the same applicants twice": func(v *rules.Version) {
			v.Pools[0].Applicants = []domain.ApplicantKind{domain.Family, domain.Family}
		},
		"applicants in two pools": func(
			v *rules.Version,
		) {
			v.Pools[1].Applicants[0] = domain.Individual
		},
		"101 pools": func(v *rules.Version) {
			for len(v.Pools) < 101 {
				v.Pools = append(v.Pools, v.Pools[0])
			}
		},
	} {
		v := beijing()
		c(&v)
		require.Equal(t, "invalid_rules", fault.CodeOf(v.Check()), name)
		rule.Given().When(rules.Adopt{Version: v}).Refused(t, "invalid_rules")
	}
	nameless := beijing()
	nameless.Name = "beijing 2021"
	rule.Given().When(rules.Adopt{Version: nameless}).Refused(t, "invalid_id")
}

func TestPools(t *testing.T) {
	v := beijing()
	p, ok := v.Pool("new-energy-family")
	require.True(t, ok)
	require.Equal(t, draw.Points, p.Method)
	_, ok = v.Pool("new-energy")
	require.False(t, ok)

	require.True(t, p.Takes(domain.NewEnergy, domain.Family))
	require.False(t, p.Takes(domain.NewEnergy, domain.Individual))
	require.False(t, p.Takes(domain.Ordinary, domain.Family))
}

func TestRulesStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s rules.State
		var adopted *rules.Version
		for range rapid.IntRange(1, 8).Draw(t, "commands") {
			v := beijing()
			if name := rapid.SampledFrom([]string{
				"", "", "notice", "use", "points",
				"no name",
			}).Draw(t, "change"); name == "no name" {
				v.Name = ""
			} else if name != "" {
				changes[name](&v)
			}
			next, events, code := rule.Step(t, s, rules.Adopt{Version: v})
			switch {
			case len(events) > 0:
				require.Nil(t, adopted, "adopted once")
				adopted = &v
			case code == "" && adopted != nil:
				require.Equal(t, *adopted, v)
			}
			if adopted != nil {
				require.True(t, next.Adopted)
				require.Equal(t, *adopted, next.Version, "never changes")
			}
			s = next
		}
	})
}

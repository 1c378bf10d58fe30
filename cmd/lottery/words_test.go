package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
	"lotteryledger/projections/results"
)

// TestWordsAreThoseOfTheDocument: every reason is explained in both languages as in
// docs/rules.md.
func TestWordsAreThoseOfTheDocument(t *testing.T) {
	raw, err := os.ReadFile("../../docs/rules.md")
	require.NoError(t, err)
	table := func(heading string, column int) map[string]string {
		_, section, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
		require.True(t, ok, heading)
		section, _, _ = strings.Cut(section, "\n## ")
		texts := map[string]string{}
		for line := range strings.Lines(section) {
			if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `") {
				texts[strings.Trim(cells[1], " `")] = strings.TrimSpace(cells[column])
			}
		}
		return texts
	}
	for lang, column := range map[string]int{"en": 2, "zh": 3} {
		require.Equal(t, table("Reasons for rejecting an application", column), vocabulary[lang].reasons)
		require.Equal(t, table("Reasons for disqualifying an application", column), vocabulary[lang].bans)
		require.Equal(t, table("Reasons for revoking an award", column), vocabulary[lang].revocations)
		require.Equal(t, table("Reasons for forfeiting an indicator", column), vocabulary[lang].forfeits)
	}
}

// TestWordsAreComplete: both languages have a word for every event, and for the same things.
func TestWordsAreComplete(t *testing.T) {
	var events []string
	for row := range catalog.Public.All() {
		name := row.Name
		if noun, rest, _ := strings.Cut(name, "."); noun == "application" {
			events = append(events, strings.TrimSuffix(rest, ".v1"))
		}
	}
	en, zh := vocabulary["en"], vocabulary["zh"]
	require.ElementsMatch(t, events, slices.Collect(maps.Keys(en.events)))
	require.ElementsMatch(t, events, slices.Collect(maps.Keys(zh.events)))
	require.Equal(t, slices.Sorted(maps.Keys(en.answers)), slices.Sorted(maps.Keys(zh.answers)))
	require.Equal(t, slices.Sorted(maps.Keys(en.steps)), slices.Sorted(maps.Keys(zh.steps)))
	require.Equal(t, slices.Sorted(maps.Keys(en.phases)), slices.Sorted(maps.Keys(zh.phases)))
	require.Equal(t, slices.Sorted(maps.Keys(en.rights)), slices.Sorted(maps.Keys(zh.rights)))
}

func TestNextSteps(t *testing.T) {
	const at domain.Time = 1_790_000_000
	v := rules.Beijing2021()
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 1000}}
	standing := rules.Standing{Applicant: domain.Individual, Members: make([]rules.Member, 1)}
	pending := func(r application.Recheck) *application.Review { return &application.Review{Recheck: r} }
	tried := map[string]bool{}
	for _, c := range []struct {
		s    application.State
		want []string
		won  indicator.Phase
	}{
		{application.State{Phase: application.PhaseSubmitted}, []string{"review", "edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected}, []string{"edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected, UnderReview: pending(application.Recheck{Until: at + 1})}, []string{"recheck", "edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected, UnderReview: pending(application.Recheck{Until: at})}, []string{"edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected, UnderReview: pending(application.Recheck{Until: at, AnswerBy: at + 1})}, []string{"answer", "edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected, UnderReview: pending(application.Recheck{Until: at, AnswerBy: at})}, []string{"edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseRejected, UnderReview: pending(application.Recheck{Until: at + 1, AnswerBy: at + 1, Upheld: true})}, []string{"edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseApproved}, []string{"draw", "withdraw"}, ""},
		{application.State{Phase: application.PhaseApproved, ValidUntil: at + 1}, []string{"draw", "renew", "withdraw"}, ""},
		{application.State{Phase: application.PhaseApproved, ValidUntil: at + 1000}, []string{"draw", "withdraw"}, ""},
		{application.State{Phase: application.PhaseApproved, ValidUntil: at}, []string{"lapsed", "withdraw"}, ""},
		{application.State{Phase: application.PhaseAwarded}, []string{"indicator", "other"}, indicator.PhaseAwarded},
		{application.State{Phase: application.PhaseAwarded}, []string{"indicator", "other"}, indicator.PhaseConfirmed},
		{application.State{Phase: application.PhaseAwarded}, []string{"other"}, indicator.PhaseUsed},
		{application.State{Phase: application.PhaseAwarded}, []string{"again"}, indicator.PhaseRevoked},
		{application.State{Phase: application.PhaseAwarded}, []string{"again"}, indicator.PhaseForfeited},
		{application.State{Phase: application.PhaseWithdrawn}, []string{"again"}, ""},
		{application.State{Phase: application.PhaseExpired}, []string{"again"}, ""},
		{application.State{Phase: application.PhaseDisqualified}, []string{"again"}, ""},
	} {
		c.s.Standing = standing
		require.Equal(t, c.want, nextSteps(c.s, v, at, []results.Indicator{{Phase: indicator.PhaseForfeited}, {Phase: c.won}}), "%+v", c.s)
		for _, step := range c.want {
			tried[step] = true
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(vocabulary["en"].steps)), slices.Sorted(maps.Keys(tried)))
}

// TestMessages: of every event of an application or indicator it is decided whether the applicant is
// told, and then in whole sentences.
func TestMessages(t *testing.T) {
	silent := []string{
		"application.check_recorded.v1", "application.credited.v1", "application.recheck_asked.v1",
		"indicator.awarded.v1", "indicator.promoted.v1", // the application says that it is awarded
	}
	told := []catalog.Event{
		application.Submitted{},
		application.Edited{},
		application.Approved{},
		application.Renewed{},
		application.Withdrawn{},
		application.Expired{},
		application.Awarded{},
		application.Rejected{Reasons: application.Reasons},
		indicator.Confirmed{UseBy: 1_790_000_000},
		indicator.Used{},
	}
	for _, r := range application.DisqualifyReasons {
		told = append(told, application.Disqualified{Reason: r})
	}
	for _, a := range []application.Answer{application.Granted, application.Upheld} {
		told = append(told, application.RecheckAnswered{Answer: a})
	}
	for _, r := range []indicator.Reason{indicator.KinshipUnproven, indicator.NotEligible, indicator.FalseStatement, indicator.NotConfirmed} {
		told = append(told, indicator.Revoked{Reason: r})
	}
	for _, r := range []indicator.ForfeitReason{indicator.Lapsed, indicator.Refused} {
		told = append(told, indicator.Forfeited{Reason: r})
	}
	types := map[string]bool{}
	for _, name := range silent {
		types[name] = true
	}
	for lang, w := range vocabulary {
		for _, e := range told {
			types[e.EventType()] = true
			text, ok := w.message("1234567890123", e)
			require.True(t, ok, e.EventType())
			require.Contains(t, text, "1234567890123")
			require.NotRegexp(t, `: [.,]|：[。，]|; [.,]|；[。；]|because [.;]|原因：[。；]|%`, text, "%s %T", lang, e)
		}
	}
	for row := range catalog.Public.All() {
		name := row.Name
		if noun, _, _ := strings.Cut(name, "."); noun == "application" || noun == "indicator" {
			require.True(t, types[name], "is the applicant told of %s?", name)
		}
	}
}

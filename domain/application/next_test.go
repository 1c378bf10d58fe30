package application_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// TestNext: each step is named where it may be taken.
func TestNext(t *testing.T) {
	const at domain.Time = 1_790_000_000
	v := rules.Beijing2021()
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 1000}}
	standing := rules.Standing{Applicant: domain.Individual, Members: make([]rules.Member, 1)}
	in := func(p application.Phase) application.State {
		return application.State{Phase: p, Standing: standing}
	}
	rejected := func(r application.Recheck) application.State {
		s := in(application.PhaseRejected)
		s.UnderReview = &application.Review{Recheck: r}
		return s
	}
	approved := func(until domain.Time) application.State {
		s := in(application.PhaseApproved)
		s.ValidUntil = until
		return s
	}
	awarded := in(application.PhaseAwarded)
	tried := map[application.Step]bool{}
	for _, c := range []struct {
		s    application.State
		won  indicator.Phase
		want string
	}{
		{in(application.PhaseSubmitted), "", "review edit withdraw"},
		{in(application.PhaseRejected), "", "edit withdraw"},
		{rejected(application.Recheck{Until: at + 1}), "", "recheck edit withdraw"},
		{rejected(application.Recheck{Until: at}), "", "edit withdraw"},
		{rejected(application.Recheck{Until: at, AnswerBy: at + 1}), "", "answer edit withdraw"},
		{rejected(application.Recheck{Until: at, AnswerBy: at}), "", "edit withdraw"},
		{
			rejected(application.Recheck{Until: at + 1, AnswerBy: at + 1, Upheld: true}), "",
			"edit withdraw",
		},
		{approved(0), "", "draw withdraw"},
		{approved(at + 1), "", "draw renew withdraw"},
		{approved(at + 1000), "", "draw withdraw"},
		{approved(at), "", "lapsed withdraw"},
		{awarded, "", ""},
		{awarded, indicator.PhaseAwarded, "confirm indicator other"},
		{awarded, indicator.PhaseConfirmed, "indicator other"},
		{awarded, indicator.PhaseUsed, "other"},
		{awarded, indicator.PhaseRevoked, "again"},
		{awarded, indicator.PhaseForfeited, "again"},
		{in(application.PhaseWithdrawn), "", "again"},
		{in(application.PhaseExpired), "", "again"},
		{in(application.PhaseDisqualified), "", "again"},
	} {
		var got []string
		for _, step := range application.Next(c.s, v, at, c.won) {
			got = append(got, string(step))
			tried[step] = true
		}
		require.Equal(t, c.want, strings.Join(got, " "), "%+v %s", c.s, c.won)
	}
	for _, step := range application.Steps {
		require.True(t, tried[step], step)
	}
	require.Len(t, tried, len(application.Steps))
}

package application

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// TestNextSteps: each step is named where it may be taken, and every step has words.
func TestNextSteps(t *testing.T) {
	const at domain.Time = 1_790_000_000
	v := rules.Beijing2021()
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 1000}}
	standing := rules.Standing{Applicant: domain.Individual, Members: make([]rules.Member, 1)}
	pending := func(r application.Recheck) *application.Review {
		return &application.Review{
			Recheck: r,
		}
	}
	tried := map[string]bool{}
	for _, c := range []struct {
		s    application.State
		want []string
		won  indicator.Phase
	}{
		{
			application.State{Phase: application.PhaseSubmitted},
			[]string{"review", "edit", "withdraw"},
			"",
		},
		{application.State{Phase: application.PhaseRejected}, []string{"edit", "withdraw"}, ""},
		{
			application.State{
				Phase:       application.PhaseRejected,
				UnderReview: pending(application.Recheck{Until: at + 1}),
			},
			[]string{"recheck", "edit", "withdraw"},
			"",
		},
		{
			application.State{
				Phase:       application.PhaseRejected,
				UnderReview: pending(application.Recheck{Until: at}),
			},
			[]string{"edit", "withdraw"},
			"",
		},
		{
			application.State{
				Phase:       application.PhaseRejected,
				UnderReview: pending(application.Recheck{Until: at, AnswerBy: at + 1}),
			},
			[]string{"answer", "edit", "withdraw"},
			"",
		},
		{
			application.State{
				Phase:       application.PhaseRejected,
				UnderReview: pending(application.Recheck{Until: at, AnswerBy: at}),
			},
			[]string{"edit", "withdraw"},
			"",
		},
		{application.State{
			Phase: application.PhaseRejected,
			UnderReview: pending(application.Recheck{
				Until: at + 1, AnswerBy: at + 1,
				Upheld: true,
			}),
		}, []string{"edit", "withdraw"}, ""},
		{application.State{Phase: application.PhaseApproved}, []string{"draw", "withdraw"}, ""},
		{
			application.State{Phase: application.PhaseApproved, ValidUntil: at + 1},
			[]string{"draw", "renew", "withdraw"},
			"",
		},
		{
			application.State{Phase: application.PhaseApproved, ValidUntil: at + 1000},
			[]string{"draw", "withdraw"},
			"",
		},
		{
			application.State{Phase: application.PhaseApproved, ValidUntil: at},
			[]string{"lapsed", "withdraw"},
			"",
		},
		{
			application.State{Phase: application.PhaseAwarded},
			[]string{"confirm", "indicator", "other"},
			indicator.PhaseAwarded,
		},
		{
			application.State{Phase: application.PhaseAwarded},
			[]string{"indicator", "other"},
			indicator.PhaseConfirmed,
		},
		{
			application.State{Phase: application.PhaseAwarded},
			[]string{"other"},
			indicator.PhaseUsed,
		},
		{
			application.State{Phase: application.PhaseAwarded},
			[]string{"again"},
			indicator.PhaseRevoked,
		},
		{
			application.State{Phase: application.PhaseAwarded},
			[]string{"again"},
			indicator.PhaseForfeited,
		},
		{application.State{Phase: application.PhaseWithdrawn}, []string{"again"}, ""},
		{application.State{Phase: application.PhaseExpired}, []string{"again"}, ""},
		{application.State{Phase: application.PhaseDisqualified}, []string{"again"}, ""},
	} {
		c.s.Standing = standing
		require.Equal(t, c.want,
			nextSteps(c.s, v, at, []right{{Phase: indicator.PhaseForfeited}, {Phase: c.won}}),
			"%+v", c.s)
		for _, step := range c.want {
			tried[step] = true
		}
	}
	w, _ := words.In(words.English)
	require.Equal(t, slices.Sorted(maps.Keys(w.Group("step"))), slices.Sorted(maps.Keys(tried)))
}

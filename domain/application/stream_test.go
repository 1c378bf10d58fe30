package application_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
)

// timed are rules that ask for nothing but renewals.
var timed = rules.Version{Validity: demanding.Validity}

// after lists where an application may go from each phase.
var after = map[application.Phase][]application.Phase{
	"": {application.PhaseSubmitted},
	application.PhaseSubmitted: {
		application.PhaseSubmitted, application.PhaseApproved,
		application.PhaseRejected, application.PhaseWithdrawn, application.PhaseDisqualified,
	},
	application.PhaseRejected: {
		application.PhaseSubmitted, application.PhaseRejected,
		application.PhaseWithdrawn, application.PhaseDisqualified,
	},
	application.PhaseApproved: {
		application.PhaseApproved, application.PhaseAwarded,
		application.PhaseWithdrawn, application.PhaseExpired, application.PhaseDisqualified,
	},
}

func TestApplicationStream(t *testing.T) {
	reached := map[application.Phase]bool{}
	reasons := rapid.SliceOfN(
		rapid.SampledFrom(append([]application.Reason{"whim"}, application.Reasons...)), 0, 3)
	property := func(t *rapid.T) {
		var s application.State
		// so that what comes late is tried as well
		if rapid.IntRange(0, 3).Draw(t, "approved before") == 0 {
			s = application.Evolve(application.Evolve(s, submitted), bounded)
		}
		step := func(t *rapid.T, cmd application.Command) {
			next, events, _ := rule.Step(t, s, cmd)
			require.LessOrEqual(t, len(events), 1)
			if len(events) == 0 {
				require.Equal(t, s, next)
			} else {
				require.Contains(t, after[s.Phase], next.Phase, "from %q by %T", s.Phase, cmd)
			}
			if s.Phase != "" {
				require.Equal(t, identityOf(s), identityOf(next),
					"who applies for what, since when, never changes")
				require.Len(t, next.Standing.Members, len(s.Standing.Members))
			}
			switch next.Phase {
			case application.PhaseRejected:
				require.NotEmpty(t, next.Reasons)
			case application.PhaseSubmitted, application.PhaseApproved, application.PhaseAwarded:
				require.Empty(t, next.Reasons, "an edit takes the reasons of a rejection away")
			}
			require.Equal(t, next.Phase == application.PhaseAwarded, next.Won != "")
			if next.Phase != "" {
				require.NoError(t, next.Standing.Check())
				require.Len(t, next.Persons, len(next.Standing.Members))
			}
			s = next
			reached[s.Phase] = true
		}
		t.Repeat(map[string]func(*rapid.T){
			"submit": func(t *rapid.T) {
				step(t, submit(func(c *application.Submit) {
					c.Window.Open = rapid.IntRange(0, 9).Draw(t, "closed") > 0
					c.SubmittedAt = opens + domain.Time(rapid.Int64Range(-1, 3).Draw(t, "at"))
					if rapid.Bool().Draw(t, "family") {
						c.Standing = couple()
						c.Persons = []domain.Digest{{1}, {rapid.ByteRange(1, 3).Draw(t, "spouse")}}
					}
				}))
			},
			"edit": func(t *rapid.T) {
				standing := alone()
				if rapid.Bool().Draw(t, "family") {
					standing = couple()
				}
				standing.Members[0].DrawsSince2021 = rapid.IntRange(-1, 3).Draw(t, "draws")
				step(t, application.Edit{Standing: standing})
			},
			"approve": func(t *rapid.T) { step(t, application.Approve{}) },
			"reject": func(t *rapid.T) {
				step(t, application.Reject{
					At: later, Rules: demanding,
					Reasons: reasons.Draw(t, "reasons"),
				})
			},
			"withdraw": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "sure") == 0 {
					step(t, application.Withdraw{})
				}
			},
			"disqualify": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "sure") == 0 {
					step(t, application.Disqualify{Reason: rapid.SampledFrom(
						append(application.DisqualifyReasons, "ugly")).Draw(t, "reason")})
				}
			},
			"approve for a time": func(t *rapid.T) {
				step(t,
					application.Approve{At: later, Rules: timed})
			},
			"renew": func(t *rapid.T) {
				step(t, application.Renew{At: later +
					domain.Time(rapid.Int64Range(0, 100).Draw(t, "day"))*day, Rules: timed})
			},
			"expire": func(t *rapid.T) {
				step(t, application.Expire{
					At: end +
						domain.Time(rapid.Int64Range(-1, 1).Draw(t, "at")),
					Drawing: rapid.SampledFrom([]string{"", "", "r"}).Draw(t, "drawing"),
				})
			},
			"ask": func(t *rapid.T) {
				step(t,
					application.AskRecheck{At: later, Rules: demanding})
			},
			"answer": func(t *rapid.T) {
				step(t,
					application.AnswerRecheck{At: later, By: "li", Answer: application.Granted})
			},
			"award": func(t *rapid.T) {
				ids := rapid.SampledFrom([]string{won, "2026-2.ordinary.1"})
				step(t, application.Award{
					Code: code, Indicator: ids.Draw(t, "indicator"),
					Selected: rapid.SampledFrom([]string{code, code, ""}).Draw(t, "selected"),
				})
			},
		})
	}
	rapid.Check(t, property)
	for tries := 0; tries < 30 && len(reached) < 8; tries++ {
		rapid.Check(t, property) // the rare ones need luck
	}
	require.Len(t, reached, 8, "the property was tried in every phase: %v", reached)
}

func identityOf(s application.State) []any {
	return []any{s.Applicant, s.Indicator, s.Round, s.Submitted, s.Persons}
}

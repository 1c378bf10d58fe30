package application_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

// after lists where an application may go from each phase.
var after = map[application.Phase][]application.Phase{
	"":                         {application.PhaseSubmitted},
	application.PhaseSubmitted: {application.PhaseSubmitted, application.PhaseApproved, application.PhaseRejected, application.PhaseWithdrawn},
	application.PhaseRejected:  {application.PhaseSubmitted, application.PhaseWithdrawn},
	application.PhaseApproved:  {application.PhaseAwarded, application.PhaseWithdrawn},
}

func TestApplicationStream(t *testing.T) {
	reached := map[application.Phase]bool{}
	reasons := rapid.SliceOfN(rapid.SampledFrom(append([]application.Reason{"whim"}, application.Reasons...)), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		var s application.State
		step := func(t *rapid.T, cmd application.Command) {
			next, events, _ := rule.Step(t, s, cmd)
			require.LessOrEqual(t, len(events), 1)
			if len(events) == 0 {
				require.Equal(t, s, next)
			} else {
				require.Contains(t, after[s.Phase], next.Phase, "from %q by %T", s.Phase, cmd)
			}
			if s.Phase != "" {
				require.Equal(t, identityOf(s), identityOf(next), "who applies for what, since when, never changes")
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
			"reject":  func(t *rapid.T) { step(t, application.Reject{Reasons: reasons.Draw(t, "reasons")}) },
			"withdraw": func(t *rapid.T) {
				if rapid.IntRange(0, 3).Draw(t, "sure") == 0 {
					step(t, application.Withdraw{})
				}
			},
			"award": func(t *rapid.T) {
				ids := rapid.SampledFrom([]string{won, "2026-2.ordinary.1"})
				step(t, application.Award{Code: code, Indicator: ids.Draw(t, "indicator"), Selected: rapid.SampledFrom([]string{code, code, ""}).Draw(t, "selected")})
			},
		})
	})
	if !testing.Short() { // the few histories of a short run need not reach every phase
		require.Len(t, reached, 6, "the property was tried in every phase: %v", reached)
	}
}

func identityOf(s application.State) []any {
	return []any{s.Applicant, s.Indicator, s.Round, s.Submitted, s.Persons}
}

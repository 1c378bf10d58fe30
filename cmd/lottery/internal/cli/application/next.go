package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// nextSteps says what may be done with an application at a moment, by whomever, in names of
// steps that the words explain. Of what it has won the last counts.
func nextSteps(s application.State, v rules.Version, at domain.Time, won []right) []string {
	try := func(step string, cmd application.Command) []string {
		if events, err := application.Decide(s, cmd); err == nil && len(events) > 0 {
			return []string{step}
		}
		return nil
	}
	var next []string
	switch s.Phase {
	case application.PhaseSubmitted:
		next = append(next, "review", "edit")
	case application.PhaseRejected:
		recheck := s.Review().Recheck
		if recheck.AnswerBy != 0 && !recheck.Upheld && at < recheck.AnswerBy {
			next = append(next, "answer")
		}
		next = append(next, try("recheck", application.AskRecheck{At: at, Rules: v})...)
		next = append(next, "edit")
	case application.PhaseApproved:
		next = append(next, "draw")
		if s.ValidUntil != 0 && at >= s.ValidUntil {
			next = []string{"lapsed"}
		}
		next = append(next, try("renew", application.Renew{At: at, Rules: v})...)
	case application.PhaseAwarded:
		return afterAward(won)
	case application.PhaseWithdrawn, application.PhaseExpired, application.PhaseDisqualified:
		return []string{"again"}
	}
	return append(next, try("withdraw", application.Withdraw{})...)
}

// afterAward says what comes after an indicator was won.
func afterAward(won []right) []string {
	if len(won) == 0 {
		return nil
	}
	switch won[len(won)-1].Phase {
	case indicator.PhaseUsed:
		return []string{"other"}
	case indicator.PhaseRevoked, indicator.PhaseForfeited:
		return []string{"again"}
	case indicator.PhaseAwarded:
		return []string{"confirm", "indicator", "other"}
	}
	return []string{"indicator", "other"}
}

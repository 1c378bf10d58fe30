package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// Step is what may be done next with an application, or what becomes of it.
type Step string

// The steps.
const (
	StepReview    Step = "review"    // the office reviews it
	StepEdit      Step = "edit"      // it may be edited
	StepRecheck   Step = "recheck"   // the applicant may ask for a recheck
	StepAnswer    Step = "answer"    // another reviewer answers the recheck
	StepDraw      Step = "draw"      // it takes part in draws
	StepLapsed    Step = "lapsed"    // it is no longer valid, and takes part in no draw
	StepRenew     Step = "renew"     // its validity may be renewed
	StepWithdraw  Step = "withdraw"  // the applicant may withdraw it
	StepConfirm   Step = "confirm"   // the office checks the winner
	StepIndicator Step = "indicator" // the indicator is used in time, or lost
	StepOther     Step = "other"     // an indicator of another kind may be applied for
	StepAgain     Step = "again"     // it has ended, and its people may apply again
)

// Steps lists all steps.
var Steps = []Step{
	StepReview, StepEdit, StepRecheck, StepAnswer, StepDraw, StepLapsed, StepRenew, StepWithdraw,
	StepConfirm, StepIndicator, StepOther, StepAgain,
}

// Next returns what may be done with an application at a moment, by whomever. v are the rules of
// its round, and won is the phase of the indicator that it won last, or "".
func Next(s State, v rules.Version, at domain.Time, won indicator.Phase) []Step {
	try := func(step Step, cmd Command) []Step {
		if events, err := Decide(s, cmd); err == nil && len(events) > 0 {
			return []Step{step}
		}
		return nil
	}
	var next []Step
	switch s.Phase {
	case PhaseSubmitted:
		next = append(next, StepReview, StepEdit)
	case PhaseRejected:
		recheck := s.Review().Recheck
		if recheck.AnswerBy != 0 && !recheck.Upheld && at < recheck.AnswerBy {
			next = append(next, StepAnswer)
		}
		next = append(next, try(StepRecheck, AskRecheck{At: at, Rules: v})...)
		next = append(next, StepEdit)
	case PhaseApproved:
		next = append(next, StepDraw)
		if s.ValidUntil != 0 && at >= s.ValidUntil {
			next = []Step{StepLapsed}
		}
		next = append(next, try(StepRenew, Renew{At: at, Rules: v})...)
	case PhaseAwarded:
		return nextAfterAward(won)
	case PhaseWithdrawn, PhaseExpired, PhaseDisqualified:
		return []Step{StepAgain}
	}
	return append(next, try(StepWithdraw, Withdraw{})...)
}

func nextAfterAward(won indicator.Phase) []Step {
	switch won {
	case "":
		return nil
	case indicator.PhaseUsed:
		return []Step{StepOther}
	case indicator.PhaseRevoked, indicator.PhaseForfeited:
		return []Step{StepAgain}
	case indicator.PhaseAwarded:
		return []Step{StepConfirm, StepIndicator, StepOther}
	}
	return []Step{StepIndicator, StepOther}
}

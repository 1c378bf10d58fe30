package application

import "lotteryledger/domain"

// Recheck is where the recheck of a rejection stands.
type Recheck struct {
	Until    domain.Time // may be asked for before; 0: not offered
	AnswerBy domain.Time // asked for, to be answered before
	Upheld   bool        // answered
}

// requireRejected refuses if the application is not rejected.
func requireRejected(s State) error {
	if err := requireActive(s); err != nil {
		return err
	}
	if s.Phase != PhaseRejected {
		return domain.Reject("not_rejected", "the application is %s, not rejected", s.Phase)
	}
	return nil
}

func decideAskRecheck(s State, c AskRecheck) ([]Event, error) {
	if err := requireRejected(s); err != nil {
		return nil, err
	}
	switch {
	case s.Review().Recheck.Upheld:
		return nil, domain.Reject("recheck_answered", "the rejection was looked at again and upheld")
	case s.Review().Recheck.AnswerBy != 0:
		return nil, nil
	case s.Review().Recheck.Until == 0:
		return nil, domain.Reject("recheck_not_offered", "the rules offer no recheck")
	case c.At >= s.Review().Recheck.Until:
		return nil, domain.Reject("recheck_too_late", "a recheck could be asked for until %s", s.Review().Recheck.Until)
	}
	return []Event{RecheckAsked{AnswerBy: deadline(c.At, c.Rules.RecheckAnswerSeconds)}}, nil
}

func decideAnswerRecheck(s State, c AnswerRecheck) ([]Event, error) {
	if err := requireRejected(s); err != nil {
		return nil, err
	}
	switch {
	case c.Answer != Upheld && c.Answer != Granted:
		return nil, domain.Reject("invalid_answer", "a recheck is %s or %s, not %q", Granted, Upheld, c.Answer)
	case s.Review().Recheck.Upheld && c.Answer == Upheld:
		return nil, nil
	case s.Review().Recheck.Upheld:
		return nil, domain.Reject("recheck_answered", "the rejection was looked at again and upheld")
	case s.Review().Recheck.AnswerBy == 0:
		return nil, domain.Reject("recheck_not_asked", "nobody has asked for a recheck")
	case c.By == c.RejectedBy:
		return nil, domain.Reject("recheck_same_reviewer", "officer %s has rejected; another one has to look again", c.By)
	case c.At >= s.Review().Recheck.AnswerBy:
		return nil, domain.Reject("recheck_answer_too_late", "the recheck had to be answered by %s", s.Review().Recheck.AnswerBy)
	}
	return []Event{RecheckAnswered{c.Answer}}, nil
}
